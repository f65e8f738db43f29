"""After a crash: what is dialled again and what is not, with the same exchange and with another one."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.adapters.telephony import MemoryGateway, answers, rings
from calltape.core import (
    Call,
    CallId,
    CallState,
    Command,
    EndpointId,
    HangUp,
    RawId,
    SendDtmf,
    StartCall,
    TelephoneEffect,
    Tone,
    TonesFailed,
    call_stream,
)

pytestmark = pytest.mark.example

ALICE, PHONE, CALL = RawId("8:acs:test_alice"), RawId("4:+14255550100"), CallId("call-1")
LINE = {PHONE: (rings(1), answers(5))}


class Dead(MemoryGateway):
    """Takes what it is asked into the grave: the process stops before anything was done."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        return


class Crashed(MemoryGateway):
    """One that goes on with what it had when the process around it stopped."""

    async def aclose(self) -> None:
        await self._timers.aclose()


class Living(InstantMedia):
    """Media that lives elsewhere and outlives the process."""

    async def aclose(self) -> None:
        """Nothing stops."""


@asynccontextmanager
async def running(
    log: MemoryLog, clock: SimulatedClock, exchange: MemoryGateway, media: InstantMedia | None = None
) -> AsyncGenerator[Runtime]:
    async with Runtime(log, clock=clock, telephones=exchange, media=media) as runtime:
        yield runtime


async def give(runtime: Runtime, kind: type[Command], **fields: Any) -> None:
    await runtime.give(CALL, kind, **fields)
    await runtime.settled()


async def dial(runtime: Runtime) -> None:
    desk = EndpointId("alice/desk")
    await give(runtime, StartCall, call_id=CALL, participant=ALICE, endpoint=desk, callees=(PHONE,))


async def pass_time(runtime: Runtime, clock: SimulatedClock, exchange: MemoryGateway, seconds: float) -> None:
    await clock.advance(seconds)
    exchange.fire()
    await runtime.settled()


async def recovered(runtime: Runtime) -> Call:
    assert await runtime.recover() == (CALL,)
    await runtime.settled()
    return await runtime.call(CALL)


async def test_a_telephone_that_was_never_dialled_is_dialled_once() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock, Dead(LINE, clock)) as runtime:
        await dial(runtime)
    exchange = MemoryGateway(LINE, clock)
    async with running(log, clock, exchange) as runtime:
        await recovered(runtime)
        assert exchange.dialled == [(CALL, PHONE, None)]
        for seconds in (1, 4):
            await pass_time(runtime, clock, exchange, seconds)
        assert (await runtime.call(CALL)).participants[PHONE].call_state is CallState.CONNECTED


async def test_a_telephone_that_the_exchange_is_dialling_is_not_dialled_again() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    exchange = Crashed(LINE, clock)
    async with running(log, clock, exchange) as runtime:
        await dial(runtime)
    async with running(log, clock, exchange) as runtime:
        await recovered(runtime)
        assert exchange.dialled == [(CALL, PHONE, None)]


async def test_a_telephone_that_rang_is_not_dialled_again_by_another_exchange() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    first, second = MemoryGateway(LINE, clock), MemoryGateway(LINE, clock)
    async with running(log, clock, first) as runtime:
        await dial(runtime)
        await pass_time(runtime, clock, first, 1)
    async with running(log, clock, second) as runtime:
        call = await recovered(runtime)
        assert second.dialled == []
        assert call.participants[ALICE].call_state is CallState.RINGING
        await pass_time(runtime, clock, second, 114)
        assert (await runtime.call(CALL)).is_over, "the deadline decides"


async def _talking(runtime: Runtime, clock: SimulatedClock, exchange: MemoryGateway) -> None:
    await dial(runtime)
    for seconds in (1, 4):
        await pass_time(runtime, clock, exchange, seconds)


class Mute(Crashed):
    """Stops before it sends the tones."""

    is_stopping = True

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if not (self.is_stopping and hasattr(effect, "tones")):
            await super().perform(call_id, effect)


async def test_tones_that_did_not_go_out_go_out_once_where_the_telephone_is_still_there() -> None:
    log, clock, media = MemoryLog(), SimulatedClock(), Living()
    exchange = Mute(LINE, clock)
    async with running(log, clock, exchange, media) as runtime:
        await _talking(runtime, clock, exchange)
        await give(runtime, SendDtmf, participant=PHONE, by=ALICE, tones=(Tone.NUM_1,))
    exchange.is_stopping = False
    async with running(log, clock, exchange, media) as runtime:
        call = await recovered(runtime)
        assert exchange.heard(PHONE) == (Tone.NUM_1,)
        assert call.participants[PHONE].tones == ()


async def test_tones_for_a_telephone_that_another_exchange_does_not_know_have_failed() -> None:
    log, clock, media = MemoryLog(), SimulatedClock(), Living()
    first, second = Mute(LINE, clock), MemoryGateway(LINE, clock)
    async with running(log, clock, first, media) as runtime:
        await _talking(runtime, clock, first)
        await give(runtime, SendDtmf, participant=PHONE, by=ALICE, tones=(Tone.NUM_1,))
    async with running(log, clock, second, media) as runtime:
        await recovered(runtime)
    assert second.heard(PHONE) == ()
    failed = [event for event in log.events(call_stream(CALL)) if isinstance(event, TonesFailed)]
    assert [each.words for each in failed] == ["the gateway has lost the telephone"]


async def test_a_telephone_whose_hang_up_was_lost_is_hung_up() -> None:
    log, clock = MemoryLog(), SimulatedClock()

    class Stuck(Living):
        """Never closes."""

        async def perform(self, call_id: CallId, effect: Any) -> None:
            if type(effect).__name__ != "CloseMedia":
                await super().perform(call_id, effect)

    class Deaf(Crashed):
        """Does not hear of the end."""

        async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
            if type(effect).__name__ != "CloseMedia":
                await super().perform(call_id, effect)

    deaf = Deaf(LINE, clock)
    async with running(log, clock, deaf, Stuck()) as runtime:
        await _talking(runtime, clock, deaf)
        await give(runtime, HangUp, participant=ALICE)
        assert deaf.carries(CALL, PHONE)
    ended: list[str] = []

    class Listening(Crashed):
        async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
            ended.append(f"{type(effect).__name__} {effect.participant}")

    async with running(log, clock, Listening(LINE, clock)) as runtime:
        assert (await recovered(runtime)).is_over
    assert ended == [f"CloseMedia {PHONE}"]
