"""Deadlines, armed: one heap for all calls, cancelled lazily.

What is armed is only ever a thing and an instant. When it comes up, whoever armed it is asked whether that
deadline still runs; one that was cleared or moved meanwhile is passed over.
"""

import asyncio
import heapq
from collections.abc import Callable
from typing import Generic, TypeVar

from calltape.core import Clock, Instant

T = TypeVar("T")


class Timers(Generic[T]):
    """Calls `due` for each thing that is armed when its time has come, those of the past at once."""

    def __init__(self, clock: Clock, due: Callable[[T, Instant], None]) -> None:
        self._clock = clock
        self._due = due
        self._heap: list[tuple[Instant, int, T]] = []
        self._count = 0
        self._wake = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def arm(self, thing: T, at: Instant) -> None:
        """Let `thing` fall due at `at`."""
        self._count += 1  # ties fall due in the order in which they were armed
        heapq.heappush(self._heap, (at, self._count, thing))
        if self._heap[0][1] == self._count:
            self._wake.set()

    def fire(self) -> None:
        """Let everything fall due whose time has come."""
        while self._heap and self._heap[0][0] <= self._clock.now():
            at, _, thing = heapq.heappop(self._heap)
            self._due(thing, at)

    async def aclose(self) -> None:
        """Stop; nothing falls due any more."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self.fire()
            await self._clock.wait(self._wake, self._heap[0][0] if self._heap else None)
