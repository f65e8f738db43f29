"""Rooms, kept: made, changed, and what changes in one carried to the call that goes on in it.

What this process changes reaches the call at once. What another process changes, or changed while nobody ran
the call, is found by comparing: after a restart, and every second while a call of a room runs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

import attrs

from calltape.adapters.deciding import ROOMS, read, record
from calltape.adapters.runtime.timers import Timers
from calltape.core import (
    Call,
    CallId,
    Command,
    CommandId,
    CreateRoom,
    DeleteRoom,
    Instant,
    RawId,
    Recorded,
    Refused,
    RemoveRoomParticipants,
    Role,
    Room,
    RoomPass,
    UpdateRoom,
    UpsertRoomParticipants,
    later,
    raw_id,
    room_consequences,
    room_differences,
    room_pass,
    room_stream,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

log_ = logging.getLogger(__name__)

LOOK_S = 1
"""How often it is looked for what other processes changed in the rooms whose calls run here."""

T = TypeVar("T")
Invited = Mapping[str, Role] | Sequence[str]
"""Whom a room invites: raw ids with their roles, or raw ids alone, who are attendees then."""


class Rooms:
    """The rooms of the runtime's log. Every change is durable, and carried to the room's call, on return."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._seen: dict[CallId, int] = {}
        """Up to which version of its room each call was told."""

        self._is_watching = False
        self._timers: Timers[None] = Timers(runtime.clock, self._fell_due)
        runtime.listen(self._follow)

    async def room(self, room_id: str) -> Room:
        """The room as it is; one in the state None where there is none."""
        return (await self._read(room_id))[0]

    async def create(
        self,
        room_id: str,
        *,
        valid_until: Instant,
        valid_from: Instant | None = None,
        is_pstn_dial_out_enabled: bool = False,
        participants: Invited = (),
    ) -> Room:
        """Make a room.

        Args:
            room_id: its name, which is used once.
            valid_until: when it closes, six months after it opens at the latest.
            valid_from: when it opens; None for now.
            is_pstn_dial_out_enabled: whether its presenters may dial out to telephones.
            participants: whom it invites.

        Raises:
            BadInput: somebody is no raw id.
            Refused: there is such a room, the window makes no sense, or somebody cannot be invited.
        """
        return await self._give(
            CreateRoom,
            room_id,
            valid_from=valid_from,
            valid_until=valid_until,
            is_pstn_dial_out_enabled=is_pstn_dial_out_enabled,
            roles=_roles(participants),
        )

    async def update(
        self,
        room_id: str,
        *,
        valid_from: Instant | None = None,
        valid_until: Instant | None = None,
        is_pstn_dial_out_enabled: bool | None = None,
    ) -> Room:
        """Change what is given. A call that is on in the room goes on by what it began with.

        Raises:
            Refused: there is no such room, or the window makes no sense.
        """
        return await self._give(
            UpdateRoom,
            room_id,
            valid_from=valid_from,
            valid_until=valid_until,
            is_pstn_dial_out_enabled=is_pstn_dial_out_enabled,
        )

    async def add_or_update_participants(self, room_id: str, participants: Invited) -> Room:
        """Invite people, or give them other roles; who is in the call has theirs at once.

        Raises:
            BadInput: somebody is no raw id.
            Refused: there is no such room, or somebody cannot be invited.
        """
        return await self._give(UpsertRoomParticipants, room_id, roles=_roles(participants))

    async def remove_participants(self, room_id: str, participants: Iterable[str]) -> Room:
        """Take invitations back; who is in the call is out of it.

        Raises:
            BadInput: somebody is no raw id.
            Refused: there is no such room.
        """
        who = tuple(raw_id(each) for each in participants)
        return await self._give(RemoveRoomParticipants, room_id, participants=who)

    async def delete(self, room_id: str) -> Room:
        """Delete the room; everybody whom it invited is out of its call.

        Raises:
            Refused: there is no such room.
        """
        return await self._give(DeleteRoom, room_id)

    async def pass_for(self, room_id: str, who: RawId) -> RoomPass:
        """What the room says of `who` now. Ask in the room's turn, or it may be stale when it is used."""
        return room_pass(await self.room(room_id), room_id, who, self._runtime.clock.now())

    async def in_turn(self, room_id: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` while nobody else here changes the room or comes into its call by what it says."""
        turn = self._turns.get(room_id)
        if turn is None:
            turn = self._turns[room_id] = asyncio.Lock()
        async with turn:
            return await work()

    async def look(self) -> None:
        """Make the calls that run in rooms what their rooms say, whoever changed those."""
        for room_id, call_id in self._runtime.directory.calls_in_rooms():
            await self.take_up(room_id, call_id)

    async def take_up(self, room_id: str, call_id: CallId) -> None:
        """Make a call that runs in a room what the room says."""
        self.watch()
        await self.in_turn(room_id, lambda: self._compare(room_id, call_id))

    def watch(self) -> None:
        """Look every second from now on."""
        if not self._is_watching:
            self._is_watching = True
            self._look_again()

    def fire(self) -> None:
        """Look now if it is time."""
        self._timers.fire()

    async def aclose(self) -> None:
        """Look no more."""
        await self._timers.aclose()

    def _look_again(self) -> None:
        self._timers.arm(None, later(self._runtime.clock.now(), LOOK_S))

    def _fell_due(self, _: None, at: Instant) -> None:  # noqa: ARG002 - as timers call it
        self._runtime.spawn(self._look_on())

    async def _look_on(self) -> None:
        try:
            await self.look()
        except Exception:
            log_.exception("the rooms could not be looked at")  # they will be again
        self._look_again()

    def _follow(self, call_id: CallId, call: Call, recorded: tuple[Recorded, ...]) -> None:  # noqa: ARG002 - a listener
        if call.room_id is None:
            return
        self.watch()
        if call.is_over:
            self._seen.pop(call_id, None)

    async def _give(self, kind: type[Command], room_id: str, **fields: Any) -> Room:
        runtime = self._runtime
        stamped: Any = kind
        command = stamped(id=CommandId(runtime.new_id()), at=runtime.clock.now(), room_id=room_id, **fields)

        async def work() -> Room:
            stream = room_stream(room_id)
            recorded = await asyncio.to_thread(record, runtime.log, stream, ROOMS, command, runtime.limits)
            await self._carry(room_id, recorded)
            return await self.room(room_id)

        return await self.in_turn(room_id, work)

    async def _carry(self, room_id: str, recorded: tuple[Recorded, ...]) -> None:
        """Give the room's call what follows from each event of the room."""
        call_id = self._runtime.directory.call_of_room(room_id)
        if call_id is None:
            return
        for each in recorded:
            id_ = CommandId(f"{each.stream}/{each.version}")
            call = await self._runtime.call(call_id)
            await self._submit(call_id, room_consequences(call, each.event, command_id=id_, at=each.at), id_)

    async def _compare(self, room_id: str, call_id: CallId) -> None:
        version = await asyncio.to_thread(self._runtime.log.version, room_stream(room_id))
        if self._seen.get(call_id) == version:
            return
        room, version = await self._read(room_id)
        call = await self._runtime.call(call_id)
        id_ = CommandId(f"{room_stream(room_id)}/{version}")
        now = self._runtime.clock.now()
        await self._submit(call_id, room_differences(call, room, command_id=id_, at=now), id_)
        if not call.is_over:
            self._seen[call_id] = version

    async def _submit(self, call_id: CallId, commands: tuple[Command, ...], cause: str) -> None:
        for command in commands:
            given: Any = command  # the declaring decorator hides from type checkers that it is an attrs class
            try:
                await self._runtime.submit(
                    call_id, attrs.evolve(given, causation_id=cause, correlation_id=str(call_id))
                )
            except Refused:
                continue  # they left meanwhile

    async def _read(self, room_id: str) -> tuple[Room, int]:
        return await asyncio.to_thread(read, self._runtime.log, room_stream(room_id), ROOMS)


def _roles(participants: Invited) -> dict[RawId, Role]:
    if isinstance(participants, Mapping):
        return {raw_id(who): role for who, role in participants.items()}
    return {raw_id(who): Role.ATTENDEE for who in participants}
