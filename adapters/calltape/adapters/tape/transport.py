"""One call out of a log into a file, and back into any other log."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from heapq import merge
from pathlib import Path
from typing import Protocol, runtime_checkable

import attrs

from calltape.adapters.rows import row_of
from calltape.adapters.tape.files import write_whole
from calltape.adapters.tape.lines import FILE_LIMIT, write_header, write_row, write_trailer
from calltape.adapters.tape.log import TapeLog
from calltape.core.errors import BadInput, Conflict
from calltape.core.events import Recorded
from calltape.core.ports import Append, EventLog
from calltape.core.values import CallId, Instant, call_stream, media_stream, speakers_stream
from calltape.projections import pruned


@runtime_checkable
class ListsStreams(Protocol):
    """A log that can name its streams without being read through. All of ours can."""

    def streams(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the streams that begin with `prefix`, sorted."""
        ...


@attrs.frozen
class Imported:
    """What an import brought."""

    calls: tuple[CallId, ...]
    """The calls on the tape, sorted."""

    events: int
    """Events on the tape."""

    added: int
    """Events that the log did not have yet: all of them, or none."""


def call_streams(log: EventLog, call_id: CallId, *, with_media: bool = True) -> tuple[str, ...]:
    """The streams of one call: its own, the media stream of each participant if wanted, and who spoke.

    `media-a-b-…` may be call `a`'s or call `a-b`'s: it belongs to the longest id that is a call.
    """
    own = call_stream(call_id)
    if log.version(own) == 0:
        return ()
    prefix = media_stream(call_id, "")
    media = (
        name
        for name in (_names(log, prefix) if with_media else ())
        if not _is_of_longer_call(log, call_id, name.removeprefix(prefix))
    )
    spoken = speakers_stream(call_id)
    return (own, *media, *((spoken,) if log.version(spoken) else ()))


def read_call(log: EventLog, call_id: CallId, *, with_media: bool = True) -> Iterator[Recorded]:
    """Everything recorded about one call, of all its streams, in the log's order.

    Without media nothing is read of what was measured and of diagnostics: of a long call nearly all.
    """
    streams = call_streams(log, call_id, with_media=with_media)
    return merge(*map(log.read, streams), key=lambda recorded: recorded.position)


def export_tape(
    log: EventLog,
    call_id: CallId,
    path: str | Path,
    *,
    source: str = "calltape",
    prune_before: Instant | None = None,
) -> int:
    """Write one call with all its streams to a finished tape: the whole file or none.

    Events are written in their present shape; versions, instants and ids are kept. With `prune_before` the
    media samples recorded before that are summed up, and the versions of the media streams count anew.

    Returns:
        How many events were written.

    Raises:
        BadInput: the log has no such call, the tape would be too large, or the file cannot be written.
    """
    if not log.version(call_stream(call_id)):
        raise BadInput(f"there is no call {call_id} in this store; list its calls with `calltape calls`")
    history = read_call(log, call_id)
    kept = history if prune_before is None else pruned(history, before=prune_before)
    return write_tape(kept, path, source=source)


def write_tape(events: Iterable[Recorded], path: str | Path, *, source: str = "calltape") -> int:
    """Write `events` to a finished tape as they are: the whole file or none.

    Returns:
        How many there were.

    Raises:
        BadInput: the tape would be too large, or the file cannot be written.
    """
    texts = [write_header(source, ends=True), *map(_text, events)]
    body = b"".join(texts)
    if len(body) > FILE_LIMIT:
        raise BadInput(f"{Path(path).name} would have {len(body)} bytes; a tape takes {FILE_LIMIT}")
    count = len(texts) - 1
    write_whole(Path(path), body + write_trailer(count, sha256(body).hexdigest()))
    return count


def import_tape(path: str | Path, log: EventLog) -> Imported:
    """Add what is on a tape to `log`, which gives it new positions and keeps all else.

    All or nothing: streams that the log holds already must be the same ones, event by event, and are left
    alone.

    Raises:
        BadInput: the tape cannot be read, or the log holds another history under the same name.
        UnknownEvent: the tape holds an event that is newer than this code.
    """
    tape = TapeLog(path, create=False)
    try:
        names = tape.streams()
        streams = {
            name: [attrs.evolve(recorded, position=0) for recorded in tape.read(name)] for name in names
        }
        missing = {name for name in names if not _has_same(log, name, streams[name], path)}
        order = [recorded for recorded in tape.read_all() if recorded.stream in missing]
        _append_together(log, order, path)
    finally:
        tape.close()
    calls = tuple(CallId(name.removeprefix("call-")) for name in names if name.startswith("call-"))
    return Imported(calls, sum(map(len, streams.values())), len(order))


def _append_together(log: EventLog, order: list[Recorded], path: str | Path) -> None:
    """One batch, in the tape's order: an append for each run of events of one stream."""
    appends: list[Append] = []
    run: list[Recorded] = []
    for recorded in order:
        if run and run[-1].stream != recorded.stream:
            appends.append(_append(run))
            run = []
        run.append(recorded)
    if run:
        appends.append(_append(run))
    for result in log.append_many(appends):
        if isinstance(result, Conflict):
            raise BadInput(f"{path} was not imported completely: {result}") from result


def _append(run: list[Recorded]) -> Append:
    return Append(run[0].stream, run[0].version - 1, [recorded.draft for recorded in run])


def _has_same(log: EventLog, name: str, wanted: list[Recorded], path: str | Path) -> bool:
    if log.version(name) == 0:
        return False
    if [attrs.evolve(recorded, position=0) for recorded in log.read(name)] != wanted:
        raise BadInput(
            f"{path} was not imported: the store already holds another {name}; import into another store"
        )
    return True


def _text(recorded: Recorded) -> bytes:
    return write_row(row_of(recorded.position, recorded.stream, recorded.version, recorded.draft))


def _names(log: EventLog, prefix: str) -> tuple[str, ...]:
    if isinstance(log, ListsStreams):
        return log.streams(prefix)
    return tuple(
        sorted({recorded.stream for recorded in log.read_all() if recorded.stream.startswith(prefix)})
    )


def _is_of_longer_call(log: EventLog, call_id: CallId, rest: str) -> bool:
    cuts = (at for at, letter in enumerate(rest) if letter == "-")
    return any(log.version(call_stream(CallId(f"{call_id}-{rest[:at]}"))) for at in cuts)
