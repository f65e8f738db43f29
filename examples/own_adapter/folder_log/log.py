"""An `EventLog` for calltape in a folder: one file for each batch of appends, named by its first position.

A batch is written beside its place, made durable, and linked to its name in one step. So it is there wholly
or not at all, and of two processes that want the same positions one finds the name taken: it looks at what
the other wrote, and decides again.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Condition
from time import monotonic
from typing import Any, NamedTuple
from uuid import uuid4

from calltape.adapters.codec import decode, encode
from calltape.core import (
    Append,
    BadInput,
    CommandId,
    Conflict,
    Event,
    Instant,
    Recorded,
    UnknownEvent,
    Unreadable,
    Unrecorded,
)

POLL_S = 0.05
"""How often a subscription looks for what other processes appended."""

Result = tuple[Recorded, ...] | Conflict


class Line(NamedTuple):
    """One recorded event as the folder holds it."""

    position: int
    stream: str
    version: int
    topic: str
    data: str
    at: int
    command_id: str | None
    causation_id: str | None
    correlation_id: str | None


class FolderLog:
    """See `calltape.core.EventLog`. Safe to use from several threads and processes.

    Args:
        folder: where the files are; made if there is none.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lines: list[Line] = []  # the line at position p is the one with index p - 1
        self._streams: dict[str, list[Line]] = {}
        self._changed = Condition()
        self._owner: int | None = None
        self.is_closed = False

    # ── writing ──

    def append(self, stream: str, expected: int, events: Sequence[Unrecorded]) -> tuple[Recorded, ...]:
        """See `EventLog.append`."""
        (result,) = self.append_many([Append(stream, expected, events)])
        if isinstance(result, Conflict):
            raise result
        return result

    def append_many(self, appends: Sequence[Append]) -> tuple[Result, ...]:
        """See `EventLog.append_many`."""
        with self._changed:
            while True:
                self._look()
                lines, results = self._plan(appends)
                if not lines or self._write(lines):
                    break
            self._look()
            self._changed.notify_all()
        return results

    def _plan(self, appends: Sequence[Append]) -> tuple[list[Line], tuple[Result, ...]]:
        """What would be written, and what to answer. Nothing is changed yet, so a failure leaves nothing."""
        lines: list[Line] = []
        results: list[Result] = []
        versions: dict[str, int] = {}
        for append in appends:
            version = versions.get(append.stream, len(self._streams.get(append.stream, ())))
            if version != append.expected:
                results.append(Conflict(append.stream, append.expected, version))
                continue
            recorded: list[Recorded] = []
            for each in append.events:
                version += 1
                topic, data = encode(each.event)
                position = len(self._lines) + len(lines) + 1
                ids = (each.command_id, each.causation_id, each.correlation_id)
                lines.append(Line(position, append.stream, version, topic, data.decode(), each.at, *ids))
                recorded.append(_recorded(lines[-1], each.event))
            versions[append.stream] = version
            results.append(tuple(recorded))
        return lines, tuple(results)

    def _write(self, lines: Sequence[Line]) -> bool:
        """Whether the batch got its name; if not, another process was first."""
        draft = self._folder / f".{uuid4()}"
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(lines, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            self._name(lines[0].position).hardlink_to(draft)
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        self._sync_folder()
        return True

    def _sync_folder(self) -> None:
        """Make the new name itself durable."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    # ── reading ──

    def read(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        """See `EventLog.read`."""
        for line in self._of(stream)[after:]:
            yield _recorded(line, _decoded(line))

    def events(self, stream: str, after: int = 0) -> Iterator[Event]:
        """See `EventLog.events`."""
        return map(_decoded, self._of(stream)[after:])

    def read_all(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        """See `EventLog.read_all`."""
        with self._changed:
            self._look()
            lines = self._lines[after:]
        given = 0
        for line in lines:
            if given == limit:
                return
            try:
                event = _decoded(line)
            except UnknownEvent:  # newer than this program: others can still be read
                continue
            except BadInput as error:
                event = Unreadable(problem=str(error))
            given += 1
            yield _recorded(line, event)

    def version(self, stream: str) -> int:
        """See `EventLog.version`."""
        return len(self._of(stream))

    def _of(self, stream: str) -> list[Line]:
        with self._changed:
            self._look()
            return self._streams.get(stream, [])[:]

    def _look(self) -> None:
        """Take in what has come since the last look, from whichever process."""
        if self.is_closed:
            raise BadInput(f"the log in {self._folder} is closed; open it again")
        while (path := self._name(len(self._lines) + 1)).exists():
            fields: list[list[Any]] = json.loads(path.read_text("utf-8"))
            for line in map(Line._make, fields):
                self._lines.append(line)
                self._streams.setdefault(line.stream, []).append(line)

    def _name(self, position: int) -> Path:
        return self._folder / f"{position:020}.json"

    # ── everything else ──

    def claim(self) -> bool:
        """See `EventLog.claim`. The system drops the lock however the process ends."""
        if self._owner is None:
            owner = os.open(self._folder / "owner", os.O_CREAT | os.O_RDWR)
            try:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(owner)
                return False
            self._owner = owner
        return True

    def subscribe(self, after: int = 0) -> "FolderReader":
        """See `EventLog.subscribe`."""
        return FolderReader(self, self._changed, after)

    def close(self) -> None:
        """See `EventLog.close`."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()
            if self._owner is not None:
                os.close(self._owner)
                self._owner = None


class FolderReader:
    """See `calltape.core.Subscription`."""

    def __init__(self, log: FolderLog, changed: Condition, after: int) -> None:
        self._log = log
        self._changed = changed
        self._after = after
        self._is_closed = False

    def next_batch(self, timeout_s: float) -> Sequence[Recorded]:
        """See `Subscription.next_batch`."""
        until = monotonic() + timeout_s
        with self._changed:
            while not (self._is_closed or self._log.is_closed):
                if batch := tuple(self._log.read_all(self._after)):
                    self._after = batch[-1].position
                    return batch
                if (left_s := until - monotonic()) <= 0:
                    break
                self._changed.wait(min(POLL_S, left_s))
        return ()

    def close(self) -> None:
        """See `Subscription.close`."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def _decoded(line: Line) -> Event:
    return decode(line.topic, line.data.encode())


def _recorded(line: Line, event: Event) -> Recorded:
    return Recorded(
        position=line.position,
        stream=line.stream,
        version=line.version,
        event=event,
        at=Instant(line.at),
        command_id=None if line.command_id is None else CommandId(line.command_id),
        causation_id=line.causation_id,
        correlation_id=line.correlation_id,
    )
