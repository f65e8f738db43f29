"""Redirect end to end: agents in one program, with media that grants every wish at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import CallAgent, CallClient, IncomingCall
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    BadInput,
    CallId,
    CallState,
    CustomContext,
    EndpointId,
    EndReason,
    OfferState,
    RawId,
    RedirectOffer,
    Refused,
    StartCall,
)

pytestmark = pytest.mark.example

ALICE, BOB, CAROL, DAVE = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol", "dave"))


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia()) as running:
        yield running


def collects(agent: CallAgent) -> list[IncomingCall]:
    """What rings at `agent`, in a list that grows."""
    rings: list[IncomingCall] = []
    agent.incoming_call.subscribe(rings.append)
    return rings


def pair(reason: EndReason | None) -> tuple[int, int | None]:
    assert reason is not None
    return reason.code, reason.subcode


async def test_the_target_takes_the_call_and_everything_else_falls_silent(client: CallClient) -> None:
    alice, desk, mobile, carol = [
        await client.create_call_agent(who, display_name=who[-5:]) for who in (ALICE, BOB, BOB, CAROL)
    ]
    at_desk, at_mobile, at_carol = collects(desk), collects(mobile), collects(carol)
    call = await alice.start_call([BOB])
    await client.runtime.drained()
    assert (len(at_desk), len(at_mobile)) == (1, 1)

    await at_desk[0].redirect(CAROL)
    await client.runtime.drained()

    assert (at_desk[0].state, at_mobile[0].state) == (OfferState.REDIRECTED, OfferState.ENDED)
    assert pair(at_mobile[0].end_reason) == (487, 0)
    (incoming,) = at_carol
    assert (incoming.caller, incoming.caller_display_name) == (ALICE, "alice")
    assert (incoming.transferor, incoming.redirected_by) == (BOB, (BOB,))
    hers = await incoming.accept()
    await client.runtime.drained()
    assert (call.state, hers.state) == (CallState.CONNECTED, CallState.CONNECTED)
    assert [str(p.identifier) for p in call.remote_participants] == [CAROL]
    assert (desk.calls, mobile.calls) == ((), ())


async def test_everybody_who_rings_is_shown_what_the_call_is_about(client: CallClient) -> None:
    alice, bob, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
    at_bob, at_carol = collects(bob), collects(carol)
    said, own = CustomContext(user_to_user="order 7"), CustomContext(user_to_user="gate 4")
    await alice.start_call([BOB], custom_context=said)
    await client.runtime.drained()
    await at_bob[0].redirect(CAROL)
    await client.runtime.drained()
    assert [each.custom_context for each in (*at_bob, *at_carol)] == [said, said]
    hers = await at_carol[0].accept()
    await client.runtime.drained()
    await hers.add_participant(BOB, custom_context=own)
    await client.runtime.drained()
    assert at_bob[1].custom_context == own
    with pytest.raises(Refused, match="one line of text"):
        await hers.add_participant(DAVE, custom_context=CustomContext(user_to_user="\n"))
    assert DAVE not in hers.model.participants


async def test_what_cannot_be_redirected_rings_on(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    rings = collects(bob)
    call = await alice.start_call([BOB])
    await client.runtime.drained()
    (incoming,) = rings
    with pytest.raises(BadInput):
        await incoming.redirect("carol")
    with pytest.raises(Refused, match="the one who calls"):
        await incoming.redirect(ALICE)
    assert incoming.state is OfferState.OFFERED
    await call.hang_up()
    with pytest.raises(Refused):
        await incoming.redirect(CAROL)


async def test_accept_and_redirect_at_once_leave_one_of_them(client: CallClient) -> None:
    alice, desk, mobile, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, BOB, CAROL)]
    at_desk, at_mobile, at_carol = collects(desk), collects(mobile), collects(carol)
    call = await alice.start_call([BOB])
    await client.runtime.drained()
    outcomes = await asyncio.gather(at_desk[0].accept(), at_mobile[0].redirect(CAROL), return_exceptions=True)
    await client.runtime.drained()
    assert [isinstance(each, Refused) for each in outcomes].count(True) == 1
    was_accepted = not isinstance(outcomes[0], BaseException)
    assert bool(at_carol) is not was_accepted
    assert (call.state is CallState.CONNECTED) is was_accepted


async def test_the_caller_waits_for_as_long_as_the_target_may_take() -> None:
    clock = SimulatedClock()
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=clock) as client:
        alice, bob, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
        at_bob, at_carol = collects(bob), collects(carol)
        call = await alice.start_call([BOB])
        await client.runtime.settled()
        await clock.advance(80)
        await at_bob[0].redirect(CAROL)
        await client.runtime.settled()
        await clock.advance(84)
        await client.runtime.settled()
        assert (call.state, at_carol[0].state) == (CallState.RINGING, OfferState.OFFERED)
        await clock.advance(1)
        await client.runtime.settled()
        assert (call.state, at_carol[0].state) == (CallState.DISCONNECTED, OfferState.ENDED)
        assert pair(call.end_reason) == (487, 10004)


async def test_a_target_that_nobody_stands_for_ends_the_call(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    rings = collects(bob)
    call = await alice.start_call([BOB])
    await client.runtime.drained()
    await rings[0].redirect("8:acs:test_nobody")
    await client.runtime.drained()
    assert call.state is CallState.DISCONNECTED
    assert pair(call.end_reason) == (480, 10037)


async def test_the_process_dies_before_the_target_rings() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, media=InstantMedia(), clock=clock) as died:
        died.register(RawId(BOB), EndpointId("desk"), _Deaf())
        await died.give(
            CallId("c"),
            StartCall,
            call_id=CallId("c"),
            participant=ALICE,
            endpoint="a",
            callees=(RawId(BOB),),
        )
        await died.drained()
        died.perform = lambda *_: None  # type: ignore[method-assign]  # from here on nothing is done
        await died.give(CallId("c"), RedirectOffer, participant=BOB, endpoint="desk", target=RawId(CAROL))
    async with CallClient(log, media=InstantMedia(), clock=clock, with_echo=False) as client:
        # The client recovered before Carol was there, and nobody was found for her.
        await client.runtime.settled()
        left = (await client.runtime.call(CallId("c"))).participants[RawId(CAROL)]
        assert pair(left.end_reason) == (480, 10037)


class _Deaf:
    """An endpoint that rings and does nothing else."""

    async def ring(self, ringing: object) -> bool:
        return True

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        pass
