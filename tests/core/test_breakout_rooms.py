"""Breakout rooms: nobody is where the door is shut, and no way there or back is left without its outcome."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    Admit,
    BreakoutRoomOpened,
    BreakoutRoomState,
    BreakoutStayState,
    Call,
    CallId,
    CloseBreakoutRooms,
    Command,
    CommandId,
    CorruptHistory,
    EndpointId,
    HangUp,
    Instant,
    Join,
    JoinBreakoutRoom,
    OpenBreakoutRooms,
    RawId,
    Refused,
    ReportBreakoutFailed,
    ReportBreakoutJoined,
    ReportBreakoutLeft,
    ReportHeld,
    ReportMediaConnected,
    ReportResumed,
    ReturnToMainMeeting,
    SetBreakoutRoom,
    breakout_locator,
    decide,
    digest,
    evolve,
    owed,
    read_breakout_locator,
)
from calltape.core.effects import EnterBreakoutCall, HoldMedia, LeaveBreakoutCall, ResumeMedia

pytestmark = pytest.mark.property

ALICE, BOB, CAROL = PEOPLE = tuple(RawId(f"8:acs:resource_{name}") for name in ("alice", "bob", "carol"))
ROOMS = ("r1", "r2")


def asked_for(kind: type[Command], **fields: Any) -> Command:
    """A command of `kind` at the start of time."""
    make: Any = kind
    made: Command = make(id=CommandId("asked"), at=Instant(0), **fields)
    return made


def take(call: Call, asked: Command) -> None:
    for event in decide(call, asked):
        evolve(call, event)


def meeting() -> Call:
    """A meeting of three, all up, with a room that moves Bob and one that Carol is assigned to."""
    call = Call()
    for who in PEOPLE:
        take(
            call,
            asked_for(
                Join,
                call_id="m",
                participant=who,
                endpoint=EndpointId(who),
                group_id="g",
                has_lobby=who == ALICE,
            ),
        )
        take(call, asked_for(ReportMediaConnected, participant=who))
    for who in (BOB, CAROL):
        take(call, asked_for(Admit, participant=who, by=ALICE))
    for room_id, who, moves in (("r1", BOB, True), ("r2", CAROL, False)):
        take(
            call,
            asked_for(
                SetBreakoutRoom, by=ALICE, room_id=room_id, title=room_id, invitees=(who,), is_auto_move=moves
            ),
        )
    return call


_ONE = st.sampled_from(PEOPLE)
_ROOM = st.sampled_from(ROOMS)
_SOME = st.lists(_ROOM, max_size=2).map(tuple)
_ASKED = st.one_of(
    *(
        st.builds(asked_for, st.just(kind), by=st.just(ALICE), room_ids=_SOME)
        for kind in (OpenBreakoutRooms, CloseBreakoutRooms)
    ),
    st.builds(asked_for, st.just(JoinBreakoutRoom), participant=_ONE, room_id=st.none() | _ROOM),
    st.builds(
        asked_for,
        st.just(ReportBreakoutJoined),
        participant=_ONE,
        room_id=_ROOM,
        breakout_call=st.just(CallId("b")),
    ),
    *(
        st.builds(asked_for, st.just(kind), participant=_ONE, room_id=_ROOM)
        for kind in (ReportBreakoutFailed, ReportBreakoutLeft)
    ),
    *(
        st.builds(asked_for, st.just(kind), participant=_ONE)
        for kind in (ReturnToMainMeeting, ReportHeld, ReportResumed)
    ),
    st.builds(asked_for, st.just(HangUp), participant=st.just(CAROL)),
)


@given(st.lists(_ASKED, min_size=1, max_size=40))
def test_whatever_is_asked_a_closed_room_holds_nobody(asked: list[Command]) -> None:
    call = meeting()
    take(call, asked_for(OpenBreakoutRooms, by=ALICE))
    for each in asked:
        before = digest(call)
        try:
            events = decide(call, each)
        except Refused:
            assert digest(call) == before
            continue
        for event in events:
            evolve(call, event)
        for person in call.participants.values():
            stay = person.breakout
            on_the_way = stay.state in {BreakoutStayState.JOINING, BreakoutStayState.RETURNING}
            assert (person.breakout_until is not None) == on_the_way
            assert (stay.room_id == "") == (stay.state is BreakoutStayState.MAIN)
            if stay.state in {BreakoutStayState.JOINING, BreakoutStayState.AWAY}:
                assert call.breakouts.rooms[stay.room_id].state is BreakoutRoomState.OPEN
            assert person.is_present or stay.state is BreakoutStayState.MAIN


def test_what_is_owed_is_the_way_there_and_back() -> None:
    call = meeting()
    take(call, asked_for(OpenBreakoutRooms, by=ALICE))
    assert [type(each) for each in owed(call)] == [HoldMedia, EnterBreakoutCall]
    take(call, asked_for(ReportHeld, participant=BOB))
    take(call, asked_for(ReportBreakoutJoined, participant=BOB, room_id="r1", breakout_call="b"))
    assert owed(call) == ()
    take(call, asked_for(ReturnToMainMeeting, participant=BOB))
    (leaving,) = owed(call)
    assert isinstance(leaving, LeaveBreakoutCall)
    assert (leaving.participant, leaving.locator) == (BOB, breakout_locator(CallId("m"), "r1"))
    take(call, asked_for(ReportBreakoutLeft, participant=BOB, room_id="r1"))
    assert [type(each) for each in owed(call)] == [ResumeMedia]


def test_an_event_about_a_room_that_was_never_made_is_found_out() -> None:
    call = meeting()
    before = digest(call)
    with pytest.raises(CorruptHistory):
        evolve(call, BreakoutRoomOpened(room_id="r9", by=ALICE))
    assert digest(call) == before


@given(st.text(min_size=1), st.text(min_size=1).filter(lambda text: "/" not in text))
def test_a_locator_says_whose_room_it_is(meeting_id: str, room_id: str) -> None:
    assert read_breakout_locator(breakout_locator(CallId(meeting_id), room_id)) == (meeting_id, room_id)


@pytest.mark.parametrize(
    "group_id", [None, "", "29228d3e-040e-4656-a70e-890ab4e173e5", "breakout/", "breakout/x"]
)
def test_other_groups_are_no_breakout_rooms(group_id: str | None) -> None:
    assert read_breakout_locator(group_id) is None
