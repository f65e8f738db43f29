"""Breakout rooms of a meeting, as one agent's user has them."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import attrs

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.failing import OperationFailed
from calltape.core import (
    BreakoutJoinFailed,
    BreakoutRoomState,
    BreakoutStayState,
    CallId,
    CallState,
    CloseBreakoutRooms,
    Command,
    Instant,
    JoinBreakoutRoom,
    OpenBreakoutRooms,
    RawId,
    ResumeFailed,
    ReturnToMainMeeting,
    SetBreakoutRoom,
    SetBreakoutSettings,
    raw_id,
    visible_breakout_rooms,
)
from calltape.core import BreakoutRoom as RoomModel

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent
    from calltape.adapters.agent.call import Call


class BreakoutUpdate(StrEnum):
    """What of the breakout rooms is not as before, under the SDK's names."""

    ASSIGNED = "assignedBreakoutRooms"
    ROOMS = "breakoutRooms"
    SETTINGS = "breakoutRoomsSettings"
    JOIN = "join"


@attrs.frozen(kw_only=True)
class BreakoutSettings:
    """What holds for all rooms of a meeting."""

    is_return_disabled: bool
    """Whether only managers may go back to the main meeting by themselves."""

    ends_at: Instant | None
    """When the rooms that are open are closed."""


@attrs.frozen(kw_only=True)
class BreakoutRoom:
    """One room, at one moment."""

    id: str
    title: str
    state: BreakoutRoomState
    is_auto_move: bool
    """Whether its people are moved into it when it opens; else they `join`."""

    invitees: tuple[RawId, ...]
    feature: "BreakoutRoomsFeature" = attrs.field(repr=False, eq=False)

    @property
    def call(self) -> "Call | None":
        """The call of this room, while this side is in it."""
        call = self.feature.call
        return call if call is not None and self.feature.room_id == self.id else None

    async def join(self) -> "Call":
        """See `BreakoutRoomsFeature.join`."""
        return await self.feature.join(self.id)

    async def return_to_main_meeting(self) -> None:
        """See `BreakoutRoomsFeature.return_to_main_meeting`."""
        await self.feature.return_to_main_meeting()


BreakoutData: TypeAlias = Union[BreakoutRoom, tuple[BreakoutRoom, ...], BreakoutSettings, "Call", None]


@attrs.frozen(kw_only=True)
class BreakoutRoomsUpdated:
    """Something about the breakout rooms is not as before."""

    type: BreakoutUpdate
    data: BreakoutData
    """What it is now: the room this side is assigned to, or None; all rooms; the settings; or the call of the
    room that this side is in now."""


@attrs.frozen
class _Seen:
    """What of the rooms has been told."""

    assigned: RoomModel | None
    rooms: tuple[RoomModel, ...]
    settings: BreakoutSettings
    inside: CallId | None
    """The call of the room that this side is in."""


class BreakoutRoomsFeature:
    """The breakout rooms of a meeting: `call.breakout_rooms`. Other calls have none.

    Who is moved into a room, or joins it, has a call of its own there; the meeting is on hold meanwhile. To
    hang up the room's call is to go back. Every method returns when what it asks for is recorded, and raises
    `Refused` outside meetings and where the role does not allow it.
    """

    def __init__(self, call: AskedCall, agent: "CallAgent") -> None:
        self.updated: Changes[BreakoutRoomsUpdated] = Changes()
        """`breakoutRoomsUpdated`: each thing that is not as before, by itself."""

        self._call = call
        self._agent = agent
        self._told = self._see()

    # --- what there is
    # --------------------------------------------------------------------------------------------

    @property
    def assigned_room(self) -> BreakoutRoom | None:
        """The room that this side is assigned to."""
        assigned = self._see().assigned
        return None if assigned is None else self._room(assigned)

    @property
    def rooms(self) -> tuple[BreakoutRoom, ...]:
        """The rooms that this side sees: who manages them all, others the one they are assigned to."""
        return tuple(map(self._room, self._see().rooms))

    @property
    def settings(self) -> BreakoutSettings:
        """What holds for all rooms."""
        return self._see().settings

    @property
    def room_id(self) -> str:
        """The room that this side is in, or on the way into or out of; empty in the main meeting."""
        return self._call.me.breakout.room_id

    @property
    def call(self) -> "Call | None":
        """The call of the room that this side is in; None in the main meeting and on the way."""
        inside = self._see().inside
        return next((call for call in self._agent.calls if call.id == inside), None)

    # --- going there and back
    # -------------------------------------------------------------------------------------

    async def join(self, room_id: str | None = None) -> "Call":
        """Go into a room that is open; returns its call, once this side is up in it.

        Args:
            room_id: which; None for the one that this side is assigned to. Managers may go into any.

        Raises:
            Refused: there is no such room for this side (412/46260), or it is closed (412/46256).
            OperationFailed: the room's call could not be joined; this side is in the meeting again.
        """
        await self._agent.make_room("JoinBreakoutRoom", but={self._call.id, *self._inside()})
        await self._call.ask(JoinBreakoutRoom, (BreakoutJoinFailed,), self._is_away, room_id=room_id)
        call = self.call
        if call is None:
            raise OperationFailed("JoinBreakoutRoom", "this side was called back from the room at once")
        return call

    async def return_to_main_meeting(self) -> None:
        """Go back from a room; returns when its call is left and the meeting goes on.

        Raises:
            Refused: this side is in no room, or nobody may return before the rooms close.
            OperationFailed: the meeting could not be resumed; it is on hold.
        """
        await self._call.ask(ReturnToMainMeeting, (ResumeFailed,), self._is_back)

    def _is_away(self) -> bool:
        return self._call.me.breakout.state is BreakoutStayState.AWAY

    def _is_back(self) -> bool:
        is_in_main = self._call.me.breakout.state is BreakoutStayState.MAIN
        return is_in_main and self._call.state is not CallState.LOCAL_HOLD

    # --- for who manages them
    # -----------------------------------------------------------------------------------------

    async def set_room(
        self, room_id: str, title: str, invitees: tuple[str, ...] = (), *, is_auto_move: bool = False
    ) -> None:
        """Make a room, or change one that is closed.

        Args:
            room_id: how it is told from the others; without a slash.
            title: what people call it.
            invitees: who is assigned to it, raw ids.
            is_auto_move: move them into it when it opens, without asking them.

        Raises:
            BadInput: an invitee is no raw id.
        """
        people = tuple(raw_id(each) for each in invitees)
        await self._manage(
            SetBreakoutRoom, room_id=room_id, title=title, invitees=people, is_auto_move=is_auto_move
        )

    async def change_settings(
        self, *, is_return_disabled: bool = False, ends_at: Instant | None = None
    ) -> None:
        """Say what holds for all rooms; `ends_at` is when the open ones close by themselves."""
        await self._manage(SetBreakoutSettings, is_return_disabled=is_return_disabled, ends_at=ends_at)

    async def open(self, *room_ids: str) -> None:
        """Open these rooms; none named means every room."""
        await self._manage(OpenBreakoutRooms, room_ids=room_ids)

    async def close(self, *room_ids: str) -> None:
        """Close these rooms, and call everybody back from them; none named means every room."""
        await self._manage(CloseBreakoutRooms, room_ids=room_ids)

    async def _manage(self, kind: type[Command], **fields: Any) -> None:
        await self._agent.runtime.give(self._call.id, kind, by=self._agent.raw_id, **fields)

    # --- keeping up
    # -----------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Tell what changed. For the call."""
        before, now = self._told, self._see()
        self._told = now
        if before.assigned != now.assigned:
            self._tell(BreakoutUpdate.ASSIGNED, None if now.assigned is None else self._room(now.assigned))
        if before.rooms != now.rooms:
            self._tell(BreakoutUpdate.ROOMS, self.rooms)
        if before.settings != now.settings:
            self._tell(BreakoutUpdate.SETTINGS, now.settings)
        if now.inside not in {None, before.inside} and (call := self.call) is not None:
            self._tell(BreakoutUpdate.JOIN, call)

    def end(self) -> None:
        """The call is over. For the call."""
        self.updated.end()

    def _tell(self, type_: BreakoutUpdate, data: BreakoutData) -> None:
        self.updated.tell(BreakoutRoomsUpdated(type=type_, data=data))

    def _see(self) -> _Seen:
        model, me = self._call.model, self._call.me
        breakouts = model.breakouts
        return _Seen(
            breakouts.assigned(me.id) if me.is_present else None,
            visible_breakout_rooms(model, me.id),
            BreakoutSettings(is_return_disabled=breakouts.is_return_disabled, ends_at=breakouts.ends_at),
            me.breakout.call_id if self._is_away() else None,
        )

    def _inside(self) -> tuple[CallId, ...]:
        inside = self._see().inside
        return () if inside is None else (inside,)

    def _room(self, room: RoomModel) -> BreakoutRoom:
        return BreakoutRoom(
            id=room.id,
            title=room.title,
            state=room.state,
            is_auto_move=room.is_auto_move,
            invitees=room.invitees,
            feature=self,
        )
