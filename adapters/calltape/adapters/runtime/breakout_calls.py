"""Breakout rooms across calls: a room's call is entered and left here, and the meeting is told of it.

The calls of rooms are group calls of their own, found by a group id that says whose room it is. What becomes
of somebody there is read off that call's own tape, so that a restart in between loses nothing.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from calltape.core import (
    BreakoutStayState,
    Call,
    CallId,
    CallState,
    Command,
    CommandId,
    EndpointId,
    HangUp,
    Join,
    Participant,
    ParticipantConnected,
    ParticipantDropped,
    ParticipantLeft,
    RawId,
    Recorded,
    Refused,
    ReportBreakoutFailed,
    ReportBreakoutJoined,
    ReportBreakoutLeft,
    breakout_consequences,
    breakout_locator,
    read_breakout_locator,
)
from calltape.core.effects import EnterBreakoutCall, LeaveBreakoutCall

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

_Wanted: TypeAlias = EnterBreakoutCall | LeaveBreakoutCall


class BreakoutCalls:
    """Takes people into the calls of breakout rooms and out of them, and listens to what becomes of them."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self.stop = runtime.listen(self._follow)
        """Listen no more."""

    async def perform(self, meeting: CallId, effect_id: str, wanted: _Wanted) -> None:
        """Let somebody into the room's call or out of it; a second time does nothing but tell again."""
        step = self._enter if isinstance(wanted, EnterBreakoutCall) else self._leave
        await self._runtime.in_group_turn(lambda: step(meeting, effect_id, wanted))

    async def _enter(self, meeting: CallId, effect_id: str, wanted: _Wanted) -> None:
        me = (await self._runtime.call(meeting)).participants[wanted.participant].copy()
        if (me.breakout.state, me.breakout.room_id) != (BreakoutStayState.JOINING, wanted.room_id):
            return  # called back meanwhile
        found = await self._there(wanted.locator, me.id)
        if found is not None:
            call_id, state = found
            if state is CallState.CONNECTED:
                await self._is_in(call_id, meeting, wanted.room_id, me.id)
            return
        failed = await self._join(effect_id, wanted, wanted.endpoint, me)
        if failed:
            await self._runtime.report(
                meeting,
                ReportBreakoutFailed,
                cause=effect_id,
                participant=me.id,
                room_id=wanted.room_id,
                words=failed,
            )

    async def _join(
        self, effect_id: str, wanted: _Wanted, endpoint: EndpointId | None, me: Participant
    ) -> str:
        """Join the room's call, which need not be there yet; why not, if that cannot be."""
        if endpoint is None:
            return "they have no endpoint that could join a call"
        call_id = self._runtime.directory.call_of_group(wanted.locator) or CallId(self._runtime.new_id())
        try:
            await self._runtime.give(
                call_id,
                Join,
                cause=effect_id,
                call_id=call_id,
                participant=me.id,
                endpoint=endpoint,
                group_id=wanted.locator,
                is_muted=me.is_muted,
                display_name=me.display_name,
            )
        except Refused as refused:
            return refused.reason or "the call of the room cannot be joined now"
        return ""

    async def _leave(self, meeting: CallId, effect_id: str, wanted: _Wanted) -> None:
        """Hang up for somebody; who is not there is out of it."""
        if not await self._hang_up(wanted.locator, wanted.participant):
            await self._is_out(meeting, wanted.room_id, wanted.participant, cause=effect_id)

    async def take_up(self, meeting: CallId, call: Call) -> None:
        """After a restart: tell the meeting of those who came out of a room meanwhile."""
        for person in tuple(call.participants.values()):
            stay = person.breakout
            if stay.state is not BreakoutStayState.AWAY:
                continue
            if await self._there(breakout_locator(meeting, stay.room_id), person.id) is None:
                await self._is_out(meeting, stay.room_id, person.id)

    async def _there(self, locator: str, who: RawId) -> tuple[CallId, CallState] | None:
        """The room's call and where `who` is in it; None where they are not."""
        call_id = self._runtime.directory.call_of_group(locator)
        if call_id is None:
            return None
        person = (await self._runtime.call(call_id)).participants.get(who)
        return (call_id, person.call_state) if person is not None and person.is_present else None

    async def _hang_up(self, locator: str, who: RawId) -> bool:
        """Whether `who` was in the room's call; they are not any more."""
        found = await self._there(locator, who)
        return found is not None and await self._runtime.report(found[0], HangUp, participant=who)

    def _follow(self, call_id: CallId, call: Call, recorded: tuple[Recorded, ...]) -> None:
        whose = read_breakout_locator(call.group_id)
        if whose is not None:
            meeting, room_id = whose
            self._follow_room(call_id, meeting, room_id, recorded)
        elif call.breakouts.rooms:
            self._follow_meeting(call_id, call, recorded)

    def _follow_room(
        self, call_id: CallId, meeting: CallId, room_id: str, recorded: tuple[Recorded, ...]
    ) -> None:
        """Tell the meeting who came into the room's call and who is out of it."""
        for each in recorded:
            match each.event:
                case ParticipantConnected(participant=who):
                    self._runtime.spawn(self._is_in(call_id, meeting, room_id, who))
                case ParticipantLeft(participant=who) | ParticipantDropped(participant=who):
                    self._runtime.spawn(self._is_out(meeting, room_id, who))
                case _:
                    pass

    def _follow_meeting(self, meeting: CallId, call: Call, recorded: tuple[Recorded, ...]) -> None:
        """Move who comes in late; take who leaves the meeting out of its rooms."""
        for each in recorded:
            id_ = CommandId(f"{each.stream}/{each.version}-breakout")
            for command in breakout_consequences(call, each.event, command_id=id_, at=each.at):
                self._runtime.spawn(self._submit(meeting, command))
            if isinstance(each.event, ParticipantLeft | ParticipantDropped):
                rooms = tuple(call.breakouts.rooms)
                self._runtime.spawn(self._out_of_all(meeting, rooms, each.event.participant))

    async def _submit(self, meeting: CallId, command: Command) -> None:
        given: Any = command  # the declaring decorator hides from type checkers that it is an attrs class
        try:
            await self._runtime.submit(meeting, attrs.evolve(given, correlation_id=str(meeting)))
        except Refused:
            return  # they left, or the room closed, meanwhile

    async def _out_of_all(self, meeting: CallId, rooms: tuple[str, ...], who: RawId) -> None:
        for room_id in rooms:
            await self._hang_up(breakout_locator(meeting, room_id), who)

    async def _is_in(self, call_id: CallId, meeting: CallId, room_id: str, who: RawId) -> None:
        told = await self._runtime.report(
            meeting, ReportBreakoutJoined, participant=who, room_id=room_id, breakout_call=call_id
        )
        if not told:  # called back, or gone from the meeting, before they were in
            await self._runtime.report(call_id, HangUp, participant=who)

    async def _is_out(self, meeting: CallId, room_id: str, who: RawId, cause: str | None = None) -> None:
        await self._runtime.report(meeting, ReportBreakoutLeft, cause=cause, participant=who, room_id=room_id)
