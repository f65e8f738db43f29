"""Calls to who is not connected: pushed, answered through the push, taken back, also after a restart."""

from collections.abc import Mapping

import pytest

from calltape.adapters.agent import CallAgent, CallClient, IncomingCall
from calltape.adapters.memory import MemoryLog
from calltape.adapters.pushing import MemoryPushSender
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    CallId,
    CallState,
    EndpointId,
    Event,
    HangUp,
    PushDelivered,
    PushFailed,
    PushHandled,
    PushOutcome,
    PushSent,
    RawId,
    Refused,
    StartCall,
    notice_stream,
)

pytestmark = pytest.mark.example

ALICE, BOB = RawId("8:acs:test_alice"), RawId("8:acs:test_bob")


def client(log: MemoryLog, push: MemoryPushSender, clock: SimulatedClock | None = None) -> CallClient:
    return CallClient(log, media=InstantMedia(), push=push, clock=clock, with_echo=False)


def kinds(push: MemoryPushSender, device: str) -> list[str]:
    return [each["eventType"] for each in push.inboxes.get(device, [])]


def noted(log: MemoryLog, call_id: CallId) -> list[Event]:
    return list(log.events(notice_stream(call_id, BOB)))


async def registered(at: CallClient, *devices: str) -> None:
    """Bob registers and goes."""
    bob = await at.create_call_agent(BOB)
    for device in devices:
        await bob.register_push_notification(device)
    await bob.dispose()


async def woken(
    at: CallClient, payload: Mapping[str, str], device: str
) -> tuple[CallAgent, list[IncomingCall]]:
    """Bob's application is started by a push and hands it over."""
    bob = await at.create_call_agent(BOB, endpoint=f"bob/{device}")
    rings: list[IncomingCall] = []
    bob.incoming_call.subscribe(rings.append)
    assert await bob.handle_push_notification(payload, device=device)
    await at.runtime.drained()
    return bob, rings


async def test_a_pushed_call_is_answered_and_the_other_device_stops() -> None:
    log, push = MemoryLog(), MemoryPushSender()
    async with client(log, push) as at:
        await registered(at, "phone", "tablet")
        alice = await at.create_call_agent(ALICE, display_name="Alice")
        call = await alice.start_call([BOB])
        await at.runtime.drained()
        assert kinds(push, "phone") == kinds(push, "tablet") == ["107"]
        (payload,) = push.inboxes["phone"]
        assert payload["fromDisplayName"] == "Alice"
        bob, rings = await woken(at, payload, "phone")
        assert [ring.id for ring in rings] == [call.id]
        assert not await bob.handle_push_notification(payload, device="phone"), "a duplicate does nothing"
        await rings[0].accept()
        await at.runtime.drained()
        assert call.state is CallState.CONNECTED
        assert kinds(push, "phone") == ["107"], "who answered need not be told to stop"
        assert kinds(push, "tablet") == ["107", "110"]
        facts = noted(log, call.id)
        assert [type(each) for each in facts if getattr(each, "device", "") == "tablet"] == [
            *(PushSent, PushDelivered),
            *(PushSent, PushDelivered),
        ]
        assert any(isinstance(each, PushHandled) and each.endpoint == bob.endpoint for each in facts)
        tablet = await at.create_call_agent(BOB, endpoint="bob/tablet")
        assert await tablet.handle_push_notification(push.inboxes["tablet"][1], device="tablet")
        with pytest.raises(Refused, match="told to stop ringing"):
            await tablet.handle_push_notification(push.inboxes["tablet"][0], device="tablet")


async def test_who_gives_up_stops_the_ringing_and_a_late_push_rings_nowhere() -> None:
    log, push = MemoryLog(), MemoryPushSender()
    async with client(log, push) as at:
        await registered(at, "phone")
        alice = await at.create_call_agent(ALICE)
        call = await alice.start_call([BOB])
        await at.runtime.drained()
        await call.hang_up()
        await at.runtime.drained()
        assert kinds(push, "phone") == ["107", "110"]
        bob = await at.create_call_agent(BOB)
        rings: list[IncomingCall] = []
        bob.incoming_call.subscribe(rings.append)
        assert not await bob.handle_push_notification(push.inboxes["phone"][0], device="phone")
        await at.runtime.drained()
        assert rings == []


async def test_who_is_connected_is_rung_and_not_pushed_to() -> None:
    log, push = MemoryLog(), MemoryPushSender()
    async with client(log, push) as at:
        await registered(at, "phone")
        alice, _ = await at.create_call_agent(ALICE), await at.create_call_agent(BOB)
        call = await alice.start_call([BOB])
        await at.runtime.drained()
        assert call.state is CallState.RINGING
        assert push.inboxes == {}
        assert noted(log, call.id) == []


@pytest.mark.parametrize("reason", ["nobody registered", "unregistered", "run out", "gone"])
async def test_who_cannot_be_pushed_to_is_unreachable(reason: str) -> None:
    log, push, clock = MemoryLog(), MemoryPushSender(), SimulatedClock()
    async with client(log, push, clock) as at:
        if reason != "nobody registered":
            await registered(at, "phone")
        if reason == "unregistered":
            bob = await at.create_call_agent(BOB)
            await bob.unregister_push_notification()
            await bob.dispose()
        elif reason == "run out":
            await clock.advance(86_400)
        elif reason == "gone":
            push.break_device("phone", "410 Gone")
        alice = await at.create_call_agent(ALICE)
        call = await alice.start_call([BOB])
        await at.runtime.drained()
        assert call.state is CallState.DISCONNECTED
        assert call.end_reason is not None
        assert call.end_reason.code == 480
        failed = [each.words for each in noted(log, call.id) if isinstance(each, PushFailed)]
        assert failed == (["410 Gone"] if reason == "gone" else [])


class BrokenSender(MemoryPushSender):
    """Breaks the port's promise."""

    async def send(self, device: str, payload: Mapping[str, str]) -> PushOutcome:
        raise ConnectionError("no route")


async def test_a_sender_that_breaks_is_an_outcome() -> None:
    log = MemoryLog()
    async with client(log, BrokenSender()) as at:
        await registered(at, "phone")
        call = await (await at.create_call_agent(ALICE)).start_call([BOB])
        await at.runtime.drained()
        assert call.state is CallState.DISCONNECTED
        assert [e.words for e in noted(log, call.id) if isinstance(e, PushFailed)] == ["ConnectionError"]


async def test_a_payload_that_is_no_push_is_refused_with_the_vendors_flag() -> None:
    async with client(MemoryLog(), MemoryPushSender()) as at:
        bob = await at.create_call_agent(BOB)
        with pytest.raises(Refused, match="error flag 4"):
            await bob.handle_push_notification({"title": "Lunch?"}, device="phone")


async def test_after_a_restart_who_was_pushed_to_is_told_to_stop() -> None:
    log, push, clock = MemoryLog(), MemoryPushSender(), SimulatedClock()
    async with client(log, push, clock) as at:
        await registered(at, "phone")
    call_id = CallId("call-1")
    async with Runtime(log, push=push, clock=clock) as first:
        await first.give(
            call_id, StartCall, call_id=call_id, participant=ALICE, endpoint=EndpointId("a"), callees=(BOB,)
        )
        await first.drained()
    async with Runtime(log, push=push, clock=clock) as second:
        assert await second.recover() == (call_id,)
        await second.drained()
        assert kinds(push, "phone") == ["107"], "what was delivered is not pushed again"
        await second.give(call_id, HangUp, participant=ALICE)
        await second.drained()
        assert kinds(push, "phone") == ["107", "110"]
