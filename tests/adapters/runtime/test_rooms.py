"""Rooms, kept by the runtime: who comes in, and what a change in the room does to its call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, RoomLocator
from calltape.adapters.deciding import ROOMS, record
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.core import (
    BadInput,
    CallState,
    Command,
    CommandId,
    EndReason,
    Mute,
    ParticipantState,
    RawId,
    Refused,
    RemoveRoomParticipants,
    Role,
    Room,
    RoomState,
    UpsertRoomParticipants,
    later,
    room_stream,
)

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol"))
PHONE = "4:+14255550123"
ROOM = "room-1"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=SimulatedClock()) as running:
        yield running


async def open_room(client: CallClient, **roles: Role) -> None:
    people = {f"8:acs:test_{name}": role for name, role in roles.items()}
    until = later(client.runtime.clock.now(), 3_600)
    await client.rooms.create(ROOM, valid_until=until, participants=people)


async def joined(client: CallClient, who: str) -> tuple[CallAgent, Call]:
    agent = await client.create_call_agent(who)
    call = await agent.join(RoomLocator(ROOM))
    await client.runtime.drained()
    return agent, call


async def in_seconds(call: Call, *states: str) -> CallState:
    async with asyncio.timeout(5):
        return await call.wait_for(*states)


def code(reason: EndReason | None) -> tuple[int, int | None]:
    assert reason is not None
    return reason.code, reason.subcode


async def test_who_is_invited_meets_in_the_room_in_the_role_it_gives(client: CallClient) -> None:
    await open_room(client, alice=Role.PRESENTER, bob=Role.CONSUMER)
    _, hers = await joined(client, ALICE)
    _, his = await joined(client, BOB)
    assert hers.id == his.id
    people = hers.model.participants
    assert [people[RawId(who)].role for who in (ALICE, BOB)] == [Role.PRESENTER, Role.CONSUMER]
    assert (hers.is_muted, his.is_muted) == (False, True)
    assert {his.state, hers.state} == {CallState.CONNECTED}


async def test_who_is_not_invited_or_too_late_or_too_early_stays_outside(client: CallClient) -> None:
    agents = {who: await client.create_call_agent(who) for who in (ALICE, BOB)}
    now = client.runtime.clock.now()
    with pytest.raises(Refused, match="403/5829"):
        await agents[ALICE].join(RoomLocator(ROOM))
    await client.rooms.create(
        ROOM, valid_from=later(now, 60), valid_until=later(now, 120), participants=[ALICE]
    )
    with pytest.raises(Refused, match="403/5829"):
        await agents[ALICE].join(RoomLocator(ROOM))
    assert isinstance(client.runtime.clock, SimulatedClock)
    await client.runtime.clock.advance(60)
    with pytest.raises(Refused, match="403/5828"):
        await agents[BOB].join(RoomLocator(ROOM))
    assert agents[ALICE].calls == agents[BOB].calls == ()
    assert {each.stream for each in client.runtime.log.read_all()} == {room_stream(ROOM)}
    call = await agents[ALICE].join(RoomLocator(ROOM))
    await client.runtime.drained()
    await client.runtime.clock.advance(60)  # the window closes; who is in goes on
    await client.rooms.add_or_update_participants(ROOM, [BOB])
    with pytest.raises(Refused, match="403/5829"):
        await agents[BOB].join(RoomLocator(ROOM))
    assert call.state is CallState.CONNECTED


async def test_a_role_given_in_the_room_holds_in_the_call_at_once(client: CallClient) -> None:
    await open_room(client, alice=Role.PRESENTER, bob=Role.ATTENDEE)
    _, hers = await joined(client, ALICE)
    _, his = await joined(client, BOB)
    with pytest.raises(Refused, match="removeParticipant"):
        await his.remove_participant(ALICE)
    await client.rooms.add_or_update_participants(ROOM, {BOB: Role.PRESENTER})
    assert his.model.participants[RawId(BOB)].role is Role.PRESENTER
    await his.remove_participant(ALICE)
    assert code(hers.end_reason) == (0, 5000)


async def test_who_loses_the_invitation_is_out_and_stays_out(client: CallClient) -> None:
    await open_room(client, alice=Role.PRESENTER, bob=Role.ATTENDEE)
    _, hers = await joined(client, ALICE)
    bob, his = await joined(client, BOB)
    room = await client.rooms.remove_participants(ROOM, [BOB, CAROL])
    assert list(room.roles) == [ALICE]
    assert code(his.end_reason) == (0, 5317)
    await client.runtime.drained()
    with pytest.raises(Refused, match="403/5828"):
        await bob.join(RoomLocator(ROOM))
    assert hers.state is CallState.CONNECTED
    await client.rooms.delete(ROOM)
    assert code(hers.end_reason) == (0, 5317)
    assert (await client.rooms.room(ROOM)).state is RoomState.DELETED


async def test_a_refused_change_of_a_room_changes_neither_room_nor_call(client: CallClient) -> None:
    await open_room(client, alice=Role.PRESENTER)
    _, call = await joined(client, ALICE)
    before = list(client.runtime.log.read_all())
    rooms, late = client.rooms, later(client.runtime.clock.now(), 185 * 86_400)
    changes: tuple[tuple[Callable[[], Awaitable[Room]], str], ...] = (
        (lambda: rooms.create(ROOM, valid_until=late), "refuses CreateRoom"),
        (lambda: rooms.update(ROOM, valid_until=late), "six months"),
        (lambda: rooms.add_or_update_participants(ROOM, {BOB: Role.ORGANIZER}), "no role Organizer"),
        (lambda: rooms.add_or_update_participants(ROOM, ["8:orgid:bob"]), "rooms invite no others"),
    )
    for change, words in changes:
        with pytest.raises(Refused, match=words):
            await change()
    with pytest.raises(BadInput, match="bob"):
        await rooms.remove_participants(ROOM, ["bob"])
    assert list(client.runtime.log.read_all()) == before
    assert call.state is CallState.CONNECTED


async def test_whoever_is_invited_into_the_call_is_on_the_list(client: CallClient) -> None:
    await open_room(client, alice=Role.PRESENTER, bob=Role.ATTENDEE)
    _, call = await joined(client, ALICE)
    await client.create_call_agent(BOB)
    assert (await call.add_participant(BOB)).state is ParticipantState.CONNECTING
    assert call.model.participants[RawId(BOB)].role is Role.ATTENDEE
    for who, words in ((CAROL, "403/5828"), (PHONE, "the room does not allow")):
        with pytest.raises(Refused, match=words):
            await call.add_participant(who)
    await client.rooms.remove_participants(ROOM, [BOB])
    assert code(call.model.participants[RawId(BOB)].end_reason) == (0, 5317)


async def test_a_room_may_meet_again_in_another_call(client: CallClient) -> None:
    await open_room(client, alice=Role.PRESENTER)
    alice, first = await joined(client, ALICE)
    await first.hang_up()
    await client.runtime.drained()
    assert first.state is CallState.DISCONNECTED
    second = await alice.join(RoomLocator(ROOM))
    assert second.id != first.id
    assert client.runtime.directory.calls_in_rooms() == ((ROOM, second.id),)


def elsewhere(log: MemoryLog, kind: Any, number: int = 1, **fields: object) -> None:
    """Another process changes the room."""
    at = SimulatedClock().now()
    command: Command = kind(id=CommandId(f"elsewhere-{number}"), at=at, room_id=ROOM, **fields)
    record(log, room_stream(ROOM), ROOMS, command)


async def test_what_another_process_changes_is_seen_within_a_second() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with CallClient(log, media=InstantMedia(), clock=clock) as client:
        await open_room(client, alice=Role.PRESENTER, bob=Role.ATTENDEE)
        _, hers = await joined(client, ALICE)
        _, his = await joined(client, BOB)
        elsewhere(log, RemoveRoomParticipants, participants=(BOB,))
        assert his.state is CallState.CONNECTED
        await clock.advance(1)
        await client.runtime.settled()
        assert code(his.end_reason) == (0, 5317)
        assert hers.state is CallState.CONNECTED
        elsewhere(log, UpsertRoomParticipants, 2, roles={RawId(ALICE): Role.CONSUMER})
        await client.runtime.settled()
        assert not hers.is_muted  # the second is not over
        await clock.advance(1)
        await client.runtime.settled()
        assert hers.is_muted


async def test_looking_twice_at_a_room_changes_nothing_more() -> None:
    log = MemoryLog()
    async with CallClient(log, media=InstantMedia(), clock=SimulatedClock()) as client:
        await open_room(client, alice=Role.PRESENTER, bob=Role.ATTENDEE)
        _, hers = await joined(client, ALICE)
        await joined(client, BOB)
        elsewhere(log, UpsertRoomParticipants, roles={RawId(BOB): Role.PRESENTER})
        await client.rooms.look()
        assert hers.model.participants[RawId(BOB)].role is Role.PRESENTER
        before = list(log.read_all())
        await client.rooms.look()
        await client.rooms.take_up(ROOM, hers.id)
        assert list(log.read_all()) == before


async def test_what_changed_while_nobody_ran_the_call_is_taken_up_after_a_crash() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    died = CallClient(log, media=InstantMedia(), clock=clock)
    await died.__aenter__()
    await open_room(died, alice=Role.PRESENTER, bob=Role.ATTENDEE, carol=Role.ATTENDEE)
    calls = [(await joined(died, who))[1] for who in (ALICE, BOB, CAROL)]
    call_id = calls[0].id
    await died.rooms.aclose()  # the rest of it is left as a crash leaves it
    elsewhere(log, RemoveRoomParticipants, 1, participants=(BOB,))
    elsewhere(log, UpsertRoomParticipants, 2, roles={RawId(CAROL): Role.CONSUMER})
    async with CallClient(log, media=InstantMedia(), clock=clock) as client:
        await client.runtime.drained()
        found = await client.runtime.call(call_id)
        people = found.participants
        assert code(people[RawId(BOB)].end_reason) == (0, 5317)
        assert (people[RawId(CAROL)].role, people[RawId(CAROL)].is_muted) == (Role.CONSUMER, True)
        assert people[RawId(ALICE)].end_reason is None
        assert client.runtime.directory.call_of_room(ROOM) == call_id
        with pytest.raises(Refused):
            await client.runtime.give(call_id, Mute, participant=BOB)
