"""The reference: an event log in memory. What it does is what the other stores must do."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from threading import RLock

from calltape.adapters.appending import plan_appends
from calltape.adapters.following import Bell, Follower
from calltape.adapters.rows import Row, events_of, read_known, read_row
from calltape.core.errors import BadInput, Conflict
from calltape.core.events import Event, Recorded, Unrecorded
from calltape.core.ports import Append


class MemoryLog:
    """An `EventLog` that is gone when the process ends.

    Events are kept encoded, as the other stores keep them: a test that passes here has been through the
    codec. One position per event: 1, 2, 3. Safe to use from several threads.
    """

    poll_s = 60.0
    """How often followers look without being rung for; nobody else can append here."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._bell = Bell()
        self._rows: list[Row] = []
        self._positions: list[int] = []
        self._streams: dict[str, list[Row]] = {}

    def claim(self) -> bool:
        """Ours always: no other process sees it."""
        return True

    def append(self, stream: str, expected: int, events: Sequence[Unrecorded]) -> tuple[Recorded, ...]:
        """Add `events` to `stream` after version `expected`, or raise `Conflict`."""
        (result,) = self.append_many((Append(stream, expected, events),))
        if isinstance(result, Conflict):
            raise result
        return result

    def append_many(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        """Several appends at once: each succeeds or conflicts on its own, in the given order."""
        with self._lock:
            self._check_open()
            self._prepare()
            plan = plan_appends(appends, self._version, self._last_position() + 1)
            if plan.rows:
                self._write(plan.rows)
                self._keep(plan.rows)
        self._bell.ring()
        return plan.results()

    def read(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        """The events of `stream` past version `after`, oldest first."""
        return map(read_row, self.rows(stream, after))

    def rows(self, stream: str, after: int = 0) -> Iterator[Row]:
        """What `stream` holds past version `after`, not yet decoded."""
        return iter(self._stream_rows(stream, after))

    def events(self, stream: str, after: int = 0) -> Iterator[Event]:
        """The same without envelopes."""
        rows = self._stream_rows(stream, after)
        batches = events_of(stream, after, [row.topic for row in rows], [row.data for row in rows])
        return chain.from_iterable(batches)

    def read_all(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        """Every stream's events past position `after`, in position order, at most `limit`."""
        with self._lock:
            self._look()
            rows = self._rows[bisect_right(self._positions, after) :]
        return islice(read_known(rows), limit)

    def version(self, stream: str) -> int:
        """How many events `stream` holds; 0 for an unknown stream."""
        with self._lock:
            self._look()
            return self._version(stream)

    def streams(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the streams that begin with `prefix`, sorted."""
        with self._lock:
            self._look()
            return tuple(sorted(name for name in self._streams if name.startswith(prefix)))

    def subscribe(self, after: int = 0) -> Follower:
        """Be told of every event past position `after`, those already there first."""
        return Follower(self.read_all, self._bell, after, self.poll_s)

    def close(self) -> None:
        """Let followers go. Closing twice is harmless."""
        self._bell.close()

    def _look(self) -> None:
        self._check_open()
        self._refresh()

    def _refresh(self) -> None:
        """Take in what others have written; called before each read."""

    def _prepare(self) -> None:
        """Get ready to write; called before each append."""

    def _write(self, rows: Sequence[Row]) -> None:
        """Make `rows` durable; what raises here leaves the log as it was."""

    def _keep(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows.append(row)
            self._positions.append(row.position)
            self._streams.setdefault(row.stream, []).append(row)

    def _stream_rows(self, stream: str, after: int) -> Sequence[Row]:
        with self._lock:
            self._look()
            return self._streams.get(stream, [])[after:]

    def _version(self, stream: str) -> int:
        return len(self._streams.get(stream, ()))

    def _last_position(self) -> int:
        return self._positions[-1] if self._positions else 0

    def _check_open(self) -> None:
        if self._bell.is_closed:
            raise BadInput("this log is closed; open it again")
