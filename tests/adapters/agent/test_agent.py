"""The façade, with media that grants every wish at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import CallAgent, CallClient, IncomingCall, OperationFailed, RosterDelta
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    BadInput,
    CallId,
    CallState,
    Join,
    MediaEffect,
    ParticipantState,
    Refused,
    ReportHoldFailed,
)
from calltape.core.effects import HoldMedia

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol"))
GROUP = "29228D3E-040E-4656-A70E-890AB4E173E5"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia()) as running:
        yield running


async def first_incoming(agent: CallAgent) -> IncomingCall:
    async with asyncio.timeout(5):
        async for incoming in agent.incoming_call:
            return incoming
    raise AssertionError("the agent was disposed of")


async def test_the_echo_answers_everybody(client: CallClient) -> None:
    alice = await client.create_call_agent(ALICE, display_name="Alice")
    call = await alice.start_call(["8:echo123"])
    assert await call.wait_for("Connected") is CallState.CONNECTED
    assert [str(p.identifier) for p in call.remote_participants] == ["8:echo123"]
    await call.hang_up()
    await call.hang_up()  # twice is no mistake
    await call.wait_for("Disconnected")
    assert call.end_reason is not None
    assert (call.end_reason.code, call.end_reason.subcode) == (0, 0)
    assert alice.calls == ()


async def test_a_call_is_offered_accepted_and_seen_from_both_sides(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who, display_name=who[-3:]) for who in (ALICE, BOB)]
    ringing = asyncio.ensure_future(first_incoming(bob))
    await asyncio.sleep(0)
    outgoing = await alice.start_call([BOB])
    incoming = await ringing
    assert (incoming.caller, incoming.caller_display_name) == (ALICE, ALICE[-3:])
    assert outgoing.state in {CallState.CONNECTING, CallState.RINGING}
    answered = await incoming.accept(is_muted=True)
    await outgoing.wait_for("Connected")
    await answered.wait_for("Connected")
    await client.runtime.drained()
    (seen,) = outgoing.remote_participants
    assert (seen.state, seen.is_muted) == (ParticipantState.CONNECTED, True)
    assert (outgoing.direction, answered.direction) == ("Outgoing", "Incoming")
    assert answered.is_muted
    assert not outgoing.is_muted


async def test_a_rejected_call_ends_as_declined(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    bob.incoming_call.subscribe(lambda incoming: client.runtime.spawn(incoming.reject()))
    call = await alice.start_call([BOB])
    await call.wait_for("Disconnected")
    assert call.end_reason is not None
    assert (call.end_reason.code, call.end_reason.subcode) == (603, 0)


async def test_the_caller_gives_up_and_the_offer_ends(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    ringing = asyncio.ensure_future(first_incoming(bob))
    await asyncio.sleep(0)
    call = await alice.start_call([BOB])
    incoming = await ringing
    await call.hang_up()
    await client.runtime.drained()
    assert incoming.end_reason is not None
    assert (incoming.end_reason.code, incoming.end_reason.subcode) == (487, 0)
    with pytest.raises(Refused, match=r"the call is over|refuses Accept"):
        await incoming.accept()
    assert bob.calls == ()


async def test_hold_is_seen_by_the_other_side_and_both_may_hold(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    accepted: list[asyncio.Task[object]] = []
    bob.incoming_call.subscribe(lambda incoming: accepted.append(asyncio.ensure_future(incoming.accept())))
    hers = await alice.start_call([BOB])
    await hers.wait_for("Connected")
    await client.runtime.drained()
    (his,) = bob.calls
    await hers.hold()
    assert (hers.state, his.state) == (CallState.LOCAL_HOLD, CallState.REMOTE_HOLD)
    await his.hold()
    assert (hers.state, his.state) == (CallState.LOCAL_HOLD, CallState.LOCAL_HOLD)
    await hers.resume()
    assert (hers.state, his.state) == (CallState.REMOTE_HOLD, CallState.LOCAL_HOLD)
    await his.resume()
    assert (hers.state, his.state) == (CallState.CONNECTED, CallState.CONNECTED)


async def test_a_hold_that_fails_is_not_a_hold() -> None:
    class Stubborn(InstantMedia):
        async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
            if isinstance(effect, HoldMedia) and self._reports is not None:
                self._reports.observed(call_id, ReportHoldFailed, effect.participant, "no")
            else:
                await super().perform(call_id, effect)

    async with CallClient(MemoryLog(), media=Stubborn()) as client:
        alice = await client.create_call_agent(ALICE)
        call = await alice.start_call(["8:echo123"])
        await call.wait_for("Connected")
        with pytest.raises(OperationFailed, match="Hold failed: no"):
            await call.hold()
        assert call.state is CallState.CONNECTED


async def test_a_group_is_found_by_its_guid_however_it_is_written(client: CallClient) -> None:
    agents = [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]
    calls = await asyncio.gather(
        agents[0].join(GROUP), agents[1].join(GROUP.lower()), agents[2].join(GROUP.replace("-", ""))
    )
    assert len({call.id for call in calls}) == 1
    for call in calls:
        await call.wait_for("Connected")
    await client.runtime.drained()
    assert {str(p.identifier) for p in calls[0].remote_participants} == {BOB, CAROL}
    await calls[0].remove_participant(CAROL)
    await calls[2].wait_for("Disconnected")
    assert calls[2].end_reason is not None
    assert (calls[2].end_reason.code, calls[2].end_reason.subcode) == (0, 5000)
    await calls[1].hang_up(for_everyone=True)
    await calls[0].wait_for("Disconnected")
    assert calls[0].end_reason is not None
    assert (calls[0].end_reason.code, calls[0].end_reason.subcode) == (0, 4097)


async def test_adding_somebody_makes_a_group_of_two(client: CallClient) -> None:
    alice, carol = [await client.create_call_agent(who) for who in (ALICE, CAROL)]
    carol.incoming_call.subscribe(lambda incoming: client.runtime.spawn(accept(incoming)))
    deltas: list[RosterDelta] = []
    call = await alice.start_call(["8:echo123"])
    await call.wait_for("Connected")
    await client.runtime.drained()
    call.remote_participants_updated.subscribe(deltas.append)
    added = await call.add_participant(CAROL)
    assert added.state is ParticipantState.CONNECTING
    await client.runtime.drained()
    assert [[str(p.identifier) for p in delta.added] for delta in deltas if delta.added] == [[CAROL]]
    assert {str(p.state) for p in call.remote_participants} == {"Connected"}


async def accept(incoming: IncomingCall) -> None:
    await incoming.accept()


async def test_state_changes_come_by_iteration_in_order(client: CallClient) -> None:
    alice = await client.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"])
    seen: list[CallState] = [call.state]

    async def watch() -> None:
        seen.extend([state async for state in call.state_changed])

    watching = asyncio.ensure_future(watch())
    await call.wait_for("Connected")
    await call.hang_up()
    await asyncio.wait_for(watching, 5)
    states = list(dict.fromkeys(seen))
    assert states[-3:] == [CallState.CONNECTED, CallState.DISCONNECTING, CallState.DISCONNECTED]


@pytest.mark.parametrize(
    ("callees", "error", "words"),
    [
        ([], Refused, "nobody is called"),
        ([ALICE], Refused, "nobody can call themselves"),
        ([BOB, BOB], Refused, "somebody is called twice"),
        (["bob"], BadInput, "bob"),
    ],
)
async def test_calls_that_cannot_be_placed_leave_nothing_behind(
    client: CallClient, callees: list[str], error: type[Exception], words: str
) -> None:
    alice = await client.create_call_agent(ALICE)
    with pytest.raises(error, match=words):
        await alice.start_call(callees)
    assert alice.calls == ()
    assert list(client.runtime.log.read_all()) == []


async def test_a_group_id_must_be_a_guid(client: CallClient) -> None:
    alice = await client.create_call_agent(ALICE)
    with pytest.raises(BadInput, match="'tea at five' is no group id; give a GUID"):
        await alice.join("tea at five")


async def test_a_client_takes_up_the_calls_that_a_dead_process_left() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as died:
        await died.give(
            CallId("left"), Join, call_id="left", participant=ALICE, endpoint="gone", group_id=GROUP.lower()
        )
        await died.drained()
    async with CallClient(log, media=InstantMedia(), clock=clock) as client:
        await client.runtime.settled()
        bob = await client.create_call_agent(BOB)
        call = await bob.join(GROUP)  # the same meeting, still there
        assert call.id == "left"
        await clock.advance(60)
        await client.runtime.settled()
        (gone,) = [p for p in (await client.runtime.call(call.id)).participants.values() if p.id == ALICE]
        assert gone.end_reason is not None
        assert (gone.end_reason.code, gone.end_reason.subcode) == (410, 301005)
        assert call.state is CallState.CONNECTED
