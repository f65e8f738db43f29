"""What the core needs from the outside, as Protocols.

Adapters implement them; `calltape.conformance` tests them.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import attrs

from calltape.core.errors import Conflict
from calltape.core.events import Event, Recorded, Unrecorded


@attrs.frozen
class Append:
    """One all-or-nothing write to one stream."""

    stream: str
    expected: int
    """The version the stream must be at: 0 for a stream that does not exist yet."""

    events: Sequence[Unrecorded]


class Subscription(Protocol):
    """A reader that is told of what is appended from now on. Contract: part of that of the log
    it reads, `calltape.conformance.EventLogContract`.
    """

    def next_batch(self, timeout_s: float) -> Sequence[Recorded]:
        """What came since the last batch, oldest first, or nothing after `timeout_s` seconds of silence."""
        ...

    def close(self) -> None:
        """Stop; a `next_batch` that waits returns at once."""
        ...


class EventLog(Protocol):
    """An append-only log of events in streams. Contract: `calltape.conformance.EventLogContract`.

    Each append is all or nothing. Positions order all streams the way every reader sees them: a reader that
    has seen position p will never later find something new at or before p. What is returned from an append
    is durable as far as the adapter promises durability at all.
    """

    def append(self, stream: str, expected: int, events: Sequence[Unrecorded]) -> tuple[Recorded, ...]:
        """Add `events` to `stream` after version `expected`.

        Raises:
            Conflict: the stream is not at `expected`; nothing was written.
        """
        ...

    def append_many(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        """Several appends made durable together:

        each succeeds or conflicts on its own, in the given order.
        """
        ...

    def read(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        """The events of `stream` past version `after`, oldest first; nothing for an unknown stream.

        Raises:
            CorruptHistory: the versions found are not contiguous.
            UnknownEvent: an event is newer than this code.
            BadInput: an event's data are damaged.
        """
        ...

    def events(self, stream: str, after: int = 0) -> Iterator[Event]:
        """The same without envelopes, for folds that need no more:

        `r.event for r in read(stream, after)`, leaner.
        """
        ...

    def read_all(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        """Every stream's events past position `after`, in position order, at most `limit`.

        Events newer than this code are skipped: projections must be able to pass over them. In place of an
        event whose data are damaged stands an `Unreadable`: it concerns one stream and must not hold up the
        others.
        """
        ...

    def version(self, stream: str) -> int:
        """How many events `stream` holds; 0 for an unknown stream."""
        ...

    def claim(self) -> bool:
        """Become the one process that runs the calls of this log, until it is closed or the process ends.

        False: another process is. Reading and appending need no claim; taking up what a dead process left
        does.
        """
        ...

    def subscribe(self, after: int = 0) -> Subscription:
        """Be told of every event past position `after`, those already there first."""
        ...

    def close(self) -> None:
        """Give back files, connections and threads. Closing twice is harmless."""
        ...
