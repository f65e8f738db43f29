"""Going into a breakout room and coming back: by hand, moved, or because the room closed.

What has to be done in the room's own call goes out as effects, and what became of it comes back as reports;
here stands what the meeting knows. While somebody is in a room, the meeting is on hold for them, and when
they are out of it, whoever saw to that, the meeting is resumed.
"""

from collections.abc import Iterator

import attrs

from calltape.core.breakout import (
    IN_MAIN,
    BreakoutRoom,
    BreakoutRoomState,
    BreakoutStay,
    breakout_locator,
)
from calltape.core.call.authority import is_capable, require_capability
from calltape.core.call.caller_id import is_phone
from calltape.core.call.connecting import ParticipantConnected
from calltape.core.call.holding import HoldRequested, ResumeRequested
from calltape.core.call.lobby import ParticipantAdmitted
from calltape.core.call.rooms import Events, changes, decides, moves_machine, reacts
from calltape.core.call.state import Asked, Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, EnterBreakoutCall, LeaveBreakoutCall
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import RoleScheme
from calltape.core.states import BREAKOUT_STAY, CALL, BreakoutStayState, CallState
from calltape.core.values import CallId, CommandId, Instant, later

MANAGE = "manageBreakoutRooms"
"""What roles call it to make rooms, open and close them, and see all of them."""


@command
class JoinBreakoutRoom(Command):
    """`participant` goes into a room that is open."""

    participant: RawId
    room_id: str | None = None
    """None for the one that they are assigned to."""


@command
class ReturnToMainMeeting(Command):
    """`participant` goes back from a room."""

    participant: RawId


@command
class ReportBreakoutJoined(Command):
    """Observed: `participant` is up in the call of the room."""

    participant: RawId
    room_id: str
    breakout_call: CallId


@command
class ReportBreakoutFailed(Command):
    """Observed: `participant` could not join the call of the room."""

    participant: RawId
    room_id: str
    words: str | None = None


@command
class ReportBreakoutLeft(Command):
    """Observed: `participant` is out of the call of the room, whoever saw to that."""

    participant: RawId
    room_id: str


@event("breakout.join_requested")
class BreakoutJoinRequested(Event):
    """Somebody is on the way into a room."""

    participant: RawId
    room_id: str
    by: RawId | None = None
    """Who opened the room that moves them; None where they asked themselves."""

    until: Instant
    """When silence means that it failed."""


@event("breakout.joined")
class BreakoutJoined(Event):
    """Somebody is in the call of a room."""

    participant: RawId
    room_id: str
    breakout_call: CallId


@event("breakout.join_failed")
class BreakoutJoinFailed(Event):
    """Somebody did not get into a room and is in the main meeting again."""

    participant: RawId
    room_id: str
    words: str | None = None


@event("breakout.return_requested")
class BreakoutReturnRequested(Event):
    """Somebody is on the way back from a room."""

    participant: RawId
    room_id: str
    until: Instant
    """When silence means that they are back."""


@event("breakout.left")
class BreakoutLeft(Event):
    """Somebody is out of a room and in the main meeting again."""

    participant: RawId
    room_id: str


@decides(JoinBreakoutRoom)
def _join(call: Call, asked: JoinBreakoutRoom, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    require_meeting(call, me.id, asked)
    require_capability(call, me.id, "joinBreakoutRooms", asked)
    room = _room_for(call, me, asked)
    if me.breakout.room_id == room.id and me.breakout.state is not BreakoutStayState.RETURNING:
        return ()
    BREAKOUT_STAY.outcomes(me.breakout.state, "JoinBreakoutRoom")
    return tuple(going(me, room.id, None, asked.at, limits))


def _room_for(call: Call, me: Participant, asked: JoinBreakoutRoom) -> BreakoutRoom:
    """The room that is meant, open and theirs to join."""
    assigned = call.breakouts.assigned(me.id)
    room = assigned if asked.room_id is None else call.breakouts.rooms.get(asked.room_id)
    # Who may not see a room is not told whether there is one.
    if room is None or not (room is assigned or is_capable(call, me.role, MANAGE)):
        raise refusal(call, me.id, asked, f"{me.id} is not assigned to such a breakout room (412/46260)")
    if room.state is not BreakoutRoomState.OPEN:
        raise refusal(call, me.id, asked, f"the breakout room {room.id} is closed (412/46256)")
    if is_phone(me.id):
        raise refusal(call, me.id, asked, "a telephone joins no breakout room")
    return room


def going(me: Participant, room_id: str, by: RawId | None, at: Instant, limits: Limits) -> Iterator[Event]:
    """`me` is on the way into the room, and the meeting is put on hold for them."""
    until = later(at, limits.establish_group_s)
    yield BreakoutJoinRequested(participant=me.id, room_id=room_id, by=by, until=until)
    if me.call_state is CallState.CONNECTED and me.asked is not Asked.HOLD:
        yield HoldRequested(participant=me.id, until=later(at, limits.modality_s))


def can_move(person: Participant) -> bool:
    """Whether `person` is up in the meeting and in no room."""
    return CALL.accepts(person.call_state, "JoinBreakoutRoom") and BREAKOUT_STAY.accepts(
        person.breakout.state, "OpenBreakoutRooms"
    )


@decides(ReturnToMainMeeting)
def _return(call: Call, asked: ReturnToMainMeeting, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    require_meeting(call, me.id, asked)
    if me.breakout.state is BreakoutStayState.RETURNING:
        return ()
    BREAKOUT_STAY.outcomes(me.breakout.state, "ReturnToMainMeeting")
    if call.breakouts.is_return_disabled and not is_capable(call, me.role, MANAGE):
        raise refusal(call, me.id, asked, "nobody may return before the breakout rooms close")
    return (going_back(me, asked.at, limits),)


def going_back(me: Participant, at: Instant, limits: Limits) -> Event:
    """`me` is on the way back from their room."""
    until = later(at, limits.modality_s)
    return BreakoutReturnRequested(participant=me.id, room_id=me.breakout.room_id, until=until)


@decides(ReportBreakoutJoined)
def _joined(call: Call, seen: ReportBreakoutJoined, limits: Limits) -> Events:
    me = _stayer(call, seen)
    return (BreakoutJoined(participant=me.id, room_id=seen.room_id, breakout_call=seen.breakout_call),)


@decides(ReportBreakoutFailed)
def _join_failed(call: Call, seen: ReportBreakoutFailed, limits: Limits) -> Events:
    return _in_main_again(_stayer(call, seen), seen.at, limits, seen.words)


@decides(ReportBreakoutLeft)
def _left(call: Call, seen: ReportBreakoutLeft, limits: Limits) -> Events:
    return _in_main_again(_stayer(call, seen), seen.at, limits, None)


def not_moved(call: Call, who: RawId, at: Instant, limits: Limits, words: str) -> Events:
    """The way of `who` into a room, or back, took too long."""
    return _in_main_again(call.participants[who], at, limits, words)


_Report = ReportBreakoutJoined | ReportBreakoutFailed | ReportBreakoutLeft


def _stayer(call: Call, seen: _Report) -> Participant:
    """Who is reported of. Raise Refused unless they are where the report can be about them."""
    me, name = call.participants[seen.participant], type(seen).__name__
    BREAKOUT_STAY.outcomes(me.breakout.state, name)
    if me.breakout.room_id != seen.room_id:
        reason = f"they are in the breakout room {me.breakout.room_id}, or on the way there"
        accepted = BREAKOUT_STAY.accepted(me.breakout.state)
        raise Refused(BREAKOUT_STAY.name, me.breakout.state, name, reason, accepted)
    return me


def _in_main_again(me: Participant, at: Instant, limits: Limits, words: str | None) -> Events:
    """Out of the room, or never in it; the meeting is resumed if it is on hold for them, or about to be."""
    room_id = me.breakout.room_id
    out: Event = BreakoutLeft(participant=me.id, room_id=room_id)
    if me.breakout.state is BreakoutStayState.JOINING:
        out = BreakoutJoinFailed(participant=me.id, room_id=room_id, words=words)
    holds = me.call_state is CallState.LOCAL_HOLD and me.asked is not Asked.RESUME
    if not holds and me.asked is not Asked.HOLD:
        return (out,)
    return (out, ResumeRequested(participant=me.id, until=later(at, limits.modality_s)))


def require_meeting(call: Call, who: RawId, asked: Command) -> None:
    """Raise Refused in calls that are no meetings."""
    if call.role_scheme is not RoleScheme.MEETING:
        raise refusal(call, who, asked, "only meetings have breakout rooms (400/46250)")


def refusal(call: Call, who: RawId, asked: Command, reason: str) -> Refused:
    """What `who`, who asks, is told."""
    state = call.participants[who].call_state
    return Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))


def breakout_consequences(
    call: Call, fact: Event, *, command_id: CommandId, at: Instant
) -> tuple[Command, ...]:
    """What follows in a meeting from `fact`, an event of its own: who comes in late is moved as well.

    Args:
        call: the meeting after the event; read only.
        fact: what happened in it.
        command_id: the id of the command; the same for the same fact, so that it is applied once.
        at: when it is given.
    """
    if not isinstance(fact, ParticipantConnected | ParticipantAdmitted):
        return ()
    room = call.breakouts.assigned(fact.participant)
    if room is None or not room.is_auto_move or room.state is not BreakoutRoomState.OPEN:
        return ()
    return (JoinBreakoutRoom(id=command_id, at=at, participant=fact.participant, room_id=room.id),)


def moving_between_rooms(call: Call, person: Participant) -> Iterator[Effect]:
    """What is owed of the way of `person` into a breakout room or back."""
    stay = person.breakout
    if call.id is None:
        return
    locator = breakout_locator(call.id, stay.room_id)
    if stay.state is BreakoutStayState.JOINING:
        yield EnterBreakoutCall(
            participant=person.id, endpoint=person.endpoint, room_id=stay.room_id, locator=locator
        )
    elif stay.state is BreakoutStayState.RETURNING:
        yield LeaveBreakoutCall(
            participant=person.id, endpoint=person.endpoint, room_id=stay.room_id, locator=locator
        )


moves_machine(BREAKOUT_STAY, lambda participant, _: participant.breakout.state)


@changes(BreakoutJoinRequested)
def _goes(call: Call, participant: Participant, fact: BreakoutJoinRequested) -> None:
    participant.breakout = BreakoutStay(state=BreakoutStayState.JOINING, room_id=fact.room_id)
    participant.breakout_until = fact.until


@changes(BreakoutJoined)
def _is_there(call: Call, participant: Participant, fact: BreakoutJoined) -> None:
    participant.breakout = BreakoutStay(
        state=BreakoutStayState.AWAY, room_id=fact.room_id, call_id=fact.breakout_call
    )
    participant.breakout_until = None


@changes(BreakoutReturnRequested)
def _comes_back(call: Call, participant: Participant, fact: BreakoutReturnRequested) -> None:
    participant.breakout = attrs.evolve(participant.breakout, state=BreakoutStayState.RETURNING)
    participant.breakout_until = fact.until


@changes(BreakoutJoinFailed)
def _did_not_go(call: Call, participant: Participant, fact: BreakoutJoinFailed) -> None:
    participant.breakout, participant.breakout_until = IN_MAIN, None


@changes(BreakoutLeft)
def _is_back(call: Call, participant: Participant, fact: BreakoutLeft) -> None:
    participant.breakout, participant.breakout_until = IN_MAIN, None


@reacts(BreakoutJoinRequested)
def _enter(call: Call, fact: BreakoutJoinRequested) -> tuple[Effect, ...]:
    return tuple(moving_between_rooms(call, call.participants[fact.participant]))


@reacts(BreakoutReturnRequested)
def _leave(call: Call, fact: BreakoutReturnRequested) -> tuple[Effect, ...]:
    return tuple(moving_between_rooms(call, call.participants[fact.participant]))
