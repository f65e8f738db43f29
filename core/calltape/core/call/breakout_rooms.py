"""Breakout rooms of a meeting: who makes them, opens them and closes them, and what holds for all of them.

A room's call is a call of its own; how somebody gets there and back stands in `breakout_stays`. Closing a
room, by hand or by its time, sends everybody in it on the way back.
"""

from collections.abc import Iterator

import attrs

from calltape.core.breakout import (
    BreakoutRoom,
    BreakoutRoomState,
)
from calltape.core.call.authority import is_capable, require_capability
from calltape.core.call.breakout_stays import (
    MANAGE,
    can_move,
    going,
    going_back,
    refusal,
    require_meeting,
)
from calltape.core.call.caller_id import is_phone
from calltape.core.call.leaving import require_connected
from calltape.core.call.rooms import Events, changes_whole, decides
from calltape.core.call.state import Call
from calltape.core.commands import Command, command
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import RoleScheme
from calltape.core.states import BREAKOUT_STAY
from calltape.core.values import Instant


@command
class SetBreakoutRoom(Command):
    """`by` makes a room, or changes one that is closed."""

    by: RawId
    room_id: str
    """How it is told from the others; without a slash."""

    title: str
    invitees: tuple[RawId, ...] = ()
    is_auto_move: bool = False


@command
class SetBreakoutSettings(Command):
    """`by` says what holds for all rooms."""

    by: RawId
    is_return_disabled: bool = False
    ends_at: Instant | None = None
    """When the rooms that are open are closed; None for no such time."""


@command
class OpenBreakoutRooms(Command):
    """`by` opens rooms. People of a room that moves them are on their way at once."""

    by: RawId
    room_ids: tuple[str, ...] = ()
    """Which; none named means every room."""


@command
class CloseBreakoutRooms(Command):
    """`by` closes rooms; who is in one goes back to the main meeting."""

    by: RawId
    room_ids: tuple[str, ...] = ()
    """Which; none named means every room."""


@event("breakout.room_set")
class BreakoutRoomSet(Event):
    """There is such a room, closed, with these people."""

    room_id: str
    title: str
    invitees: tuple[RawId, ...]
    is_auto_move: bool
    by: RawId


@event("breakout.settings_changed")
class BreakoutSettingsChanged(Event):
    """This holds for all rooms from now on."""

    is_return_disabled: bool
    ends_at: Instant | None
    by: RawId


@event("breakout.room_opened")
class BreakoutRoomOpened(Event):
    """The room can be joined."""

    room_id: str
    by: RawId


@event("breakout.room_closed")
class BreakoutRoomClosed(Event):
    """The room cannot be joined any more."""

    room_id: str
    by: RawId | None = None
    """None where its time was up."""


@decides(SetBreakoutRoom)
def _set_room(call: Call, asked: SetBreakoutRoom, limits: Limits) -> Events:
    _require_manager(call, asked.by, asked)
    if fault := _room_fault(call, asked):
        raise refusal(call, asked.by, asked, fault)
    invitees = tuple(dict.fromkeys(asked.invitees))
    wanted = BreakoutRoom(
        id=asked.room_id, title=asked.title, invitees=invitees, is_auto_move=asked.is_auto_move
    )
    if call.breakouts.rooms.get(asked.room_id) == wanted:
        return ()
    return (
        BreakoutRoomSet(
            room_id=wanted.id,
            title=wanted.title,
            invitees=invitees,
            is_auto_move=wanted.is_auto_move,
            by=asked.by,
        ),
    )


def _room_fault(call: Call, asked: SetBreakoutRoom) -> str:
    """What is wrong with the room; empty when all is well."""
    if not asked.room_id or "/" in asked.room_id or not asked.title.strip():
        return "a breakout room has an id without a slash, and a name"
    known = call.breakouts.rooms.get(asked.room_id)
    if known is not None and known.state is BreakoutRoomState.OPEN:
        return f"the breakout room {asked.room_id} is open; close it before it is changed"
    for who in asked.invitees:
        if is_phone(who):
            return f"{who} is a telephone, and none joins a breakout room"
        other = call.breakouts.assigned(who)
        if other is not None and other.id != asked.room_id:
            return f"{who} is assigned to the breakout room {other.id} already"
    return ""


@decides(SetBreakoutSettings)
def _set_settings(call: Call, asked: SetBreakoutSettings, limits: Limits) -> Events:
    _require_manager(call, asked.by, asked)
    if asked.ends_at is not None and asked.ends_at <= asked.at:
        raise refusal(call, asked.by, asked, "breakout rooms cannot end in the past; give a later end")
    now = call.breakouts
    if (now.is_return_disabled, now.ends_at) == (asked.is_return_disabled, asked.ends_at):
        return ()
    return (
        BreakoutSettingsChanged(
            is_return_disabled=asked.is_return_disabled, ends_at=asked.ends_at, by=asked.by
        ),
    )


@decides(OpenBreakoutRooms)
def _open(call: Call, asked: OpenBreakoutRooms, limits: Limits) -> Events:
    _require_manager(call, asked.by, asked)
    rooms = [room for room in _named(call, asked) if room.state is BreakoutRoomState.CLOSED]
    ends_at = call.breakouts.ends_at
    if rooms and ends_at is not None and ends_at <= asked.at:
        raise refusal(call, asked.by, asked, "the end of the breakout rooms has passed; set another first")
    opened = [BreakoutRoomOpened(room_id=room.id, by=asked.by) for room in rooms]
    moved = (each for room in rooms if room.is_auto_move for each in _moved(call, room, asked, limits))
    return (*opened, *moved)


def _moved(call: Call, room: BreakoutRoom, asked: OpenBreakoutRooms, limits: Limits) -> Iterator[Event]:
    """Those of the room who are up in the meeting and nowhere else are on their way."""
    for who in room.invitees:
        person = call.participants.get(who)
        if person is not None and can_move(person):
            yield from going(person, room.id, asked.by, asked.at, limits)


@decides(CloseBreakoutRooms)
def _close(call: Call, asked: CloseBreakoutRooms, limits: Limits) -> Events:
    _require_manager(call, asked.by, asked)
    return _closing(call, _named(call, asked), asked.by, asked.at, limits)


def closed_by_time(call: Call, asked: Command, limits: Limits) -> Events:
    """The time of the rooms is up: those that are open are closed."""
    return _closing(call, call.breakouts.opened(), None, asked.at, limits)


def _closing(
    call: Call, rooms: tuple[BreakoutRoom, ...], by: RawId | None, at: Instant, limits: Limits
) -> Events:
    closing = {room.id for room in rooms if room.state is BreakoutRoomState.OPEN}
    closed = [BreakoutRoomClosed(room_id=room.id, by=by) for room in rooms if room.id in closing]
    people = [person for person in call.participants.values() if person.breakout.room_id in closing]
    back = [
        going_back(person, at, limits)
        for person in people
        if BREAKOUT_STAY.accepts(person.breakout.state, "CloseBreakoutRooms")
    ]
    return (*closed, *back)


def _named(call: Call, asked: OpenBreakoutRooms | CloseBreakoutRooms) -> tuple[BreakoutRoom, ...]:
    """Every room meant, once each."""
    rooms = call.breakouts.rooms
    for room_id in asked.room_ids:
        if room_id not in rooms:
            raise refusal(call, asked.by, asked, f"there is no breakout room {room_id!r}")
    return tuple(rooms[room_id] for room_id in dict.fromkeys(asked.room_ids or rooms))


def _require_manager(call: Call, by: RawId, asked: Command) -> None:
    require_connected(call, by, asked)
    require_meeting(call, by, asked)
    require_capability(call, by, MANAGE, asked)


def visible_breakout_rooms(call: Call, who: RawId) -> tuple[BreakoutRoom, ...]:
    """The rooms that `who` sees: managers all of them, everybody else the one they are assigned to."""
    person = call.participants.get(who)
    if person is None or not person.is_present:
        return ()
    if call.role_scheme is RoleScheme.MEETING and is_capable(call, person.role, MANAGE):
        return tuple(call.breakouts.rooms.values())
    assigned = call.breakouts.assigned(who)
    return () if assigned is None else (assigned,)


def _is_meeting(call: Call) -> bool:
    return call.role_scheme is RoleScheme.MEETING


def _fits_set(call: Call, fact: BreakoutRoomSet) -> bool:
    room = call.breakouts.rooms.get(fact.room_id)
    return room is None or room.state is BreakoutRoomState.CLOSED


def _fits(call: Call, fact: BreakoutRoomOpened | BreakoutRoomClosed) -> bool:
    """A room that is closed is opened, and the other way round."""
    room = call.breakouts.rooms.get(fact.room_id)
    closes = isinstance(fact, BreakoutRoomClosed)
    return room is not None and (room.state is BreakoutRoomState.OPEN) == closes


@changes_whole(
    BreakoutRoomSet, when=_is_meeting, place="in a meeting, for a room that is not open", fits=_fits_set
)
def _is_set(call: Call, fact: BreakoutRoomSet) -> None:
    room = BreakoutRoom(
        id=fact.room_id, title=fact.title, invitees=fact.invitees, is_auto_move=fact.is_auto_move
    )
    call.breakouts = call.breakouts.with_room(room)


@changes_whole(BreakoutSettingsChanged, when=_is_meeting, place="in a meeting")
def _settings_are(call: Call, fact: BreakoutSettingsChanged) -> None:
    call.breakouts = attrs.evolve(
        call.breakouts, is_return_disabled=fact.is_return_disabled, ends_at=fact.ends_at
    )


@changes_whole(
    BreakoutRoomOpened, when=_is_meeting, place="in a meeting, for a room of it that is closed", fits=_fits
)
def _is_open(call: Call, fact: BreakoutRoomOpened) -> None:
    _put(call, fact.room_id, BreakoutRoomState.OPEN)


@changes_whole(
    BreakoutRoomClosed, when=_is_meeting, place="in a meeting, for a room of it that is open", fits=_fits
)
def _is_closed(call: Call, fact: BreakoutRoomClosed) -> None:
    _put(call, fact.room_id, BreakoutRoomState.CLOSED)


def _put(call: Call, room_id: str, state: BreakoutRoomState) -> None:
    room = call.breakouts.rooms[room_id]
    call.breakouts = call.breakouts.with_room(attrs.evolve(room, state=state))
