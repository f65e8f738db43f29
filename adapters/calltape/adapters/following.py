"""Subscriptions over any log that can be read from a position: read, and when there is nothing, wait for the
bell.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Condition
from time import monotonic

from calltape.core.errors import CalltapeError
from calltape.core.events import Recorded

BATCH = 1_000
"""Most events given at once, so that a follower that starts at the beginning is not handed the whole log."""

POLL_S = 0.05
"""How often a follower looks for what other processes appended."""

ReadAll = Callable[[int, int | None], Iterator[Recorded]]


class Bell:
    """Rung after each append of this process; followers wait for the next ring."""

    def __init__(self) -> None:
        self._rung = Condition()
        self._count = 0
        self.is_closed = False

    @property
    def count(self) -> int:
        """How often it was rung. Take it before looking, so that a ring in between is not slept through."""
        return self._count

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def wait(self, seen: int, timeout_s: float) -> None:
        """Return at the first ring after the one numbered `seen`, or after `timeout_s` seconds."""
        with self._rung:
            self._rung.wait_for(lambda: self._count != seen, timeout_s)

    def close(self) -> None:
        """Say that the log is closed: whoever waits returns at once."""
        self.is_closed = True
        self.ring()


class Follower:
    """The `Subscription` of every store here."""

    def __init__(self, read_all: ReadAll, bell: Bell, after: int, poll_s: float = POLL_S) -> None:
        self._read_all = read_all
        self._bell = bell
        self._after = after
        self._poll_s = poll_s
        self._is_closed = False

    def next_batch(self, timeout_s: float) -> Sequence[Recorded]:
        """What came since the last batch, oldest first, or nothing after `timeout_s` seconds of silence."""
        until = monotonic() + timeout_s
        while not self._is_over():
            seen = self._bell.count
            try:
                batch = tuple(self._read_all(self._after, BATCH))
            except CalltapeError:
                if self._is_over():  # closed under our feet, while we were reading
                    break
                raise
            if batch:
                self._after = batch[-1].position
                return batch
            left_s = until - monotonic()
            if left_s <= 0:
                break
            self._bell.wait(seen, min(self._poll_s, left_s))
        return ()

    def close(self) -> None:
        """Stop; a `next_batch` that waits returns at once. Closing twice is harmless."""
        self._is_closed = True
        self._bell.ring()

    def _is_over(self) -> bool:
        return self._is_closed or self._bell.is_closed
