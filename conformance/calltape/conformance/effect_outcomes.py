"""How each effect may go, as the reports that come back of it: what `calltape.core.effects` says, as data.

For fakes of the outside, and for what draws what the outside says. Needs no extra.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from calltape.conformance.alphabet import endpoints
from calltape.core import (
    Offer,
    ReportAlerted,
    ReportAnswered,
    ReportBreakoutFailed,
    ReportBreakoutJoined,
    ReportBreakoutLeft,
    ReportBusy,
    ReportCaptionsFailed,
    ReportCaptionsStarted,
    ReportEarlyMedia,
    ReportHeld,
    ReportHoldFailed,
    ReportMediaClosed,
    ReportMediaConnected,
    ReportMediaFailed,
    ReportPhoneFailed,
    ReportResumed,
    ReportResumeFailed,
    ReportShareFailed,
    ReportShareStarted,
    ReportShareStopped,
    ReportStreamEffectFailed,
    ReportStreamEffectStarted,
    ReportTonesFailed,
    ReportTonesSent,
    ReportTransferFailed,
    ReportTransferred,
    ReportUnreachable,
    ReportVideoFailed,
    ReportVideoStarted,
    ReportVideoStopped,
)
from calltape.core.commands import Command
from calltape.core.effects import (
    CloseMedia,
    Dial,
    Effect,
    EnterBreakoutCall,
    HoldMedia,
    LeaveBreakoutCall,
    Locate,
    OpenMedia,
    PlaceTransferredCall,
    ResumeMedia,
    Ring,
    SendTones,
    StartCaptioning,
    StartMediaEffect,
    StartMediaStream,
    StopMediaStream,
)
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.streams import StreamKind
from calltape.core.values import CallId, CommandId, Instant


@attrs.frozen
class Report:
    """What the outside says of an effect, but for when and under which id."""

    kind: type[Command]
    fields: Mapping[str, Any]

    def command(self, *, id: CommandId, at: Instant, effect_id: str | None = None) -> Command:  # noqa: A002
        """The command that a shell makes of it; the effect's id goes along as its cause."""
        return self.kind(id=id, at=at, causation_id=effect_id, **self.fields)


Way = Sequence[Report]
"""One way in which an effect may go: what is said of it, in order."""


def outcomes(effect: Effect) -> Sequence[Way]:
    """Every way in which `effect` may go, the one that was hoped for first; none where nothing comes back."""
    who = {"participant": effect.participant}
    match effect:
        case Locate():
            found = [Report(Offer, {**who, "endpoint": each}) for each in endpoints(effect.participant)]
            return (*((found,) if found else ()), (Report(ReportUnreachable, who),))
        case Dial():
            return _of_dialling(who)
        case Ring():
            where = {**who, "endpoint": effect.endpoint}
            return _either(ReportAlerted, ReportBusy, where)
        case SendTones():
            return _either(ReportTonesSent, ReportTonesFailed, {**who, "sequence": effect.sequence})
        case StartMediaStream() | StopMediaStream():
            return _either(*_STREAMS[type(effect), effect.kind], who)
        case StartMediaEffect():
            about = {**who, "effect": effect.effect}
            return _either(ReportStreamEffectStarted, ReportStreamEffectFailed, about)
        case PlaceTransferredCall():
            return _of_transferring(effect)
        case EnterBreakoutCall():
            room = {**who, "room_id": effect.room_id}
            joined = Report(ReportBreakoutJoined, {**room, "breakout_call": CallId("call-7")})
            return ((joined,), (Report(ReportBreakoutFailed, room),))
        case LeaveBreakoutCall():
            return ((Report(ReportBreakoutLeft, {**who, "room_id": effect.room_id}),),)
        case CloseMedia():
            return ((Report(ReportMediaClosed, who),),)
        case OpenMedia() | HoldMedia() | ResumeMedia() | StartCaptioning():
            return _either(*_PLAIN[type(effect)], who)
        case _:
            return ()


_PLAIN: Mapping[type[Effect], tuple[type[Command], type[Command]]] = {
    OpenMedia: (ReportMediaConnected, ReportMediaFailed),
    HoldMedia: (ReportHeld, ReportHoldFailed),
    ResumeMedia: (ReportResumed, ReportResumeFailed),
    StartCaptioning: (ReportCaptionsStarted, ReportCaptionsFailed),
}
"""What it comes back as, and what else."""

_STREAMS: Mapping[tuple[type[Effect], StreamKind], tuple[type[Command], type[Command]]] = {
    (StartMediaStream, StreamKind.VIDEO): (ReportVideoStarted, ReportVideoFailed),
    (StopMediaStream, StreamKind.VIDEO): (ReportVideoStopped, ReportVideoFailed),
    (StartMediaStream, StreamKind.SCREEN_SHARING): (ReportShareStarted, ReportShareFailed),
    (StopMediaStream, StreamKind.SCREEN_SHARING): (ReportShareStopped, ReportShareFailed),
}


def _either(hoped: type[Command], feared: type[Command], fields: Mapping[str, Any]) -> Sequence[Way]:
    return ((Report(hoped, fields),), (Report(feared, fields),))


def _of_dialling(who: Mapping[str, Any]) -> Sequence[Way]:
    alerted, answered = Report(ReportAlerted, who), Report(ReportAnswered, who)
    failed = Report(ReportPhoneFailed, {**who, "sip_status": 486})
    return (
        (alerted, answered),
        (answered,),
        (alerted, Report(ReportEarlyMedia, who), answered),
        (alerted, failed),
        (failed,),
        (Report(ReportUnreachable, who),),
    )


def _of_transferring(effect: PlaceTransferredCall) -> Sequence[Way]:
    about = {"participant": effect.transferor, "new_call": effect.new_call}
    reason = REGISTRY.named("no_answer", source=Source.REMOTE)
    return (
        (Report(ReportTransferred, about),),
        (Report(ReportTransferFailed, {**about, "reason": reason}),),
    )
