"""Transfer end to end: three agents in one program, with media that grants every wish at once."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, IncomingCall, OperationFailed
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    BadInput,
    CallId,
    CallStarted,
    CallState,
    CustomContext,
    EndReason,
    OfferState,
    RawId,
    Refused,
    TransferToParticipant,
    owed,
)

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol"))
TEAMS = "8:orgid:dave"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia()) as running:
        yield running


def answers(agent: CallAgent) -> list[IncomingCall]:
    """Accept whatever comes; the list grows with it."""
    seen: list[IncomingCall] = []

    def take(incoming: IncomingCall) -> None:
        seen.append(incoming)
        agent.runtime.spawn(_accept(incoming))

    agent.incoming_call.subscribe(take)
    return seen


async def _accept(incoming: IncomingCall) -> None:
    await incoming.accept()


async def up(client: CallClient, call: Call) -> Call:
    """`call`, when everybody in it is up."""
    async with asyncio.timeout(5):
        await call.wait_for("Connected")
    await client.runtime.drained()
    return call


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - whatever makes it so tells nobody
            await asyncio.sleep(0)


def pair(reason: EndReason | None) -> tuple[int, int | None]:
    assert reason is not None
    return reason.code, reason.subcode


async def test_hold_consult_and_transfer(client: CallClient) -> None:
    alice, bob, carol = [
        await client.create_call_agent(who, display_name=who[-5:]) for who in (ALICE, BOB, CAROL)
    ]
    answers(bob)
    carol_sees = answers(carol)
    first = await up(client, await alice.start_call([BOB]))
    await first.hold()
    consultation = await up(client, await alice.start_call([CAROL]))
    (his,) = bob.calls
    (hers,) = carol.calls
    assert (first.state, his.state) == (CallState.LOCAL_HOLD, CallState.REMOTE_HOLD)
    placed: list[Call] = []
    bob.transfer_accepted.subscribe(placed.append)
    taken: list[Call] = []
    carol.transfer_accepted.subscribe(taken.append)

    await first.transfer(consultation)
    await client.runtime.drained()

    assert [pair(call.end_reason) for call in (first, consultation, his, hers)] == [(0, 7015)] * 4
    assert alice.calls == ()
    (new,) = bob.calls
    (also,) = carol.calls
    assert placed == [new]
    assert taken == [also]
    assert new.id == also.id
    assert (new.state, also.state) == (CallState.CONNECTED, CallState.CONNECTED)
    assert (new.direction, also.direction) == ("Outgoing", "Incoming")
    assert [str(p.identifier) for p in also.remote_participants] == [BOB]
    assert len(carol_sees) == 1, "the consultation rang; the call that replaces it was taken by itself"


async def test_a_blind_transfer_shows_who_calls_and_who_sent_them(client: CallClient) -> None:
    alice, bob, carol = [
        await client.create_call_agent(who, display_name=who[-5:]) for who in (ALICE, BOB, CAROL)
    ]
    answers(bob)
    carol_sees = answers(carol)
    call = await up(client, await alice.start_call([BOB]))
    said = CustomContext(user_to_user="order 7")
    await call.transfer(CAROL, custom_context=said)
    await client.runtime.drained()
    (incoming,) = carol_sees
    assert (incoming.caller, incoming.transferor, incoming.custom_context) == (BOB, ALICE, said)
    assert incoming.replaces is None
    assert (bob.calls[0].state, carol.calls[0].state) == (CallState.CONNECTED, CallState.CONNECTED)
    assert pair(call.end_reason) == (0, 7015)
    await call.hang_up()  # what an application does on Transferred: no mistake


async def test_a_target_who_declines_leaves_the_call_as_it_was(client: CallClient) -> None:
    alice, bob, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
    answers(bob)
    carol.incoming_call.subscribe(lambda incoming: client.runtime.spawn(incoming.reject()))
    call = await up(client, await alice.start_call([BOB]))
    with pytest.raises(OperationFailed, match="Transfer failed: 603/0"):
        await call.transfer(CAROL)
    await client.runtime.drained()
    (his,) = bob.calls
    assert (call.state, his.state, his.id) == (CallState.CONNECTED, CallState.CONNECTED, call.id)
    with pytest.raises(OperationFailed, match="480/10037"):
        await call.transfer("8:acs:test_nobody")
    assert call.state is CallState.CONNECTED


async def test_nobody_answers_for_a_minute() -> None:
    clock = SimulatedClock()
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=clock) as client:
        alice, bob, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
        answers(bob)
        rings: list[IncomingCall] = []
        carol.incoming_call.subscribe(rings.append)
        call = await alice.start_call([BOB])
        await client.runtime.settled()
        attempt = asyncio.ensure_future(call.transfer(CAROL))
        await until(lambda: bool(rings))
        await client.runtime.settled()
        assert [each.state for each in rings] == [OfferState.OFFERED]
        await clock.advance(60)
        await client.runtime.settled()
        with pytest.raises(OperationFailed, match="487/10004"):
            await attempt
        assert [each.state for each in rings] == [OfferState.ENDED]
        assert [each.id for each in bob.calls] == [call.id]
        assert call.state is CallState.CONNECTED


async def test_what_cannot_be_transferred_is_refused(client: CallClient) -> None:
    alice, bob, _ = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
    answers(bob)
    call = await up(client, await alice.start_call([BOB]))
    with pytest.raises(BadInput):
        await call.transfer("nobody")
    with pytest.raises(Refused, match="no voicemail"):
        await call.transfer_to_voicemail(CAROL)
    with pytest.raises(OperationFailed, match="no voicemail service"):
        await call.transfer_to_voicemail(TEAMS)
    group = await up(client, await bob.join("29228d3e-040e-4656-a70e-890ab4e173e5"))
    with pytest.raises(BadInput, match="not between two"):
        await bob.calls[0].transfer(group)
    assert call.state is CallState.REMOTE_HOLD  # joining the group, Bob held it


async def test_the_call_that_a_crash_interrupted_is_told_of_after_all() -> None:
    """The new call was answered, and the process died before the old one heard of it."""
    log, clock = MemoryLog(), SimulatedClock()
    async with CallClient(log, media=InstantMedia(), clock=clock, with_echo=False) as client:
        alice, bob, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
        answers(bob)
        answers(carol)
        call = await alice.start_call([BOB])
        await client.runtime.settled()
        client.runtime.transfers.stop()  # from here on nobody hears
        await client.runtime.give(
            call.id,
            TransferToParticipant,
            participant=RawId(ALICE),
            target=RawId(CAROL),
            new_call=CallId("new"),
        )
        await client.runtime.settled()
        assert call.state is CallState.CONNECTED
        assert (await client.runtime.call(CallId("new"))).is_answered
        async with Runtime(log, media=InstantMedia(), clock=clock) as second:
            await second.recover()
            await second.drained()
            old = await second.call(call.id)
            assert pair(old.participants[RawId(BOB)].end_reason) == (0, 7015)


async def test_an_effect_performed_twice_places_one_call(client: CallClient) -> None:
    alice, bob, carol = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
    answers(bob)
    rings: list[IncomingCall] = []
    carol.incoming_call.subscribe(rings.append)
    call = await up(client, await alice.start_call([BOB]))
    attempt = asyncio.ensure_future(call.transfer(CAROL))
    await until(lambda: bool(rings))
    (effect,) = owed(await client.runtime.call(call.id))
    client.runtime.perform(call.id, "again", effect)
    await client.runtime.drained()
    assert len(rings) == 1
    await rings[0].accept()
    await attempt
    started = [r for r in client.runtime.log.read_all() if isinstance(r.event, CallStarted)]
    assert len(started) == 2


async def test_without_an_endpoint_nobody_can_be_handed_over(client: CallClient) -> None:
    alice, bob, _ = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
    answers(bob)
    call = await up(client, await alice.start_call([BOB]))
    client.runtime.unregister(bob.raw_id, bob.endpoint)
    with pytest.raises(OperationFailed, match="not registered"):
        await call.transfer(CAROL)
    assert call.state is CallState.CONNECTED
