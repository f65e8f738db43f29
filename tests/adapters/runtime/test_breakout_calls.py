"""Breakout rooms end to end: three people in one program, with media that grants every wish at once."""

from collections.abc import AsyncIterator

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    Admit,
    BreakoutStayState,
    CallId,
    CallState,
    CloseBreakoutRooms,
    EndpointId,
    HangUp,
    Join,
    JoinBreakoutRoom,
    MediaEffect,
    OpenBreakoutRooms,
    RawId,
    Remove,
    ReturnToMainMeeting,
    SetBreakoutRoom,
    SetBreakoutSettings,
    breakout_locator,
    later,
)
from calltape.core.effects import OpenMedia

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = PEOPLE = tuple(RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
MEETING = CallId("meeting")
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    async with Runtime(MemoryLog(), media=InstantMedia(), clock=SimulatedClock()) as running:
        yield running


async def join(runtime: Runtime, who: RawId) -> None:
    await runtime.give(
        MEETING,
        Join,
        call_id=MEETING,
        participant=who,
        endpoint=EndpointId(f"{who}/desk"),
        group_id=GROUP,
        has_lobby=who == ALICE,
    )
    await runtime.drained()
    if who != ALICE:
        await runtime.give(MEETING, Admit, participant=who, by=ALICE)
        await runtime.drained()


async def assign(runtime: Runtime) -> None:
    """Bob is moved when his room opens, Carol goes by hand into the same one."""
    for who in PEOPLE:
        await join(runtime, who)
    await runtime.give(MEETING, SetBreakoutRoom, by=ALICE, room_id="r1", title="Theirs", invitees=(CAROL,))
    await runtime.give(
        MEETING, SetBreakoutRoom, by=ALICE, room_id="r2", title="His", invitees=(BOB,), is_auto_move=True
    )
    await runtime.give(MEETING, OpenBreakoutRooms, by=ALICE)
    await runtime.drained()


async def stays(runtime: Runtime) -> dict[RawId, tuple[str, CallState]]:
    call = await runtime.call(MEETING)
    return {who: (person.breakout.state, person.call_state) for who, person in call.participants.items()}


async def room_call(runtime: Runtime, room_id: str) -> CallId:
    found = runtime.directory.call_of_group(breakout_locator(MEETING, room_id))
    assert found is not None
    return found


IN_MEETING = (BreakoutStayState.MAIN, CallState.CONNECTED)
IN_ROOM = (BreakoutStayState.AWAY, CallState.LOCAL_HOLD)


async def test_one_is_moved_one_goes_by_hand_and_both_are_back_when_the_rooms_close(runtime: Runtime) -> None:
    await assign(runtime)
    assert await stays(runtime) == {ALICE: IN_MEETING, BOB: IN_ROOM, CAROL: IN_MEETING}
    await runtime.give(MEETING, JoinBreakoutRoom, participant=CAROL)
    await runtime.drained()
    assert await stays(runtime) == {ALICE: IN_MEETING, BOB: IN_ROOM, CAROL: IN_ROOM}
    calls = {await room_call(runtime, room_id): who for room_id, who in (("r1", CAROL), ("r2", BOB))}
    assert len(calls) == 2
    for call_id, who in calls.items():
        there = (await runtime.call(call_id)).participants
        assert {each: person.call_state for each, person in there.items()} == {who: CallState.CONNECTED}
    await runtime.give(MEETING, CloseBreakoutRooms, by=ALICE)
    await runtime.drained()
    assert await stays(runtime) == {ALICE: IN_MEETING, BOB: IN_MEETING, CAROL: IN_MEETING}
    for call_id in calls:
        assert (await runtime.call(call_id)).is_over


async def test_who_returns_by_hand_may_go_again_and_meets_the_others_there(runtime: Runtime) -> None:
    await assign(runtime)
    await runtime.give(MEETING, JoinBreakoutRoom, participant=ALICE, room_id="r2")
    await runtime.drained()
    there = (await runtime.call(await room_call(runtime, "r2"))).participants
    assert {who for who, person in there.items() if person.is_present} == {ALICE, BOB}
    for _ in range(2):
        await runtime.give(MEETING, ReturnToMainMeeting, participant=BOB)
        await runtime.drained()
        assert (await stays(runtime))[BOB] == IN_MEETING
        await runtime.give(MEETING, JoinBreakoutRoom, participant=BOB)
        await runtime.drained()
        assert (await stays(runtime))[BOB] == IN_ROOM


async def test_whoever_ends_the_room_call_for_somebody_they_are_back_in_the_meeting(runtime: Runtime) -> None:
    await assign(runtime)
    await runtime.give(MEETING, JoinBreakoutRoom, participant=ALICE, room_id="r2")
    await runtime.drained()
    call_id = await room_call(runtime, "r2")
    await runtime.give(call_id, Remove, participant=BOB, by=ALICE)
    await runtime.give(call_id, HangUp, participant=ALICE)
    await runtime.drained()
    assert await stays(runtime) == dict.fromkeys(PEOPLE, IN_MEETING)


async def test_who_leaves_the_meeting_is_out_of_the_room_and_moved_again_when_they_come_back(
    runtime: Runtime,
) -> None:
    await assign(runtime)
    first = await room_call(runtime, "r2")
    await runtime.give(MEETING, HangUp, participant=BOB)
    await runtime.drained()
    assert (await runtime.call(first)).is_over
    await join(runtime, BOB)
    assert (await stays(runtime))[BOB] == IN_ROOM
    assert await room_call(runtime, "r2") != first


async def test_the_end_of_the_rooms_brings_everybody_back(runtime: Runtime) -> None:
    clock = runtime.clock
    assert isinstance(clock, SimulatedClock)
    await assign(runtime)
    ends_at = later(clock.now(), 600)
    await runtime.give(MEETING, SetBreakoutSettings, by=ALICE, is_return_disabled=True, ends_at=ends_at)
    await clock.advance(599)
    await runtime.settled()
    assert (await stays(runtime))[BOB] == IN_ROOM
    await clock.advance(1)
    await runtime.settled()
    assert (await stays(runtime))[BOB] == IN_MEETING
    assert (await runtime.call(MEETING)).breakouts.opened() == ()


class Held(InstantMedia):
    """Media that never connects who joins a second call: whoever goes to a room stays on the way."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if call_id == MEETING or not isinstance(effect, OpenMedia):
            await super().perform(call_id, effect)


async def test_after_a_restart_whoever_was_on_the_way_is_not_taken_there_twice() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, media=Held(), clock=clock) as dead:
        await assign(dead)
        assert (await dead.call(MEETING)).participants[BOB].breakout.state is BreakoutStayState.JOINING
    async with Runtime(log, media=InstantMedia(), clock=clock) as again:
        await again.recover()
        await again.drained()
        stay = (await again.call(MEETING)).participants[BOB].breakout
        assert (stay.state, stay.call_id) == (BreakoutStayState.AWAY, await room_call(again, "r2"))
    started = [each for each in log.read_all() if each.event.name == "call.started"]
    assert len(started) == 2  # the meeting, and one call of the room
