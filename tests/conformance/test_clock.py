"""The contract of clocks finds clocks that break it."""

import asyncio
from collections.abc import Callable

import pytest

from calltape.adapters.runtime import SystemClock
from calltape.conformance import clock as contract
from calltape.conformance.clock import ClockContract
from calltape.core import SECOND, Clock, Instant, Wake

pytestmark = pytest.mark.contract


class Backwards(SystemClock):
    """Counts down."""

    def now(self) -> Instant:
        return Instant(4_000_000_000 * SECOND - super().now())


class SinceMidnight(SystemClock):
    """Begins anew every day."""

    def now(self) -> Instant:
        return Instant(super().now() % (86_400 * SECOND))


class Sleeper(SystemClock):
    """Cannot be woken."""

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        await super().wait(asyncio.Event(), until)


class Hasty(SystemClock):
    """Does not wait at all."""

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        return


class Endless(SystemClock):
    """Knows no time to end a wait."""

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        await wake.wait()


class Shared(SystemClock):
    """Wakes everybody with the first."""

    def __init__(self) -> None:
        super().__init__()
        self._first = asyncio.Event()

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        ours = asyncio.ensure_future(super().wait(wake, until))
        first = asyncio.ensure_future(self._first.wait())
        await asyncio.wait({ours, first}, return_when=asyncio.FIRST_COMPLETED)
        self._first.set()
        for each in (ours, first):
            each.cancel()
        await asyncio.gather(ours, first, return_exceptions=True)


class Deaf(SystemClock):
    """Goes on waiting for who has given up."""

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        try:
            await super().wait(wake, until)
        except asyncio.CancelledError:
            return


def suite(made: Callable[[], Clock]) -> ClockContract:
    class Suite(ClockContract):
        def made(self) -> Clock:
            return made()

    return Suite()


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (Backwards, "test_time_goes_on_and_never_back"),
        (SinceMidnight, "test_instants_are_microseconds_since_1970"),
        (Sleeper, "test_who_is_woken_already_does_not_wait"),
        (Sleeper, "test_waking_ends_a_wait"),
        (Hasty, "test_waking_ends_a_wait"),
        (Hasty, "test_a_wait_ends_when_its_time_has_come"),
        (Endless, "test_a_wait_ends_when_its_time_has_come"),
        (Endless, "test_what_is_past_is_not_waited_for"),
        (Shared, "test_each_wait_has_its_own_end"),
        (Deaf, "test_a_wait_can_be_given_up"),
    ],
)
def test_a_wrong_clock_is_found(
    made: Callable[[], Clock], test: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "PATIENCE_S", 0.3)
    with pytest.raises((AssertionError, TimeoutError)):
        getattr(suite(made), test)()


def test_what_must_be_overridden_says_so() -> None:
    with pytest.raises(NotImplementedError, match="override `made`"):
        ClockContract().made()
