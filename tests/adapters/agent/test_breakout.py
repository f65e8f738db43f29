"""Breakout rooms and the lobby by the agent's methods: three agents in a meeting that Alice organizes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import (
    BreakoutRoomsUpdated,
    BreakoutSettings,
    BreakoutUpdate,
    Call,
    CallAgent,
    CallClient,
    MeetingLocator,
    OperationFailed,
)
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.core import (
    BadInput,
    BreakoutJoinRequested,
    BreakoutRoomState,
    CallId,
    CallState,
    MediaEffect,
    RawId,
    Refused,
    digest,
    later,
)
from calltape.core.effects import OpenMedia

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = PEOPLE = tuple(RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


class Stubborn(InstantMedia):
    """Media that connects nobody who joins one of the calls it is told of."""

    def __init__(self) -> None:
        super().__init__()
        self.only: set[CallId] | None = None

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if self.only is None or call_id in self.only or not isinstance(effect, OpenMedia):
            await super().perform(call_id, effect)


class Meeting:
    """Three agents and their calls."""

    def __init__(self, client: CallClient, media: Stubborn, clock: SimulatedClock) -> None:
        self.client, self.media, self.clock = client, media, clock
        self.agents: dict[RawId, CallAgent] = {}
        self.calls: dict[RawId, Call] = {}
        self.updates: dict[RawId, list[BreakoutRoomsUpdated]] = {}

    async def open(self) -> None:
        for who in PEOPLE:
            self.agents[who] = await self.client.create_call_agent(who)
            self.calls[who] = call = await self.agents[who].join(MeetingLocator(GROUP))
            await self.settled()
            self.updates[who] = []
            call.breakout_rooms.updated.subscribe(self.updates[who].append)
        await self.calls[ALICE].lobby.admit_all()
        await self.settled()

    async def settled(self) -> None:
        await self.client.runtime.settled()

    def inside(self, who: RawId) -> Call | None:
        return self.calls[who].breakout_rooms.call

    def told(self, who: RawId) -> list[BreakoutUpdate]:
        return [each.type for each in self.updates[who]]


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    media, clock = Stubborn(), SimulatedClock()
    async with CallClient(MemoryLog(), media=media, clock=clock, with_echo=False) as client:
        held = Meeting(client, media, clock)
        await held.open()
        yield held


async def test_who_waits_is_let_in_or_turned_away(meeting: Meeting) -> None:
    dave = await meeting.client.create_call_agent("8:acs:test_dave")
    eve = await meeting.client.create_call_agent("8:acs:test_eve")
    lobby = meeting.calls[ALICE].lobby
    told: list[tuple[RawId, ...]] = []
    lobby.participants_updated.subscribe(told.append)
    his, hers = [await agent.join(MeetingLocator(GROUP)) for agent in (dave, eve)]
    await meeting.settled()
    assert (his.state, hers.state) == (CallState.IN_LOBBY, CallState.IN_LOBBY)
    assert lobby.participants == (dave.raw_id, eve.raw_id)
    with pytest.raises(Refused):
        await meeting.calls[BOB].lobby.admit(dave.raw_id)
    with pytest.raises(Refused):
        await lobby.admit(BOB)
    with pytest.raises(BadInput):
        await lobby.admit("dave")
    await lobby.admit(dave.raw_id)
    await lobby.reject(eve.raw_id)
    await meeting.settled()
    assert (his.state, hers.state) == (CallState.CONNECTED, CallState.DISCONNECTED)
    assert told == [(dave.raw_id,), (dave.raw_id, eve.raw_id), (eve.raw_id,), ()]


async def test_a_meeting_is_found_by_a_guid(meeting: Meeting) -> None:
    with pytest.raises(BadInput, match="no group id"):
        await meeting.agents[ALICE].join(MeetingLocator("standup"))


async def test_one_is_moved_and_told_and_back_when_the_rooms_close(meeting: Meeting) -> None:
    hers, his = meeting.calls[ALICE], meeting.calls[BOB]
    await hers.breakout_rooms.set_room("r1", "Theirs", (BOB,), is_auto_move=True)
    await hers.breakout_rooms.open()
    await meeting.settled()
    room = his.breakout_rooms.assigned_room
    assert room is not None
    assert (room.title, room.state, room.invitees) == ("Theirs", BreakoutRoomState.OPEN, (BOB,))
    assert meeting.told(BOB)[-1] is BreakoutUpdate.JOIN
    inside = meeting.updates[BOB][-1].data
    assert isinstance(inside, Call)
    assert inside is room.call
    assert inside is meeting.inside(BOB)
    assert inside in meeting.agents[BOB].calls
    assert (inside.state, his.state) == (CallState.CONNECTED, CallState.LOCAL_HOLD)
    assert meeting.told(CAROL) == [], "who is assigned to no room is told of none"
    assert meeting.told(ALICE) == [BreakoutUpdate.ROOMS, BreakoutUpdate.ROOMS]
    await hers.breakout_rooms.close("r1")
    await meeting.settled()
    assert (inside.state, his.state) == (CallState.DISCONNECTED, CallState.CONNECTED)
    assert meeting.inside(BOB) is None
    assert his.breakout_rooms.room_id == ""


async def test_who_is_not_moved_joins_and_returns_by_hand(meeting: Meeting) -> None:
    hers, his = meeting.calls[ALICE], meeting.calls[BOB]
    await hers.breakout_rooms.set_room("r1", "Theirs", (BOB,))
    assert meeting.told(BOB) == [BreakoutUpdate.ASSIGNED, BreakoutUpdate.ROOMS]
    with pytest.raises(Refused, match="closed"):
        await his.breakout_rooms.join()
    await hers.breakout_rooms.open("r1")
    room = his.breakout_rooms.assigned_room
    assert room is not None
    for _ in range(2):
        inside = await room.join()
        assert (inside.state, his.state) == (CallState.CONNECTED, CallState.LOCAL_HOLD)
        visited = await hers.breakout_rooms.join("r1")
        assert visited.id == inside.id
        assert [each.identifier for each in visited.remote_participants] == [BOB]
        await hers.breakout_rooms.return_to_main_meeting()
        await room.return_to_main_meeting()
        assert (inside.state, his.state) == (CallState.DISCONNECTED, CallState.CONNECTED)
    assert meeting.told(BOB).count(BreakoutUpdate.JOIN) == 2
    again = await his.breakout_rooms.join()
    await again.hang_up()
    await meeting.settled()
    assert his.state is CallState.CONNECTED, "to hang up the room's call is to go back"


async def test_a_call_of_their_own_is_held_while_somebody_goes_into_a_room(meeting: Meeting) -> None:
    hers, his = meeting.calls[ALICE], meeting.calls[BOB]
    await hers.breakout_rooms.set_room("r1", "Theirs", (BOB,))
    await hers.breakout_rooms.open("r1")
    other = await meeting.agents[BOB].join("11111111-040e-4656-a70e-890ab4e173e5")
    await meeting.settled()
    assert (other.state, his.state) == (CallState.CONNECTED, CallState.LOCAL_HOLD)
    inside = await his.breakout_rooms.join()
    assert (inside.state, other.state) == (CallState.CONNECTED, CallState.LOCAL_HOLD)


async def test_a_call_of_their_own_is_held_when_somebody_is_moved(meeting: Meeting) -> None:
    hers, his = meeting.calls[ALICE], meeting.calls[BOB]
    await hers.breakout_rooms.set_room("r1", "Theirs", (BOB,), is_auto_move=True)
    other = await meeting.agents[BOB].join("11111111-040e-4656-a70e-890ab4e173e5")
    await meeting.settled()
    await hers.breakout_rooms.open("r1")
    await meeting.settled()
    inside = meeting.inside(BOB)
    assert inside is not None
    assert [each.state for each in (inside, his, other)] == [
        CallState.CONNECTED,
        CallState.LOCAL_HOLD,
        CallState.LOCAL_HOLD,
    ]


async def test_who_may_not_is_refused_and_nothing_changes(meeting: Meeting) -> None:
    hers, his, third = (meeting.calls[who] for who in PEOPLE)
    await hers.breakout_rooms.set_room("r1", "Theirs", (BOB,), is_auto_move=True)
    await hers.breakout_rooms.change_settings(
        is_return_disabled=True, ends_at=later(meeting.clock.now(), 600)
    )
    assert meeting.told(CAROL) == [BreakoutUpdate.SETTINGS]
    assert third.breakout_rooms.settings == BreakoutSettings(
        is_return_disabled=True, ends_at=later(meeting.clock.now(), 600)
    )
    await hers.breakout_rooms.open()
    await meeting.settled()
    before = digest(hers.model)
    with pytest.raises(Refused, match="46260"):
        await third.breakout_rooms.join("r1")
    with pytest.raises(Refused, match="before the breakout rooms close"):
        await his.breakout_rooms.return_to_main_meeting()
    with pytest.raises(Refused):
        await third.breakout_rooms.close()
    with pytest.raises(Refused):
        await third.breakout_rooms.set_room("r2", "Mine")
    with pytest.raises(Refused):
        await third.breakout_rooms.return_to_main_meeting()
    with pytest.raises(BadInput):
        await hers.breakout_rooms.set_room("r2", "Ours", ("bob",))
    assert digest(hers.model) == before
    assert third.breakout_rooms.rooms == ()


async def test_a_room_whose_call_does_not_come_up_leaves_one_in_the_meeting(meeting: Meeting) -> None:
    hers, his = meeting.calls[ALICE], meeting.calls[BOB]
    await hers.breakout_rooms.set_room("r1", "Theirs", (BOB,))
    await hers.breakout_rooms.open()
    meeting.media.only = {his.id}
    runtime, asked = meeting.client.runtime, asyncio.Event()
    his.events.subscribe(lambda each: asked.set() if isinstance(each.event, BreakoutJoinRequested) else None)

    async def wait_long() -> None:
        await asked.wait()
        await runtime.drained()
        await meeting.clock.advance(3_600)
        await meeting.settled()

    waiting = asyncio.create_task(wait_long())
    with pytest.raises(OperationFailed):
        await his.breakout_rooms.join()
    await waiting
    assert his.breakout_rooms.room_id == ""


async def test_calls_that_are_no_meetings_have_none() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia(), with_echo=False) as client:
        call = await (await client.create_call_agent(ALICE)).join(GROUP)
        await client.runtime.drained()
        assert (call.breakout_rooms.rooms, call.breakout_rooms.assigned_room) == ((), None)
        with pytest.raises(Refused, match="46250"):
            await call.breakout_rooms.set_room("r1", "Theirs")
