"""Breakout rooms as values: what a meeting knows of its rooms, and where one participant is among them."""

from collections.abc import Mapping
from enum import StrEnum

import attrs

from calltape.core.identity import RawId
from calltape.core.states import BreakoutStayState
from calltape.core.values import CallId, Instant


class BreakoutRoomState(StrEnum):
    """Whether a room can be joined, under the SDK's names."""

    OPEN = "open"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class BreakoutRoom:
    """One room of a meeting."""

    id: str
    title: str
    """What people call it."""

    invitees: tuple[RawId, ...] = ()
    """Who is assigned to it."""

    is_auto_move: bool = False
    """Whether its people are moved into it when it opens, without asking them."""

    state: BreakoutRoomState = BreakoutRoomState.CLOSED


@attrs.frozen(kw_only=True)
class Breakouts:
    """The rooms of a meeting and what holds for all of them. Never changed in place."""

    rooms: Mapping[str, BreakoutRoom] = attrs.field(factory=dict[str, BreakoutRoom])
    """By id, in the order in which they were made."""

    is_return_disabled: bool = False
    """Whether only managers may go back to the main meeting by themselves."""

    ends_at: Instant | None = None
    """When the rooms that are open are closed."""

    def opened(self) -> tuple[BreakoutRoom, ...]:
        """The rooms that are open."""
        return tuple(room for room in self.rooms.values() if room.state is BreakoutRoomState.OPEN)

    def assigned(self, who: RawId) -> BreakoutRoom | None:
        """The room that `who` is assigned to; nobody is assigned to two."""
        return next((room for room in self.rooms.values() if who in room.invitees), None)

    def with_room(self, room: BreakoutRoom) -> "Breakouts":
        """The same with `room` in its place, or after all others."""
        return attrs.evolve(self, rooms={**self.rooms, room.id: room})


NO_BREAKOUTS = Breakouts()


@attrs.frozen(kw_only=True)
class BreakoutStay:
    """Where a participant of the meeting is."""

    state: BreakoutStayState = BreakoutStayState.MAIN
    room_id: str = ""
    """Which room; empty in the main meeting."""

    call_id: CallId | None = None
    """The room's call, once they are in it."""


IN_MAIN = BreakoutStay()

_LOCATOR = "breakout"


def breakout_locator(meeting: CallId, room_id: str) -> str:
    """The group id by which the call of a room is found. It is no GUID, so that nobody joins it by hand."""
    return f"{_LOCATOR}/{meeting}/{room_id}"


def read_breakout_locator(group_id: str | None) -> tuple[CallId, str] | None:
    """The meeting and the room whose call is found by `group_id`; None where that is no breakout room's."""
    kind, _, rest = (group_id or "").partition("/")
    meeting, _, room_id = rest.rpartition("/")
    return (CallId(meeting), room_id) if kind == _LOCATOR and meeting else None
