"""Time, as the shell tells it to the core.

`SystemClock` is the real one; `SimulatedClock` moves only when told.
"""

import asyncio
import contextlib
import time

from calltape.core import SECOND, Instant, Wake, later


class SystemClock:
    """The machine's wall clock, held still where the machine would turn it back."""

    def __init__(self) -> None:
        self._latest = Instant(0)

    def now(self) -> Instant:
        """See `Clock.now`."""
        self._latest = Instant(max(self._latest, time.time_ns() // 1000))
        return self._latest

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        """See `Clock.wait`."""
        timeout_s = None if until is None else max(0.0, (until - self.now()) / SECOND)
        # Not `asyncio.wait_for`: until Python 3.12 it loses a cancellation that comes in the turn of the loop
        # in which `wake` is set, and who cancels and waits then waits for ever (python/cpython#86296).
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await wake.wait()


class SimulatedClock:
    """A clock for tests and rehearsals: hours pass in no time, and nothing passes unasked."""

    def __init__(self, start: Instant = Instant(1_767_225_600 * SECOND)) -> None:  # noqa: B008 - 2026-01-01
        self._now = start
        self._moved = asyncio.Condition()

    def now(self) -> Instant:
        """See `Clock.now`."""
        return self._now

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        """See `Clock.wait`."""
        woken = asyncio.ensure_future(wake.wait())
        moved = asyncio.ensure_future(self._reached(until))
        try:
            await asyncio.wait({woken, moved}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (woken, moved):
                each.cancel()
            await asyncio.gather(woken, moved, return_exceptions=True)

    async def _reached(self, until: Instant | None) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: until is not None and self._now >= until)

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass, and everybody who waits for a moment in between wake up."""
        async with self._moved:
            self._now = later(self._now, seconds)
            self._moved.notify_all()
