"""Deadlines, armed: one heap for all calls, cancelled lazily.

A deadline is only ever a key and an instant. When it comes up, the call itself is asked whether that
deadline still runs; one that was cleared or moved meanwhile is passed over.
"""

import asyncio
import heapq
from collections.abc import Callable

from calltape.adapters.runtime.clock import Clock
from calltape.core import CallId, DeadlineKey, Instant

Due = Callable[[CallId, DeadlineKey, Instant], None]


class Timers:
    """Calls `due` for each armed deadline when its time has come, those of the past at once."""

    def __init__(self, clock: Clock, due: Due) -> None:
        self._clock = clock
        self._due = due
        self._heap: list[tuple[Instant, int, CallId, DeadlineKey]] = []
        self._count = 0
        self._wake = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def arm(self, call_id: CallId, key: DeadlineKey, at: Instant) -> None:
        """Let `key` of `call_id` fall due at `at`."""
        self._count += 1  # ties fall due in the order in which they were armed
        heapq.heappush(self._heap, (at, self._count, call_id, key))
        if self._heap[0][1] == self._count:
            self._wake.set()

    def fire(self) -> None:
        """Let everything fall due whose time has come."""
        while self._heap and self._heap[0][0] <= self._clock.now():
            at, _, call_id, key = heapq.heappop(self._heap)
            self._due(call_id, key, at)

    async def aclose(self) -> None:
        """Stop; nothing falls due any more."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self.fire()
            await self._clock.wait(self._wake, self._heap[0][0] if self._heap else None)
