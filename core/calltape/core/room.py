"""Rooms: who may come to a call, in which role, and when.

One stream a room. Its window is kept as two instants; whether it is open is asked at an instant. What the
call of a room needs to know of somebody who comes is handed over as a `RoomPass`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import Kind, RawId, parse
from calltape.core.lifecycle import Lifecycle, load
from calltape.core.limit_rows import every_limit
from calltape.core.limits import LIMITS, Limits
from calltape.core.roles import ROLES, Role, RoleScheme
from calltape.core.values import Instant, later

_NEVER = Instant(0)
_NOBODY: Mapping[RawId, Role] = MappingProxyType({})


class RoomState(StrEnum):
    """Where one room is. Meanings: `specs/room.toml`."""

    NONE = "None"
    CREATED = "Created"
    DELETED = "Deleted"


ROOM: Lifecycle[RoomState] = load("room", RoomState, known_limits=every_limit())


@command
class CreateRoom(Command):
    """Make a room that is open from `valid_from` until `valid_until`, and invite those in `roles`."""

    room_id: str
    valid_until: Instant
    valid_from: Instant | None = None
    """None: from now on."""

    is_pstn_dial_out_enabled: bool = False
    roles: Mapping[RawId, Role] = _NOBODY


@command
class UpdateRoom(Command):
    """Change what is given; what is None stays."""

    room_id: str
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    is_pstn_dial_out_enabled: bool | None = None


@command
class UpsertRoomParticipants(Command):
    """Invite those in `roles` who are not invited, and give all of them these roles."""

    room_id: str
    roles: Mapping[RawId, Role]


@command
class RemoveRoomParticipants(Command):
    """Take the invitations of `participants` back."""

    room_id: str
    participants: tuple[RawId, ...]


@command
class DeleteRoom(Command):
    """Delete the room."""

    room_id: str


@event("room.created")
class RoomCreated(Event):
    """There is a room."""

    room_id: str
    valid_from: Instant
    valid_until: Instant
    is_pstn_dial_out_enabled: bool


@event("room.updated")
class RoomUpdated(Event):
    """The room's window and settings are these from now on."""

    room_id: str
    valid_from: Instant
    valid_until: Instant
    is_pstn_dial_out_enabled: bool


@event("room.participant_set")
class RoomParticipantSet(Event):
    """Somebody is invited, in this role."""

    room_id: str
    participant: RawId
    role: Role


@event("room.participant_removed")
class RoomParticipantRemoved(Event):
    """Somebody is not invited any more."""

    room_id: str
    participant: RawId


@event("room.deleted")
class RoomDeleted(Event):
    """The room is gone."""

    room_id: str


@attrs.define
class Room:
    """One room. `Room()` is none yet."""

    state: RoomState = ROOM.initial
    valid_from: Instant = _NEVER
    valid_until: Instant = _NEVER
    is_pstn_dial_out_enabled: bool = False
    roles: dict[RawId, Role] = attrs.Factory(dict[RawId, Role])
    """Who is invited, and in which role."""

    def is_valid(self, at: Instant) -> bool:
        """Whether the room is open at `at`: from the first instant of its window to before the last."""
        return self.state is RoomState.CREATED and self.valid_from <= at < self.valid_until


@attrs.frozen(kw_only=True)
class RoomPass:
    """What a room says of somebody who comes to its call at some instant."""

    room_id: str
    role: Role | None
    """None for who is not invited."""

    is_valid: bool = True
    """Whether the room is open."""

    is_pstn_dial_out_enabled: bool = False


def room_pass(room: Room, room_id: str, who: RawId, at: Instant) -> RoomPass:
    """What `room` says of `who` at `at`."""
    return RoomPass(
        room_id=room_id,
        role=room.roles.get(who),
        is_valid=room.is_valid(at),
        is_pstn_dial_out_enabled=room.is_pstn_dial_out_enabled,
    )


def decide_room(room: Room, asked: Command, limits: Limits = LIMITS) -> tuple[Event, ...]:
    """What `asked` leads to. Reads `room` and changes nothing.

    Raises:
        Refused: there is no such room (any more), the window makes no sense, or somebody cannot be invited.
    """
    name = type(asked).__name__
    if name not in ROOM.commands:
        raise Refused(ROOM.name, room.state, name, "rooms know no such command", ROOM.accepted(room.state))
    ROOM.outcomes(room.state, name)
    if fault := _fault(room, asked, limits):
        raise Refused(ROOM.name, room.state, name, fault, ROOM.accepted(room.state))
    match asked:
        case CreateRoom():
            return (_created(asked), *_set(room, asked.room_id, asked.roles))
        case UpdateRoom():
            return _updated(room, asked)
        case UpsertRoomParticipants():
            return _set(room, asked.room_id, asked.roles)
        case RemoveRoomParticipants():
            gone = [who for who in dict.fromkeys(asked.participants) if who in room.roles]
            return tuple(RoomParticipantRemoved(room_id=asked.room_id, participant=who) for who in gone)
        case DeleteRoom():
            return (RoomDeleted(room_id=asked.room_id),)
        case _:
            raise AssertionError(f"{name} has a row and no decision")


def _created(asked: CreateRoom) -> Event:
    return RoomCreated(
        room_id=asked.room_id,
        valid_from=asked.at if asked.valid_from is None else asked.valid_from,
        valid_until=asked.valid_until,
        is_pstn_dial_out_enabled=asked.is_pstn_dial_out_enabled,
    )


def _updated(room: Room, asked: UpdateRoom) -> tuple[Event, ...]:
    since, until, dial_out = asked.valid_from, asked.valid_until, asked.is_pstn_dial_out_enabled
    updated = RoomUpdated(
        room_id=asked.room_id,
        valid_from=room.valid_from if since is None else since,
        valid_until=room.valid_until if until is None else until,
        is_pstn_dial_out_enabled=room.is_pstn_dial_out_enabled if dial_out is None else dial_out,
    )
    after = (updated.valid_from, updated.valid_until, updated.is_pstn_dial_out_enabled)
    return () if after == (room.valid_from, room.valid_until, room.is_pstn_dial_out_enabled) else (updated,)


def _set(room: Room, room_id: str, roles: Mapping[RawId, Role]) -> tuple[Event, ...]:
    changed = {who: role for who, role in roles.items() if room.roles.get(who) is not role}
    return tuple(RoomParticipantSet(room_id=room_id, participant=w, role=r) for w, r in changed.items())


def _fault(room: Room, asked: Command, limits: Limits) -> str:
    """What makes no sense about `asked`; empty when all is well."""
    if isinstance(asked, CreateRoom | UpdateRoom):
        fresh = asked.at if isinstance(asked, CreateRoom) else room.valid_from
        since = fresh if asked.valid_from is None else asked.valid_from
        until = room.valid_until if asked.valid_until is None else asked.valid_until
        if until <= since:
            return "the room would close before it opens; give a later end"
        if until > later(since, limits.room_validity_max_s):
            days = limits.room_validity_max_s // 86_400
            return f"a room is open for six months, {days} days, at most; give an earlier end"
    roles = asked.roles if isinstance(asked, CreateRoom | UpsertRoomParticipants) else _NOBODY
    for who, role in roles.items():
        if role not in ROLES.kinds[RoleScheme.ROOM].roles:
            return f"a room has no role {role}"
        if parse(who).kind is not Kind.COMMUNICATION_USER:
            return f"{who} is no user of a communication resource, and rooms invite no others"
    return ""


def evolve_room(room: Room, fact: Event) -> Room:
    """What `room` is after `fact`. Works in place on a room that the caller owns, and returns it.

    Raises:
        CorruptHistory: the event is not legal here; `room` is unchanged.
    """
    state = ROOM.after(room.state, type(fact).__name__)
    match fact:
        case RoomCreated() | RoomUpdated():
            room.valid_from, room.valid_until = fact.valid_from, fact.valid_until
            room.is_pstn_dial_out_enabled = fact.is_pstn_dial_out_enabled
        case RoomParticipantSet():
            room.roles[fact.participant] = fact.role
        case RoomParticipantRemoved():
            room.roles.pop(fact.participant, None)
        case _:
            room.roles.clear()
    room.state = state
    return room
