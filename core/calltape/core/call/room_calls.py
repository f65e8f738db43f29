"""The call of a room: only whom the room invites may come, in the role that the room gives.

What the room says of somebody comes in on the command. What changes in the room while its call goes on
reaches the call as commands (`room_consequences`) and takes effect at once.
"""

import attrs

from calltape.core.call.changing_roles import ChangeRole
from calltape.core.call.hindrances import consent_is_missing
from calltape.core.call.inviting import require_room, room_fault
from calltape.core.call.leaving import leave
from calltape.core.call.rooms import Events, decides
from calltape.core.call.starting import CallStarted, ParticipantJoined
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, personal
from calltape.core.identity import Kind, RawId, parse
from calltape.core.limits import Limits
from calltape.core.roles import Role, RoleScheme, is_silent
from calltape.core.room import Room, RoomDeleted, RoomParticipantRemoved, RoomParticipantSet, RoomPass
from calltape.core.states import CALL
from calltape.core.values import CallId, CommandId, EndpointId, Instant, later


@command
class JoinRoom(Command):
    """`participant` joins the call of a room from `endpoint`, starting it if nobody is there."""

    call_id: CallId
    participant: RawId
    endpoint: EndpointId
    room: RoomPass
    """What the room says of them now."""

    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())


@command
class LoseInvitation(Command):
    """The room invites `participant` no more."""

    participant: RawId


@decides(JoinRoom)
def _join_room(call: Call, asked: JoinRoom, limits: Limits) -> Events:
    if call.kind is not None and call.room_id != asked.room.room_id:
        raise Refused(CALL.name, call.state, "JoinRoom", "it is not the call of that room", ())
    if fault := room_fault(asked.participant, asked.room):
        raise Refused(CALL.name, call.state, "JoinRoom", fault, ())
    require_room(call, asked, limits)
    role = asked.room.role or Role.UNKNOWN
    joined = ParticipantJoined(
        participant=asked.participant,
        endpoint=asked.endpoint,
        establish_until=later(asked.at, limits.establish_group_s),
        role=role,
        is_muted=asked.is_muted or is_silent(RoleScheme.ROOM, role) or _waits_for_consent(call, asked),
        display_name=asked.display_name,
    )
    return (joined,) if call.kind is not None else (_started(asked, limits), joined)


def _waits_for_consent(call: Call, asked: JoinRoom) -> bool:
    return consent_is_missing(call, Participant(id=asked.participant))


def _started(asked: JoinRoom, limits: Limits) -> CallStarted:
    return CallStarted(
        call_id=asked.call_id,
        kind=CallKind.ROOM,
        starter=asked.participant,
        room_id=asked.room.room_id,
        is_pstn_dial_out_enabled=asked.room.is_pstn_dial_out_enabled,
        waits_for_answer=False,
        ends_by=later(asked.at, limits.call_duration_max_s),
    )


@decides(LoseInvitation)
def _lose_invitation(call: Call, asked: LoseInvitation, limits: Limits) -> Events:
    if call.room_id is None or parse(asked.participant).kind is Kind.PHONE_NUMBER:
        state = call.participants[asked.participant].call_state
        reason = "only whom a room invites can lose the invitation"
        raise Refused(CALL.name, state, "LoseInvitation", reason, CALL.accepted(state))
    withdrawn = REGISTRY.reason(0, 5317, source=Source.SERVICE)
    return leave(call, asked.participant, withdrawn, asked.at, limits)


def room_consequences(call: Call, fact: Event, *, command_id: CommandId, at: Instant) -> tuple[Command, ...]:
    """What follows in the call of a room from `fact`, an event of the room's stream.

    Args:
        call: the call of the room; read only.
        fact: what happened in the room.
        command_id: what the ids of the commands begin with; the same for the same fact, so that each is
            applied once.
        at: when they are given.
    """
    match fact:
        case RoomParticipantSet() if _is_there(call, fact.participant):
            return (
                ChangeRole(
                    id=CommandId(f"{command_id}-role"), at=at, participant=fact.participant, role=fact.role
                ),
            )
        case RoomParticipantRemoved() if _is_there(call, fact.participant):
            gone = [fact.participant]
        case RoomDeleted():
            gone = [p.id for p in call.participants.values() if p.is_present and p.role is not Role.UNKNOWN]
        case _:
            gone = []
    return tuple(
        LoseInvitation(id=CommandId(f"{command_id}-{number}"), at=at, participant=who)
        for number, who in enumerate(gone, 1)
    )


def room_differences(call: Call, room: Room, *, command_id: CommandId, at: Instant) -> tuple[Command, ...]:
    """What makes the people in the call of a room what the room says: for who missed how it came to that.

    Args:
        call: the call of the room; read only.
        room: the room as it is now; read only.
        command_id: what the ids of the commands begin with; the same for the same version of the room, so
            that each is applied once.
        at: when they are given.
    """
    found: list[Command] = []
    for person in call.participants.values():
        if not person.is_present or parse(person.id).kind is Kind.PHONE_NUMBER:
            continue
        role = room.roles.get(person.id)
        id_ = CommandId(f"{command_id}-{person.id}")
        if role is None:
            found.append(LoseInvitation(id=id_, at=at, participant=person.id))
        elif role is not person.role:
            found.append(ChangeRole(id=id_, at=at, participant=person.id, role=role))
    return tuple(found)


def _is_there(call: Call, who: RawId) -> bool:
    person = call.participants.get(who)
    return person is not None and person.is_present
