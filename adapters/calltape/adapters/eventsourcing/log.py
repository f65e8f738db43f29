"""What the SQLite and the PostgreSQL log have in common: everything but their SQL."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from calltape.adapters.following import POLL_S, Bell, Follower
from calltape.adapters.rows import CHUNK, Row, check_contiguous, events_of, read_known, read_row
from calltape.core.errors import BadInput, Conflict, CorruptHistory
from calltape.core.events import Event, Recorded, Unrecorded
from calltape.core.ports import Append


class EventChunk(NamedTuple):
    """Some events of one stream, stripped to what decoding needs."""

    topics: Sequence[str]
    data: Sequence[bytes]
    head: int
    """The stream's version when they were read."""


class RecorderLog(ABC):
    """An `EventLog` over a table. Reads in chunks, each its own short query: no transaction outlives a
    `next`.
    """

    def __init__(self) -> None:
        self._bell = Bell()

    def append(self, stream: str, expected: int, events: Sequence[Unrecorded]) -> tuple[Recorded, ...]:
        """Add `events` to `stream` after version `expected`, or raise `Conflict`."""
        (result,) = self.append_many((Append(stream, expected, events),))
        if isinstance(result, Conflict):
            raise result
        return result

    def append_many(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        """Several appends in one transaction: each succeeds or conflicts on its own, in the given order."""
        self._check_open()
        results = self._write(appends)
        self._bell.ring()
        return results

    def read(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        """The events of `stream` past version `after`, oldest first."""
        return map(read_row, self.rows(stream, after))

    def rows(self, stream: str, after: int = 0) -> Iterator[Row]:
        """What `stream` holds past version `after`, not yet decoded.

        Raises:
            CorruptHistory: the versions found are not contiguous; what stands before the gap was given.
        """
        while rows := self._stream_rows(stream, after, CHUNK):
            try:
                check_contiguous(stream, after, [row.version for row in rows])
            except CorruptHistory as gap:
                yield from rows[: (gap.position or 0) - after - 1]
                raise
            yield from rows
            if len(rows) < CHUNK:
                return
            after = rows[-1].version

    def events(self, stream: str, after: int = 0) -> Iterator[Event]:
        """The same without envelopes: some 0.75 µs an event from a SQLite file."""
        return chain.from_iterable(self._event_batches(stream, after))

    def _event_batches(self, stream: str, after: int) -> Iterator[Sequence[Event]]:
        while True:
            topics, data, head = self._event_chunk(stream, after, CHUNK)
            if len(topics) != max(0, min(CHUNK, head - after)):
                check_contiguous(
                    stream, after, [row.version for row in self._stream_rows(stream, after, CHUNK)]
                )
            yield from events_of(stream, after, topics, data)
            after += len(topics)
            if after >= head:
                return

    def read_all(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        """Every stream's events past position `after`, in position order, at most `limit`."""
        return islice(read_known(self._all_rows_in_chunks(after, CHUNK if limit is None else limit)), limit)

    def subscribe(self, after: int = 0) -> Follower:
        """Be told of every event past position `after`, those already there first."""
        return Follower(self.read_all, self._bell, after, POLL_S)

    def close(self) -> None:
        """Let followers go and give back the connections. Closing twice is harmless."""
        self._bell.close()
        self._disconnect()

    def _all_rows_in_chunks(self, after: int, wanted: int) -> Iterator[Row]:
        size = max(1, min(CHUNK, wanted))
        while rows := self._all_rows(after, size):
            yield from rows
            if len(rows) < size:
                return
            after = rows[-1].position

    def _check_open(self) -> None:
        if self._bell.is_closed:
            raise BadInput("this log is closed; open it again")

    @abstractmethod
    def claim(self) -> bool:
        """Become the one process that runs the calls of this log."""

    @abstractmethod
    def version(self, stream: str) -> int:
        """How many events `stream` holds; 0 for an unknown stream."""

    @abstractmethod
    def streams(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the streams that begin with `prefix`, sorted."""

    @abstractmethod
    def _write(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        """Do `append_many` in one transaction."""

    @abstractmethod
    def _stream_rows(self, stream: str, after: int, limit: int) -> list[Row]:
        """Rows of a stream past version `after`, by version."""

    @abstractmethod
    def _event_chunk(self, stream: str, after: int, size: int) -> EventChunk:
        """The events of a stream with the versions past `after` up to `after + size`, by version."""

    @abstractmethod
    def _all_rows(self, after: int, limit: int) -> list[Row]:
        """Rows past position `after`, by position, as far as readers may see."""

    @abstractmethod
    def _disconnect(self) -> None:
        """Close the connections, once or twice."""
