"""Transfers across calls: the call that a transfer asks for is placed here, and the old one told how it went.

The transferee is not asked: their endpoint calls the target. What became of that is read off the new call's
own tape, which says what it came from, so that a restart in between loses nothing.
"""

from typing import TYPE_CHECKING

from calltape.core import (
    REGISTRY,
    Call,
    CallAccepted,
    CallId,
    EndReason,
    Event,
    HangUp,
    ParticipantLeft,
    Recorded,
    Refused,
    ReportReplaced,
    ReportTransferFailed,
    ReportTransferred,
    Source,
    StartCall,
    TransferOrigin,
)
from calltape.core.effects import AbandonTransferredCall, PlaceTransferredCall

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime


class Transfers:
    """Places transferred calls and listens to what becomes of them."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self.stop = runtime.listen(self._follow)
        """Listen no more."""

    async def place(self, call_id: CallId, effect_id: str, wanted: PlaceTransferredCall) -> None:
        """Let the transferee call the target; a second time finds the call placed and does nothing."""
        placed = await self._runtime.call(wanted.new_call)
        if placed.origin is not None:
            await self._tell_again(placed)
            return
        failed = self._fault(wanted)
        if failed is None:
            failed = await self._start(call_id, effect_id, wanted)
        if failed is not None:
            await self._runtime.report(
                call_id,
                ReportTransferFailed,
                cause=effect_id,
                participant=wanted.transferor,
                new_call=wanted.new_call,
                reason=failed,
            )

    def _fault(self, wanted: PlaceTransferredCall) -> EndReason | None:
        """Why the call cannot be placed from here."""
        words = ""
        if wanted.is_to_voicemail:
            words = "no voicemail service is connected"
        elif wanted.endpoint is None:
            words = "who is handed over has no endpoint that could place a call"
        elif self._runtime.directory.endpoint(wanted.participant, wanted.endpoint) is None:
            words = "the endpoint of who is handed over is not registered"
        return REGISTRY.named("not_reachable", source=Source.SERVICE, words=words) if words else None

    async def _start(self, call_id: CallId, effect_id: str, wanted: PlaceTransferredCall) -> EndReason | None:
        """Start the new call; why not, if that is refused."""
        try:
            await self._runtime.give(
                wanted.new_call,
                StartCall,
                cause=effect_id,
                call_id=wanted.new_call,
                participant=wanted.participant,
                endpoint=wanted.endpoint,
                callees=(wanted.target,),
                transferor=wanted.transferor,
                transferred_from=call_id,
                replaces=wanted.replaces,
                is_forwarding_disabled=wanted.is_forwarding_disabled,
                custom_context=wanted.custom_context,
            )
        except Refused as refused:
            return REGISTRY.named("not_reachable", source=Source.SERVICE, words=refused.reason)
        return None

    async def abandon(self, wanted: AbandonTransferredCall) -> None:
        """Give the new call up, if it is still being placed."""
        call = await self._runtime.call(wanted.new_call)
        if call.kind is not None and not call.is_answered:
            await self._runtime.report(wanted.new_call, HangUp, participant=wanted.participant)

    async def _tell_again(self, placed: Call) -> None:
        """After a restart: say what happened meanwhile."""
        if placed.id is not None and (placed.is_answered or _given_up(placed) is not None):
            await self._tell(placed.id, placed)

    def _follow(self, call_id: CallId, call: Call, recorded: tuple[Recorded, ...]) -> None:
        if call.origin is not None and any(_decides(call, each.event) for each in recorded):
            self._runtime.spawn(self._tell(call_id, call.copy()))

    async def _tell(self, call_id: CallId, call: Call) -> None:
        """Tell the old call, and the one that was replaced, what became of the new one."""
        origin = call.origin
        if origin is None:
            return
        if call.is_answered:
            await self._completed(call_id, call, origin)
        elif (reason := _given_up(call)) is not None:
            await self._runtime.report(
                origin.call_id,
                ReportTransferFailed,
                participant=origin.transferor,
                new_call=call_id,
                reason=reason,
            )

    async def _completed(self, call_id: CallId, call: Call, origin: TransferOrigin) -> None:
        give = self._runtime.report
        if origin.replaces is not None:
            for who in call.participants:
                if who != call.starter:
                    await give(origin.replaces, ReportReplaced, participant=who, new_call=call_id)
        await give(origin.call_id, ReportTransferred, participant=origin.transferor, new_call=call_id)


def _decides(call: Call, event: Event) -> bool:
    """Whether `event` settles what becomes of a transferred call."""
    if isinstance(event, CallAccepted):
        return event.is_first
    return isinstance(event, ParticipantLeft) and event.participant == call.starter and not call.is_answered


def _given_up(call: Call) -> EndReason | None:
    """Why the caller is out of the call; None while they are not."""
    return call.participants[call.starter].end_reason if call.starter is not None else None
