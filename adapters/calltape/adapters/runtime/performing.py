"""Carrying out effects: finding endpoints, ringing them, moving media. Also where crossing calls are seen."""

from typing import TYPE_CHECKING

from calltape.core import (
    Accept,
    Call,
    CallId,
    CaptionEffect,
    EndpointId,
    MediaEffect,
    Offer,
    OfferState,
    RawId,
    ReportAlerted,
    ReportBusy,
    ReportCaptionsFailed,
    ReportTonesFailed,
    ReportUnreachable,
    Ringing,
    YieldToGlare,
    context_for,
    crosses,
    glare_winner,
    is_phone,
)
from calltape.core.effects import (
    AbandonTransferredCall,
    CloseChannel,
    CloseMedia,
    CloseReceivers,
    ConstrainMediaStream,
    Dial,
    DirectChannel,
    Effect,
    EnterBreakoutCall,
    LeaveBreakoutCall,
    Locate,
    OpenChannel,
    OpenMedia,
    PlaceTransferredCall,
    Ring,
    SendTones,
    SetIncomingAudioMuted,
    SetMuted,
    StartCaptioning,
    StopDialling,
    StopRinging,
)
from calltape.core.video_constraints import UNCONSTRAINED

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime


NO_GATEWAY = "no gateway to telephones is connected"
"""Why a telephone cannot be called, or not be sent tones."""


async def end_telephone_call(runtime: "Runtime", call_id: CallId, effect: Effect) -> None:
    """Hang up the telephone whose leg `effect` closes, if it does and if it is one."""
    if not isinstance(effect, CloseMedia) or runtime.telephones is None:
        return
    if is_phone(effect.participant):
        await runtime.telephones.perform(call_id, effect)


class Performer:
    """Performs each effect; how it went comes back to the call as a command caused by the effect's id."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime

    async def perform(self, call_id: CallId, effect_id: str, effect: Effect) -> None:
        """Carry out `effect`."""
        match effect:
            case Locate():
                await self._locate(call_id, effect_id, effect.participant)
            case Dial() | StopDialling() | SendTones():
                await self._telephone(call_id, effect_id, effect)
            case Ring():
                await self._ring(call_id, effect_id, effect)
            case StopRinging():
                at = self._runtime.directory.endpoint(effect.participant, effect.endpoint)
                if at is not None:
                    await at.stop_ringing(call_id, effect.reason)
            case PlaceTransferredCall() | AbandonTransferredCall():
                await self._transfer(call_id, effect_id, effect)
            case EnterBreakoutCall() | LeaveBreakoutCall():
                await self._runtime.breakouts.perform(call_id, effect_id, effect)
            case OpenMedia():
                await self._open(call_id, effect)
            case _ if isinstance(effect, MediaEffect | CaptionEffect):
                await self._carry(call_id, effect_id, effect)
            case OpenChannel() | DirectChannel() | CloseReceivers() | CloseChannel():
                await self._runtime.data_channels.port.perform(call_id, effect)
            case _:
                raise TypeError(f"nobody performs {type(effect).__name__}")

    async def _telephone(
        self, call_id: CallId, effect_id: str, effect: Dial | StopDialling | SendTones
    ) -> None:
        """Hand `effect` to the gateway; without one a telephone is found where an agent stands for it."""
        if self._runtime.telephones is not None:
            await self._runtime.telephones.perform(call_id, effect)
        elif isinstance(effect, Dial):
            await self._locate(call_id, effect_id, effect.participant, missing=NO_GATEWAY)
        elif isinstance(effect, SendTones):
            await self._runtime.report(
                call_id,
                ReportTonesFailed,
                cause=effect_id,
                participant=effect.participant,
                sequence=effect.sequence,
                words=NO_GATEWAY,
            )

    async def _carry(self, call_id: CallId, effect_id: str, effect: MediaEffect | CaptionEffect) -> None:
        """Hand it to whoever carries media or makes captions; a leg's end is for both."""
        if isinstance(effect, CaptionEffect):
            await self._caption(call_id, effect_id, effect)
        if isinstance(effect, MediaEffect):
            await end_telephone_call(self._runtime, call_id, effect)
            await self._runtime.media.perform(call_id, effect)

    async def _caption(self, call_id: CallId, effect_id: str, effect: CaptionEffect) -> None:
        """Hand it to whoever makes captions; where nobody does, none come."""
        if self._runtime.captioner is not None:
            await self._runtime.captioner.perform(call_id, effect)
        elif isinstance(effect, StartCaptioning):
            await self._runtime.report(
                call_id,
                ReportCaptionsFailed,
                cause=effect_id,
                participant=effect.participant,
                words="nobody makes captions here",
            )

    async def _transfer(
        self, call_id: CallId, effect_id: str, effect: PlaceTransferredCall | AbandonTransferredCall
    ) -> None:
        if isinstance(effect, PlaceTransferredCall):
            await self._runtime.transfers.place(call_id, effect_id, effect)
        else:
            await self._runtime.transfers.abandon(effect)

    async def _open(self, call_id: CallId, effect: OpenMedia) -> None:
        """Open the leg's media as the participant wants it: silent, or with their video within its bounds."""
        await self._runtime.media.perform(call_id, effect)
        person = (await self._runtime.call(call_id)).participants.get(effect.participant)
        if person is None:
            return
        for wanted, kind in (
            (person.is_muted, SetMuted),
            (person.is_incoming_audio_muted, SetIncomingAudioMuted),
        ):
            if wanted:
                mute = kind(participant=person.id, endpoint=person.endpoint, is_muted=True)
                await self._runtime.media.perform(call_id, mute)
        if person.video_constraints != UNCONSTRAINED:
            constrain = ConstrainMediaStream(
                participant=person.id, endpoint=person.endpoint, constraints=person.video_constraints
            )
            await self._runtime.media.perform(call_id, constrain)

    async def _locate(
        self, call_id: CallId, effect_id: str, who: RawId, *, missing: str | None = None
    ) -> None:
        """Offer the call wherever `who` can be rung; where they cannot, `missing` says why not."""
        call = await self._runtime.call(call_id)
        if await self._resolved_glare(call_id, call, who):
            return
        endpoints = await self._endpoints(call, who)
        for endpoint in endpoints:
            await self._runtime.report(call_id, Offer, cause=effect_id, participant=who, endpoint=endpoint)
        if not endpoints and not await self._runtime.notifier.ring(call_id, effect_id, who):
            await self._runtime.report(
                call_id, ReportUnreachable, cause=effect_id, participant=who, words=missing
            )

    async def _endpoints(self, call: Call, who: RawId) -> tuple[EndpointId, ...]:
        """Where `who` is rung: everywhere; or only where they talk in the call that this one replaces."""
        known = self._runtime.directory.endpoints(who)
        if call.origin is None or call.origin.replaces is None:
            return known
        replaced = (await self._runtime.call(call.origin.replaces)).participants.get(who)
        if replaced is None or not replaced.is_present:
            return known
        return tuple(endpoint for endpoint in known if endpoint == replaced.endpoint)

    async def _ring(self, call_id: CallId, effect_id: str, ring: Ring) -> None:
        at = self._runtime.directory.endpoint(ring.participant, ring.endpoint)
        if at is None:
            return  # it will be rung when it registers again, or the deadline ends the wait
        call = await self._runtime.call(call_id)
        rung = call.participants.get(ring.participant)
        if rung is None or rung.offer(ring.endpoint) is not OfferState.OFFERED:
            return  # it comes too late: the call is over, or was answered elsewhere
        caller = call.participants.get(ring.caller)
        name = caller.display_name if caller is not None else None
        origin = call.origin
        ringing = Ringing(
            call_id=call_id,
            participant=ring.participant,
            caller=ring.caller,
            caller_display_name=name,
            transferor=origin.transferor if origin is not None else None,
            redirected_by=rung.redirected_by,
            replaces=origin.replaces if origin is not None and not rung.redirected_by else None,
            custom_context=context_for(call, rung),
        )
        kind = ReportAlerted if await at.ring(ringing) else ReportBusy
        await self._runtime.report(
            call_id, kind, cause=effect_id, participant=ring.participant, endpoint=ring.endpoint
        )

    async def _resolved_glare(self, call_id: CallId, call: Call, callee: RawId) -> bool:
        """If the callee is calling our caller at this moment, settle it; see `calltape.core.call.glare` for
        the rule.
        """
        caller = call.starter
        if caller is None or call.is_answered:
            return False
        for other_id in self._runtime.directory.calls_started_by(callee):
            other = await self._runtime.call(other_id)
            if other_id != call_id and crosses(other, caller, callee) and crosses(call, callee, caller):
                await self._settle(call_id, call, other_id, other)
                return True
        return False

    async def _settle(self, one_id: CallId, one: Call, other_id: CallId, other: Call) -> None:
        """End the call that yields, and let its starter accept the one that goes on."""
        winner_id = glare_winner(one_id, other_id)
        loser_id, loser = (other_id, other) if winner_id == one_id else (one_id, one)
        who = loser.starter
        if who is None:
            return
        endpoint = loser.participants[who].endpoint or EndpointId("")
        cause = f"glare/{one_id}/{other_id}"
        give = self._runtime.report
        if await give(loser_id, YieldToGlare, cause=cause, participant=who, winner=winner_id):
            await give(winner_id, Offer, cause=cause, participant=who, endpoint=endpoint)
            await give(winner_id, Accept, cause=cause, participant=who, endpoint=endpoint)
