"""Rooms: their window, their list, and what follows in their call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    ROOM,
    SECOND,
    Call,
    CallId,
    ChangeRole,
    Command,
    CommandId,
    CorruptHistory,
    CreateRoom,
    DeleteRoom,
    EndpointId,
    Event,
    Instant,
    JoinRoom,
    LoseInvitation,
    Mute,
    Participant,
    ParticipantState,
    RawId,
    Refused,
    RemoveRoomParticipants,
    Role,
    Room,
    RoomCreated,
    RoomDeleted,
    RoomParticipantRemoved,
    RoomParticipantSet,
    RoomPass,
    RoomState,
    RoomUpdated,
    UpdateRoom,
    UpsertRoomParticipants,
    decide,
    decide_room,
    digest,
    evolve,
    evolve_room,
    later,
    room_consequences,
    room_differences,
    room_pass,
)

pytestmark = pytest.mark.property

START = Instant(1_700_000_000 * SECOND)
ALICE, BOB = RawId("8:acs:resource_alice"), RawId("8:acs:resource_bob")
PHONE = RawId("4:+14255550123")
SIX_MONTHS_S = 184 * 86_400


def create(open_s: float) -> CreateRoom:
    return CreateRoom(id=CommandId("create"), at=START, room_id="room-1", valid_until=later(START, open_s))


def told(room: Room, asked: Command) -> tuple[Event, ...]:
    events = decide_room(room, asked)
    for event in events:
        evolve_room(room, event)
    return events


def test_a_window_out_of_range_is_refused() -> None:
    for open_s in (1, SIX_MONTHS_S):
        room = Room()
        told(room, create(open_s))
        assert (room.valid_from, room.valid_until) == (START, later(START, open_s))
    for open_s, why in ((0, "close before it opens"), (-1, "close before"), (SIX_MONTHS_S + 1, "six months")):
        room = Room()
        with pytest.raises(Refused, match=why):
            told(room, create(open_s))
        assert room == Room()


def test_a_window_is_open_from_its_first_instant_to_before_its_last() -> None:
    room = Room()
    told(room, create(10))
    asked = [Instant(START - 1), START, Instant(later(START, 10) - 1), later(START, 10)]
    assert [room.is_valid(at) for at in asked] == [False, True, True, False]


def test_a_pass_says_what_the_room_says_at_that_instant() -> None:
    room = Room()
    told(room, create(10))
    told(
        room,
        UpsertRoomParticipants(
            id=CommandId("u"), at=START, room_id="room-1", roles={ALICE: Role.COLLABORATOR}
        ),
    )
    assert room_pass(room, "room-1", ALICE, START) == RoomPass(room_id="room-1", role=Role.COLLABORATOR)
    nobody = RoomPass(room_id="room-1", role=None, is_valid=False)
    assert room_pass(room, "room-1", BOB, later(START, 10)) == nobody


def test_what_is_not_about_rooms_is_refused() -> None:
    with pytest.raises(Refused, match="no such command"):
        decide_room(Room(), Mute(id=CommandId("m"), at=START, participant=ALICE))


def consequences(fact: Event) -> tuple[Command, ...]:
    """In a call where Alice and a telephone are."""
    call = Call(room_id="room-1")
    call.participants[ALICE] = Participant(id=ALICE, role=Role.ATTENDEE)
    call.participants[PHONE] = Participant(id=PHONE)
    before = call.copy()
    found = room_consequences(call, fact, command_id=CommandId("fact"), at=START)
    assert call == before
    return found


def test_what_happens_in_a_room_reaches_those_in_its_call_and_nobody_else() -> None:
    (changed,) = consequences(RoomParticipantSet(room_id="room-1", participant=ALICE, role=Role.PRESENTER))
    assert changed == ChangeRole(id=CommandId("fact-role"), at=START, participant=ALICE, role=Role.PRESENTER)
    lost = LoseInvitation(id=CommandId("fact-1"), at=START, participant=ALICE)
    assert consequences(RoomParticipantRemoved(room_id="room-1", participant=ALICE)) == (lost,)
    assert consequences(RoomDeleted(room_id="room-1")) == (lost,)
    assert consequences(RoomParticipantRemoved(room_id="room-1", participant=BOB)) == ()
    assert consequences(RoomParticipantSet(room_id="room-1", participant=BOB, role=Role.CONSUMER)) == ()


ROOM_ROLES = (Role.PRESENTER, Role.ATTENDEE, Role.CONSUMER, Role.COLLABORATOR)
WHO = tuple(RawId(f"8:acs:resource_{number}") for number in range(4))


@given(
    there=st.dictionaries(st.sampled_from(WHO), st.sampled_from(ROOM_ROLES)),
    listed=st.dictionaries(st.sampled_from(WHO), st.sampled_from(ROOM_ROLES)),
)
def test_whatever_happened_in_a_room_its_call_becomes_what_it_says(
    there: dict[RawId, Role], listed: dict[RawId, Role]
) -> None:
    call = Call()
    for number, (who, role) in enumerate({ALICE: Role.PRESENTER, **there}.items()):
        comes = JoinRoom(
            id=CommandId(f"join-{number}"),
            at=START,
            call_id=CallId("call-1"),
            participant=who,
            endpoint=EndpointId("desk"),
            room=RoomPass(room_id="room-1", role=role),
        )
        for event in decide(call, comes):
            evolve(call, event)
    room, version = (
        Room(state=RoomState.CREATED, roles={ALICE: Role.PRESENTER, **listed}),
        CommandId("room/9"),
    )
    before = digest(call)
    wanted = room_differences(call, room, command_id=version, at=START)
    assert digest(call) == before
    assert {each.id for each in wanted} == {f"room/9-{each.participant}" for each in wanted}  # type: ignore[attr-defined]
    for asked in wanted:
        for event in decide(call, asked):
            evolve(call, event)
    here = {who: person.role for who, person in call.participants.items() if person.is_present}
    assert here == {who: role for who, role in room.roles.items() if who in here}
    assert set(here) == {ALICE} | (set(there) & set(listed))
    assert room_differences(call, room, command_id=version, at=START) == ()


def test_a_telephone_is_not_on_the_list_and_stays() -> None:
    call = Call(room_id="room-1")
    call.participants[PHONE] = Participant(id=PHONE, state=ParticipantState.CONNECTED)
    assert room_differences(call, Room(), command_id=CommandId("room/1"), at=START) == ()


ID = CommandId("command")
ALPHABET: tuple[Command, ...] = (
    create(10),
    create(0),
    UpdateRoom(id=ID, at=START, room_id="room-1", valid_until=later(START, 20)),
    UpdateRoom(id=ID, at=START, room_id="room-1", is_pstn_dial_out_enabled=True),
    UpdateRoom(id=ID, at=START, room_id="room-1", valid_from=later(START, 30)),
    UpsertRoomParticipants(id=ID, at=START, room_id="room-1", roles={ALICE: Role.PRESENTER}),
    UpsertRoomParticipants(
        id=ID, at=START, room_id="room-1", roles={ALICE: Role.CONSUMER, BOB: Role.ATTENDEE}
    ),
    UpsertRoomParticipants(id=ID, at=START, room_id="room-1", roles={PHONE: Role.ATTENDEE}),
    RemoveRoomParticipants(id=ID, at=START, room_id="room-1", participants=(ALICE, ALICE, PHONE)),
    DeleteRoom(id=ID, at=START, room_id="room-1"),
)


@given(st.lists(st.sampled_from(ALPHABET), max_size=20))
def test_refused_means_unchanged_and_the_same_events_give_the_same_room(commands: list[Command]) -> None:
    room, history = Room(), list[Event]()
    for asked in commands:
        before = digest(room)
        try:
            events = decide_room(room, asked)
        except Refused:
            assert digest(room) == before
            continue
        assert digest(room) == before
        for event in events:
            evolve_room(room, event)
        history += events
        assert room.state is RoomState.CREATED or not room.roles
    again = Room()
    for event in history:
        evolve_room(again, event)
    assert again == room


@pytest.mark.parametrize("state", ROOM.states)
def test_every_event_in_every_state(state: RoomState) -> None:
    facts: tuple[Event, ...] = (
        RoomCreated(room_id="r", valid_from=START, valid_until=START, is_pstn_dial_out_enabled=False),
        RoomUpdated(room_id="r", valid_from=START, valid_until=START, is_pstn_dial_out_enabled=True),
        RoomParticipantSet(room_id="r", participant=ALICE, role=Role.ATTENDEE),
        RoomParticipantRemoved(room_id="r", participant=ALICE),
        RoomDeleted(room_id="r"),
    )
    for fact in facts:
        room = Room(state=state)
        row = [r for r in ROOM.rows if r.source == state and r.emits == type(fact).__name__]
        if row:
            assert evolve_room(room, fact).state == row[0].target
        else:
            with pytest.raises(CorruptHistory):
                evolve_room(room, fact)
            assert room == Room(state=state)
