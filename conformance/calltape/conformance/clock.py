"""The contract of the `Clock` port, as a pytest class that any clock's tests may inherit.

A clock's own test says how to make one and how time passes for it::

    class TestSimulatedClock(ClockContract):
        def made(self) -> Clock:
            return SimulatedClock()

        async def pass_time(self, clock, seconds) -> None:
            await clock.advance(seconds)

Needs the extra ``calltape[testing]``, and no plugin for asyncio.
"""

import asyncio
from collections.abc import Awaitable, Callable

from calltape.core import SECOND, Clock, Instant, later

STEP_S = 0.05
"""How long the suite waits for things that are to come; short, because real time has to pass."""

PATIENCE_S = 5.0
"""How long a clock may take to notice."""

FAR_S = 3600.0

TURNS = 6
"""More turns of the event loop than a wake needs to reach whoever waits."""


class ClockContract:
    """What every `Clock` does. Override `made` and, where time does not pass by itself, `pass_time`."""

    early_s = 0.01
    """How much before its time a wait may end: timers and calendars of a machine are not the same clock."""

    def made(self) -> Clock:
        """A clock; called within the event loop in which it is used."""
        raise NotImplementedError("override `made` with one that makes a clock")

    async def pass_time(self, clock: Clock, seconds: float) -> None:  # noqa: ARG002 - for those that are moved
        """Let `seconds` pass for `clock`."""
        await asyncio.sleep(seconds)

    def _play(self, act: Callable[[Clock], Awaitable[None]]) -> None:
        async def played() -> None:
            async with asyncio.timeout(PATIENCE_S):
                await act(self.made())

        asyncio.run(played())

    def test_time_goes_on_and_never_back(self) -> None:
        """What is recorded later has no earlier instant."""

        async def act(clock: Clock) -> None:
            seen = [clock.now() for _ in range(100)]
            assert seen == sorted(seen)
            await self.pass_time(clock, STEP_S)
            assert clock.now() - seen[-1] >= (STEP_S - self.early_s) * SECOND

        self._play(act)

    def test_instants_are_microseconds_since_1970(self) -> None:
        """So that everybody reads the same calendar: no earlier than 2000, no later than 2200."""

        async def act(clock: Clock) -> None:
            assert 946_684_800 * SECOND < clock.now() < 7_258_118_400 * SECOND

        self._play(act)

    def test_who_is_woken_already_does_not_wait(self) -> None:
        """Nothing that came before is missed."""

        async def act(clock: Clock) -> None:
            wake = asyncio.Event()
            wake.set()
            await clock.wait(wake, None)
            await clock.wait(wake, later(clock.now(), FAR_S))

        self._play(act)

    def test_waking_ends_a_wait(self) -> None:
        """Long before its time, and where there is none."""

        async def act(clock: Clock) -> None:
            for until in (None, later(clock.now(), FAR_S)):
                wake = asyncio.Event()
                waiting = await self._waiting(clock, wake, until)
                assert not waiting.done()
                wake.set()
                await waiting

        self._play(act)

    def test_a_wait_ends_when_its_time_has_come(self) -> None:
        """Not before, and without being woken."""

        async def act(clock: Clock) -> None:
            until = later(clock.now(), 2 * STEP_S)
            waiting = await self._waiting(clock, asyncio.Event(), until)
            assert not waiting.done()
            await self.pass_time(clock, 3 * STEP_S)
            await waiting
            assert until - clock.now() <= self.early_s * SECOND

        self._play(act)

    def test_what_is_past_is_not_waited_for(self) -> None:
        """Nor is the present moment: time need not move for it."""

        async def act(clock: Clock) -> None:
            for until in (clock.now(), later(clock.now(), -FAR_S)):
                await clock.wait(asyncio.Event(), until)

        self._play(act)

    def test_each_wait_has_its_own_end(self) -> None:
        """One that is due, or woken, leaves the others waiting."""

        async def act(clock: Clock) -> None:
            wakes = [asyncio.Event() for _ in range(3)]
            times = (later(clock.now(), STEP_S), later(clock.now(), FAR_S), None)
            due, far, endless = [
                await self._waiting(clock, wake, until) for wake, until in zip(wakes, times, strict=True)
            ]
            await self.pass_time(clock, 2 * STEP_S)
            await due
            assert not far.done()
            assert not endless.done()
            wakes[1].set()
            await far
            assert not endless.done()
            wakes[2].set()
            await endless

        self._play(act)

    def test_a_wait_can_be_given_up(self) -> None:
        """Who is cancelled leaves nothing behind that hinders the next."""

        async def act(clock: Clock) -> None:
            waiting = await self._waiting(clock, asyncio.Event(), later(clock.now(), FAR_S))
            waiting.cancel()
            assert (await asyncio.gather(waiting, return_exceptions=True))[0].__class__ is (
                asyncio.CancelledError
            )
            await clock.wait(asyncio.Event(), clock.now())

        self._play(act)

    def test_giving_up_is_not_lost_where_waking_comes_just_before(self) -> None:
        """Who is cancelled while a wake is on its way is cancelled; else who waits for their end hangs."""

        async def act(clock: Clock) -> None:
            for turns in range(TURNS):
                wake = asyncio.Event()
                waiting = await self._waiting(clock, wake, later(clock.now(), FAR_S))
                wake.set()
                for _ in range(turns):
                    await asyncio.sleep(0)
                is_refused = waiting.cancel() is False  # it had ended already
                await asyncio.gather(waiting, return_exceptions=True)
                assert is_refused or waiting.cancelled(), f"cancelled {turns} turns of the loop after waking"

        self._play(act)

    async def _waiting(
        self, clock: Clock, wake: asyncio.Event, until: Instant | None
    ) -> "asyncio.Future[None]":
        """A wait that has begun."""
        waiting = asyncio.ensure_future(clock.wait(wake, until))
        for _ in range(10):
            await asyncio.sleep(0)
        return waiting
