"""Both clocks meet the contract of clocks."""

import pytest

from calltape.adapters.runtime import SimulatedClock, SystemClock
from calltape.conformance import ClockContract
from calltape.core import Clock

pytestmark = pytest.mark.contract


class TestSystemClock(ClockContract):
    def made(self) -> Clock:
        return SystemClock()


class TestSimulatedClock(ClockContract):
    early_s = 0.0

    def made(self) -> Clock:
        return SimulatedClock()

    async def pass_time(self, clock: Clock, seconds: float) -> None:
        assert isinstance(clock, SimulatedClock)
        await clock.advance(seconds)
