"""The three kinds of line of a tape file, as text and as values (docs/reference/tape.md)."""

from typing import Annotated

import msgspec

from calltape.adapters.codec import DAMAGED, DECODERS, split_topic, topic_of
from calltape.adapters.rows import Row
from calltape.core.errors import BadInput, UnknownEvent

FORMAT = 1
"""The format of the file. Another number is another format, and refused."""

SCHEMA = 1
"""Which vocabulary of events the writer had. For people; each line says the shape of its own event."""

LINE_LIMIT = 1 << 20
"""Most bytes of one line, its end included: 1 MiB, some thousand times an ordinary event."""

FILE_LIMIT = 1 << 29
"""Most bytes of a tape: 512 MiB, about two million events. A tape is held in memory while it is open."""


LAST_POSITION = (1 << 63) - 1
"""What every store can count to."""

FIRST_INSTANT, LAST_INSTANT = -62_135_596_800_000_000, 253_402_300_799_999_999
"""The calendar's ends, in microseconds since 1970: the years 1 and 9999. No other can be shown."""


class Header(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The first line."""

    calltape: str
    format: int
    schema: int
    source: str
    ends: bool = False
    """The tape is a finished one: without its trailer it was cut short."""


class Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One recorded event."""

    position: Annotated[int, msgspec.Meta(le=LAST_POSITION)]
    stream: str
    version: int
    at: Annotated[int, msgspec.Meta(ge=FIRST_INSTANT, le=LAST_INSTANT)]
    event: str
    shape: int
    data: msgspec.Raw
    command_id: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None
    more: bool = False
    """The next line was appended together with this one: without it, neither counts."""


class Trailer(msgspec.Struct, forbid_unknown_fields=True):
    """The last line of a finished tape."""

    end: bool
    events: int
    sha256: str
    """Over every byte before the trailer, in hexadecimal."""


_encode = msgspec.json.Encoder().encode
_plain = msgspec.json.Decoder(dict[str, object]).decode
_header = msgspec.json.Decoder(Header).decode
_line = msgspec.json.Decoder(Line).decode
_trailer = msgspec.json.Decoder(Trailer).decode

TRAILER_START = b'{"end":'


def write_header(source: str, *, ends: bool = False) -> bytes:
    """The first line of a new tape; `ends` promises a trailer."""
    return _encode(Header("tape", FORMAT, SCHEMA, source, ends)) + b"\n"


def write_trailer(events: int, sha256: str) -> bytes:
    """The last line of a finished tape."""
    return _encode(Trailer(True, events, sha256)) + b"\n"


def write_row(row: Row, *, more: bool = False) -> bytes:
    """The line of one recorded event.

    Raises:
        BadInput: the line would be longer than a tape takes.
    """
    name, shape = split_topic(row.topic)
    data = msgspec.Raw(row.data)
    ids = (row.command_id, row.causation_id, row.correlation_id)
    text = (
        _encode(Line(row.position, row.stream, row.version, row.at or 0, name, shape, data, *ids, more))
        + b"\n"
    )
    if len(text) > LINE_LIMIT:
        raise BadInput(
            f"version {row.version} of {row.stream} makes a line of {len(text)} bytes; "
            f"a tape takes {LINE_LIMIT}"
        )
    return text


def read_header(text: bytes) -> Header:
    """The header that a line holds, of a tape of this format.

    Raises:
        BadInput: it is not; a clause that goes after the name of the file and the line.
    """
    try:
        found = _plain(text)
    except DAMAGED:
        found = {}
    if found.get("calltape") != "tape":
        raise BadInput('this is not a calltape tape, which begins with {"calltape":"tape", …}')
    if found.get("format") != FORMAT:
        raise BadInput(
            f"the tape is of format {found.get('format')!r}, this calltape reads {FORMAT}; use a matching one"
        )
    try:
        return _header(text)
    except DAMAGED as error:
        raise BadInput(f"the header is damaged: {error}") from error


def read_line(text: bytes) -> tuple[Row, bool]:
    """The row that a line holds, and whether the next line belongs to it.

    Its event is decoded too, unless it is newer than this code, so that a damaged one is found here.

    Raises:
        BadInput: the line is damaged; a clause that goes after the name of the file and the line.
    """
    try:
        line = _line(text)
        row = _row(line)
        try:  # noqa: SIM105 - `suppress` costs a third of a microsecond, and a tape has many lines
            DECODERS[row.topic](row.data)
        except UnknownEvent:
            pass
    except DAMAGED as error:
        raise BadInput(
            f"this is not a recorded event: {error}; the tape is damaged or was changed"
        ) from error
    return row, line.more


def _row(line: Line) -> Row:
    return Row(
        line.position,
        line.stream,
        line.version,
        topic_of(line.event, line.shape),
        bytes(line.data),
        line.at,
        line.command_id,
        line.causation_id,
        line.correlation_id,
    )


def read_trailer(text: bytes) -> Trailer:
    """The trailer that a line holds.

    Raises:
        BadInput: the line is damaged.
    """
    try:
        return _trailer(text)
    except DAMAGED as error:
        raise BadInput(f"the last line is damaged: {error}") from error
