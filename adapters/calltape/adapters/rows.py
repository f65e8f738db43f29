"""A recorded event as every store here keeps it: a row whose event is still bytes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from operator import call
from typing import NamedTuple

from calltape.adapters.codec import DAMAGED, DECODERS, decode, encode
from calltape.core.errors import BadInput, CorruptHistory, UnknownEvent
from calltape.core.events import Event, Recorded, Unreadable, Unrecorded
from calltape.core.values import CommandId, Instant

CHUNK = 1_024
"""Rows fetched at a time. Measured: with ten times as many, they leave the processor's cache before they are
decoded.
"""


BATCH = 256
"""Events decoded at a time. Few enough not to wake the garbage collector, which the seven-hundredth would."""


class Row(NamedTuple):
    """One recorded event, not yet decoded. The column order of every query that makes one."""

    position: int
    stream: str
    version: int
    topic: str
    data: bytes
    at: int | None
    """None only for rows that a plain `eventsourcing` program wrote without saying when."""

    command_id: str | None
    causation_id: str | None
    correlation_id: str | None


def row_of(position: int, stream: str, version: int, unrecorded: Unrecorded) -> Row:
    """The row that records `unrecorded` at that place."""
    topic, data = encode(unrecorded.event)
    return Row(
        position,
        stream,
        version,
        topic,
        data,
        unrecorded.at,
        unrecorded.command_id,
        unrecorded.causation_id,
        unrecorded.correlation_id,
    )


def recorded_of(row: Row, event: Event) -> Recorded:
    """The envelope of `row` around its decoded `event`."""
    position, stream, version, _, _, at, command_id, causation_id, correlation_id = row
    return Recorded(
        position=position,
        stream=stream,
        version=version,
        event=event,
        at=Instant(at or 0),
        command_id=None if command_id is None else CommandId(command_id),
        causation_id=causation_id,
        correlation_id=correlation_id,
    )


def read_row(row: Row) -> Recorded:
    """Decode one row.

    Raises:
        UnknownEvent: the event is newer than this code.
        BadInput: the event's data is damaged; the sentence names stream and version.
    """
    return recorded_of(row, read_event(row))


def read_event(row: Row) -> Event:
    """The event of one row, without its envelope, which is looked at as well.

    Raises:
        UnknownEvent: the event is newer than this code.
        BadInput: the event's data is damaged; the sentence names stream and version.
    """
    try:
        event = decode(row.topic, row.data)
        _require_numbers(row.topic, row.version, row.at)
    except BadInput as error:
        raise BadInput(f"version {row.version} of {row.stream}: {error}") from error
    return event


def _require_numbers(topic: str, version: object, at: object) -> None:
    """Raise BadInput where a column of a database holds something else: SQLite puts up with that."""
    if not (isinstance(version, int) and (at is None or isinstance(at, int))):
        raise BadInput(
            f"the stored event {topic} has a version or an instant that is no number; the store is damaged"
        )


def read_known(rows: Iterable[Row]) -> Iterator[Recorded]:
    """Decode rows, pass over the events that are newer than this code, and mark those that are damaged."""
    for row in rows:
        try:
            found = read_row(row)
        except UnknownEvent:
            continue
        except BadInput as error:
            found = _unreadable(row, str(error))
        yield found


def _unreadable(row: Row, problem: str) -> Recorded:
    version, at = (value if isinstance(value, int) else 0 for value in (row.version, row.at))
    return Recorded(
        position=row.position,
        stream=row.stream,
        version=version,
        event=Unreadable(problem=problem),
        at=Instant(at),
    )


def events_of(
    stream: str, after: int, topics: Sequence[str], data: Sequence[bytes]
) -> Iterator[Sequence[Event]]:
    """Decode the events of `stream` that follow version `after`, a batch at a time, as fast as it goes.

    Raises:
        UnknownEvent: an event is newer than this code.
        BadInput: an event's data is damaged; the sentence names stream and version.
    """
    for start in range(0, len(topics), BATCH):
        stop = start + BATCH
        try:
            yield list(map(call, map(DECODERS.__getitem__, topics[start:stop]), data[start:stop]))  # pyright: ignore[reportArgumentType]
        except (*DAMAGED, BadInput):  # which one was it?
            for version, topic, stored in zip(count(after + 1), topics, data, strict=False):
                read_row(Row(0, stream, version, topic, stored, None, None, None, None))
            raise


def check_contiguous(stream: str, after: int, versions: Sequence[int]) -> None:
    """Ascending, distinct `versions` past `after` are contiguous if the last one is where the count says.

    Raises:
        CorruptHistory: they are not.
    """
    if versions and versions[-1] != after + len(versions):
        expected = after + 1
        for found in versions:
            if found != expected:
                raise CorruptHistory(stream, f"version {expected - 1}", f"version {found}", expected)
            expected += 1
