"""Who is to be looked at when, though nothing is heard of them: one heap for all the legs of a call.

The earliest moment of each counts. Putting somebody down again for later costs nothing, so a leg of which
something is heard every second moves nothing here.
"""

import heapq

from calltape.core.identity import RawId
from calltape.core.values import Instant


class Agenda:
    """Moments, one for each that is put down. Changed in place by whoever owns it."""

    def __init__(self) -> None:
        self._at: dict[RawId, Instant] = {}
        self._heap: list[tuple[Instant, RawId]] = []

    @property
    def next_at(self) -> Instant | None:
        """The first moment that counts; None while there is none."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)  # an earlier moment has taken its place
        return self._heap[0][0] if self._heap else None

    def put(self, who: RawId, at: Instant | None) -> None:
        """Look at `who` at `at`, unless that is to be done earlier; None puts nothing down."""
        known = self._at.get(who)
        if at is not None and (known is None or at < known):
            self._at[who] = at
            heapq.heappush(self._heap, (at, who))

    def take(self, at: Instant) -> list[RawId]:
        """Everybody whose moment has come at `at`, the earliest first; they are down no more."""
        found: list[RawId] = []
        while (first := self.next_at) is not None and first <= at:
            _, who = heapq.heappop(self._heap)
            del self._at[who]
            found.append(who)
        return found
