"""One user's agent: places, joins and receives calls."""

from typing import Any

from calltape.adapters.agent.call import Call, Direction, IncomingCall
from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.locators import group_id as checked_group_id
from calltape.adapters.runtime import Ringing, Runtime
from calltape.core import (
    Accept,
    BadInput,
    CallId,
    CallState,
    EndpointId,
    EndReason,
    Join,
    OfferState,
    RawId,
    Recorded,
    Reject,
    StartCall,
    raw_id,
)
from calltape.core import (
    Call as CallModel,
)


class CallAgent:
    """Acts for one user at one endpoint. Made by `CallClient.create_call_agent`."""

    def __init__(self, runtime: Runtime, user: RawId, endpoint: EndpointId, display_name: str | None) -> None:
        self.runtime = runtime
        self.raw_id = user
        self.endpoint = endpoint
        self.display_name = display_name
        self.incoming_call: Changes[IncomingCall] = Changes()
        """Calls that are offered here, as they come."""

        self._calls: dict[CallId, Call] = {}
        self._offers: dict[CallId, IncomingCall] = {}
        self._stop = runtime.listen(self._follow)
        runtime.register(user, endpoint, self)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls this agent is in or on its way into or out of."""
        return tuple(call for call in self._calls.values() if call.state is not CallState.DISCONNECTED)

    async def start_call(
        self, callees: list[str] | tuple[str, ...], *, is_muted: bool = False, kit: object | None = None
    ) -> Call:
        """Call one person, or several as a group.

        Args:
            callees: raw ids.
            is_muted: begin with the microphone muted.
            kit: what to talk, listen and look with; a `MediaKit` of `calltape.adapters.webrtc`.

        Raises:
            BadInput: a callee is no raw id.
            Refused: nobody is called, somebody twice, or the caller themselves.
        """
        who = tuple(raw_id(callee) for callee in callees)
        call_id = CallId(self.runtime.new_id())
        return await self._enter(call_id, StartCall, "Outgoing", kit, callees=who, is_muted=is_muted)

    async def join(self, group_id: str, *, is_muted: bool = False, kit: object | None = None) -> Call:
        """Join a group call by its locator, starting it if nobody is there.

        Raises:
            BadInput: `group_id` is no GUID.
            Refused: the call is full, or this user is in it already.
        """
        locator = checked_group_id(group_id)

        async def work() -> Call:
            call_id = self.runtime.directory.call_of_group(locator) or CallId(self.runtime.new_id())
            return await self._enter(call_id, Join, "Outgoing", kit, group_id=locator, is_muted=is_muted)

        joined: Call = await self.runtime.in_group_turn(work)
        return joined

    async def _enter(
        self,
        call_id: CallId,
        kind: type[StartCall | Join],
        direction: Direction,
        kit: object | None,
        **fields: Any,
    ) -> Call:
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
        call = Call(self, call_id, CallModel(), direction)
        self._calls[call_id] = call
        return call

    async def accept(self, incoming: IncomingCall, *, is_muted: bool, kit: object | None) -> Call:
        """See `IncomingCall.accept`."""
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

    def _forget_offer(self, call_id: CallId, state: OfferState, reason: EndReason | None = None) -> None:
        offer = self._offers.pop(call_id, None)
        if offer is not None:
            offer.close(state, reason)

    async def dispose(self) -> None:
        """Hang up every call and receive none any more."""
        for call in self.calls:
            await call.hang_up()
        self.runtime.unregister(self.raw_id, self.endpoint)
        self._stop()
        self.incoming_call.end()

    # --- an endpoint of the runtime
    # -------------------------------------------------------------------------------

    async def ring(self, ringing: Ringing) -> bool:
        """See `Endpoint.ring`."""
        if ringing.call_id not in self._offers and ringing.call_id not in self._calls:
            offer = IncomingCall(self, ringing.call_id, ringing.caller, ringing.caller_display_name)
            self._offers[ringing.call_id] = offer
            self.incoming_call.tell(offer)
        return True

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        """See `Endpoint.stop_ringing`."""
        self._forget_offer(call_id, OfferState.ENDED, reason)

    def _follow(self, call_id: CallId, model: CallModel, recorded: tuple[Recorded, ...]) -> None:
        call = self._calls.get(call_id)
        if call is None:
            return
        call.follow(model, recorded)
        if model.is_over:
            del self._calls[call_id]


__all__ = ["BadInput", "CallAgent"]
