"""One user's agent: places, joins, receives and transfers calls; one of them is active, the others held."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from calltape.adapters.agent import pushing
from calltape.adapters.agent.admitting import TRUSTED, Admission
from calltape.adapters.agent.arriving import arrival
from calltape.adapters.agent.call import Call, Direction
from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.failing import OperationFailed
from calltape.adapters.agent.holding_others import hold_others
from calltape.adapters.agent.incoming import IncomingCall
from calltape.adapters.agent.locators import MeetingLocator, RoomLocator, group_of
from calltape.adapters.agent.sending import VideoOptions
from calltape.adapters.runtime import Runtime
from calltape.core import (
    Accept,
    BadInput,
    CallId,
    CallState,
    CustomContext,
    EndpointId,
    EndReason,
    Join,
    JoinRoom,
    OfferState,
    PassingSignal,
    RawId,
    Recorded,
    RedirectOffer,
    Refused,
    Reject,
    ReportTokenLost,
    Ringing,
    StartCall,
    raw_id,
)
from calltape.core import (
    Call as CallModel,
)


class CallAgent:
    """Acts for one user at one endpoint. Made by `CallClient.create_call_agent`."""

    def __init__(
        self,
        runtime: Runtime,
        user: RawId,
        endpoint: EndpointId,
        display_name: str | None,
        admission: Admission = TRUSTED,
    ) -> None:
        self.runtime = runtime
        self._admission = admission
        self._token_watch: asyncio.Task[None] | None = None
        self.raw_id = user
        self.endpoint = endpoint
        self.display_name = display_name
        self.incoming_call: Changes[IncomingCall] = Changes()
        """Calls that are offered here, as they come."""

        self.transfer_accepted: Changes[Call] = Changes()
        """Calls that this agent placed because somebody handed its user over; nobody is asked."""

        self.turn = asyncio.Lock()
        """Held by whoever makes a call the active one."""

        self._kits: dict[CallId, object | None] = {}
        self._calls: dict[CallId, Call] = {}
        self._offers: dict[CallId, IncomingCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stops = (
            runtime.listen(self._follow),
            runtime.listen_measured(self._receive),
            runtime.passing.listen(self._passed),
        )
        runtime.register(user, endpoint, self)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls this agent is in or on its way into or out of."""
        return tuple(call for call in self._calls.values() if call.state is not CallState.DISCONNECTED)

    async def start_call(
        self,
        callees: list[str] | tuple[str, ...],
        *,
        is_muted: bool = False,
        video: VideoOptions | None = None,
        alternate_caller_id: str | None = None,
        custom_context: CustomContext | None = None,
        kit: object | None = None,
    ) -> Call:
        """Call one person, or several as a group.

        Args:
            callees: raw ids; a telephone's is `4:` and its number.
            is_muted: begin with the microphone muted.
            video: the video to begin with, once the call is up; None for the camera off.
            alternate_caller_id: the number that telephones are shown, in E.164; None for the gateway's own.
            custom_context: what the one who is called is to know; a call to several carries none.
            kit: what to talk, listen and look with; a `MediaKit` of `calltape.adapters.webrtc`.

        Raises:
            BadInput: a callee is no raw id.
            Refused: nobody is called, somebody twice, or the caller themselves; or the token starts no calls.
        """
        who = tuple(raw_id(callee) for callee in callees)
        await self._admission.require_start("StartCall")
        call_id = CallId(self.runtime.new_id())
        call = await self._enter(
            call_id,
            StartCall,
            "Outgoing",
            kit,
            callees=who,
            is_muted=is_muted,
            alternate_caller_id=alternate_caller_id,
            custom_context=custom_context,
        )
        return self._with_video(call, video)

    async def join(
        self,
        locator: str | MeetingLocator | RoomLocator,
        *,
        is_muted: bool = False,
        video: VideoOptions | None = None,
        kit: object | None = None,
    ) -> Call:
        """Join a group call, a meeting or the call of a room, starting it if nobody is there.

        Args:
            locator: the GUID of a group, or where a meeting or a room is.
            is_muted: begin with the microphone muted.
            video: the video to begin with, once the call is up; None for the camera off.
            kit: what to talk, listen and look with; a `MediaKit` of `calltape.adapters.webrtc`.

        Raises:
            BadInput: the group id is no GUID.
            Refused: the call is full, this user is in it already, the room is not open or does not invite
                them, or the token does not allow it.
        """
        if isinstance(locator, RoomLocator):
            return self._with_video(await self._join_room(locator.room_id, kit, is_muted=is_muted), video)
        group_id, is_meeting = group_of(locator)

        async def work() -> Call:
            call_id = self.runtime.directory.call_of_group(group_id)
            if call_id is None:
                await self._admission.require_start("Join")
                call_id = CallId(self.runtime.new_id())
            else:
                await self._admission.require_join("Join")
            about = {"group_id": group_id, "has_lobby": is_meeting, "is_muted": is_muted}
            return await self._enter(call_id, Join, "Outgoing", kit, **about)

        joined: Call = await self.runtime.in_group_turn(work)
        return self._with_video(joined, video)

    async def _join_room(self, room_id: str, kit: object | None, *, is_muted: bool) -> Call:
        rooms = self.runtime.rooms

        async def work() -> Call:
            call_id = self.runtime.directory.call_of_room(room_id)
            said = await rooms.pass_for(room_id, self.raw_id)
            if call_id is None:
                await self._admission.require_start("JoinRoom", is_invited_to_room=said.role is not None)
                call_id = CallId(self.runtime.new_id())
            else:
                await self._admission.require_join("JoinRoom")
            return await self._enter(call_id, JoinRoom, "Outgoing", kit, room=said, is_muted=is_muted)

        return await rooms.in_turn(room_id, work)

    def _with_video(self, call: Call, video: VideoOptions | None) -> Call:
        if video is not None:
            self._begin(call.begin_with(video))
        return call

    async def _leave_without_token(self) -> None:
        """When the token has run out and no other can be had, leave every call."""
        await self._admission.run_out()
        for call in self.calls:
            await self.runtime.report(call.id, ReportTokenLost, participant=self.raw_id)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside, for as long as the agent is there; nobody waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _enter(
        self,
        call_id: CallId,
        kind: type[StartCall | Join | JoinRoom],
        direction: Direction,
        kit: object | None,
        **fields: Any,
    ) -> Call:
        """Come into a call with the command `kind`; if that is refused, it was never there."""
        async with self.turn:
            await self.make_room(kind.__name__, but={call_id})
            call = self._adopt(call_id, direction, kit)
            try:
                await self.runtime.give(
                    call_id,
                    kind,
                    call_id=call_id,
                    participant=self.raw_id,
                    endpoint=self.endpoint,
                    display_name=self.display_name,
                    **fields,
                )
            except BaseException:
                self._calls.pop(call_id, None)
                raise
            return call

    def _adopt(self, call_id: CallId, direction: Direction, kit: object | None) -> Call:
        """Follow a call from its first event on."""
        if kit is not None:
            self.runtime.media.equip(call_id, self.raw_id, kit)
        if self._admission is not TRUSTED and (self._token_watch is None or self._token_watch.done()):
            self._token_watch = self._begin(self._leave_without_token())
        call = Call(self, call_id, CallModel(), direction)
        self._calls[call_id] = call
        self._kits[call_id] = kit
        return call

    async def make_room(self, operation: str, *, but: set[CallId]) -> None:
        """Hold every other call, so that one at most is active.

        Raises:
            Refused: another call is just being set up, and that cannot be held.
            OperationFailed: a hold did not happen.
        """
        others = [call for call in self.calls if call.id not in but and self._has_one_active_call]
        await hold_others(others, operation)

    _has_one_active_call = True
    """Whether only one call at a time may be active."""

    async def accept(
        self, incoming: IncomingCall, *, is_muted: bool, kit: object | None, video: VideoOptions | None = None
    ) -> Call:
        """See `IncomingCall.accept`."""
        await self._admission.require_join("Accept")
        async with self.turn:
            but = {incoming.id} if incoming.replaces is None else {incoming.id, incoming.replaces}
            await self.make_room("Accept", but=but)
            call = await self._accept_now(incoming, is_muted=is_muted, kit=kit)
        return self._with_video(call, video)

    async def _accept_now(self, incoming: IncomingCall, *, is_muted: bool, kit: object | None) -> Call:
        call = self._adopt(incoming.id, "Incoming", kit)
        try:
            await self.runtime.give(
                incoming.id,
                Accept,
                participant=self.raw_id,
                endpoint=self.endpoint,
                is_muted=is_muted,
                display_name=self.display_name,
            )
        except BaseException:
            self._calls.pop(incoming.id, None)
            raise
        self._forget_offer(incoming.id, OfferState.ACCEPTED)
        return call

    async def reject(self, incoming: IncomingCall) -> None:
        """See `IncomingCall.reject`."""
        await self.runtime.give(incoming.id, Reject, participant=self.raw_id, endpoint=self.endpoint)
        self._forget_offer(incoming.id, OfferState.REJECTED)

    async def redirect(self, incoming: IncomingCall, target: str) -> None:
        """See `IncomingCall.redirect`."""
        await self.runtime.give(
            incoming.id,
            RedirectOffer,
            participant=self.raw_id,
            endpoint=self.endpoint,
            target=raw_id(target),
        )
        self._forget_offer(incoming.id, OfferState.REDIRECTED)

    def _forget_offer(self, call_id: CallId, state: OfferState, reason: EndReason | None = None) -> None:
        offer = self._offers.pop(call_id, None)
        if offer is not None:
            offer.close(state, reason)

    async def register_push_notification(self, device: str, ttl_s: int | None = None) -> None:
        """Have calls pushed to `device` when this user is not connected, for `ttl_s` seconds; again to renew.

        Raises:
            Refused: no device is named, the time to live is out of range, or the token is not valid.
        """
        await self._admission.require_join("RegisterPush")
        await pushing.register(self, device, ttl_s)

    async def unregister_push_notification(self) -> None:
        """Have calls pushed to none of the user's devices any more, whichever registered them."""
        await pushing.unregister(self)

    async def handle_push_notification(self, payload: Mapping[str, str], *, device: str) -> bool:
        """Read what `device` got from its push service; a call that rings is then offered here.

        Returns:
            Whether it led to anything; a payload that came before does not, nor one of a call that is over.

        Raises:
            Refused: it is no push about a call (error flag 4), it cannot be used (8), or it comes too late.
        """
        return await pushing.handle(self, payload, device)

    async def dispose(self) -> None:
        """Hang up every call and receive none any more."""
        for call in self.calls:
            await call.hang_up()
        self.runtime.unregister(self.raw_id, self.endpoint)
        for stop in self._stops:
            stop()
        for task in tuple(self._tasks):
            task.cancel()
        self.incoming_call.end()
        self.transfer_accepted.end()

    # --- an endpoint of the runtime
    # -------------------------------------------------------------------------------

    async def ring(self, ringing: Ringing) -> bool:
        """See `Endpoint.ring`."""
        if ringing.call_id not in self._offers and ringing.call_id not in self._calls:
            offer = IncomingCall(self, ringing)
            self._offers[ringing.call_id] = offer
            if ringing.replaces is not None and ringing.replaces in self._calls:
                self.runtime.spawn(self._accept_replacement(offer, ringing.replaces))
            else:
                self.incoming_call.tell(offer)
        return True

    async def _accept_replacement(self, offer: IncomingCall, replaced: CallId) -> None:
        """Take the call that a consultation led to, with the equipment of the consultation."""
        try:
            call = await self.accept(offer, is_muted=False, kit=self._kits.get(replaced))
        except (Refused, OperationFailed):
            return  # it is over already; the offer ends or expires by itself
        self.transfer_accepted.tell(call)

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        """See `Endpoint.stop_ringing`."""
        self._forget_offer(call_id, OfferState.ENDED, reason)

    def _passed(self, call_id: CallId, signal: PassingSignal) -> None:
        call = self._calls.get(call_id)
        if call is not None and call.is_up:
            call.passed(signal)

    def _follow(self, call_id: CallId, model: CallModel, recorded: tuple[Recorded, ...]) -> None:
        call = self._brought(call_id, model, recorded) or self._calls.get(call_id)
        if call is None:
            return
        call.follow(model, recorded)
        if model.is_over:
            del self._calls[call_id]
            self._kits.pop(call_id, None)

    def _receive(self, recorded: tuple[Recorded, ...]) -> None:
        for each in recorded:
            call = self._calls.get(getattr(each.event, "call_id", CallId("")))
            if call is not None:
                call.receive(each)

    def _brought(self, call_id: CallId, model: CallModel, recorded: tuple[Recorded, ...]) -> Call | None:
        """The call that this agent's user came into because of another call, at its first event."""
        came = arrival(model, recorded, self.raw_id, self.endpoint)
        if came is None:
            return None
        call = self._adopt(call_id, "Outgoing", self._kits.get(came.origin))
        if came.is_transfer:
            self.transfer_accepted.tell(call)
        else:
            self.runtime.spawn(self.make_room("JoinBreakoutRoom", but={call_id, came.origin}))
        return call


__all__ = ["BadInput", "CallAgent"]
