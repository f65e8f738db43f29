"""Hold and resume: asked for, done and failed are three facts, and a hold that fails is not a hold.

In a one-to-one call the other side sees the hold. Both sides may hold; media flows again when neither does.
Who resumes while the other still holds is under that hold from then on. In a group a hold is its holder's
own affair. A share of the holder's is stopped first; their video goes on after the hold.
"""

from calltape.core.call.connecting import is_held_by_other
from calltape.core.call.rooms import Events, changes, decides, reacts
from calltape.core.call.sharing import stopped_by_hold, stopping
from calltape.core.call.state import Asked, Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, HoldMedia, ResumeMedia
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, CallState
from calltape.core.streams import StopCause
from calltape.core.values import Instant, later


@command
class Hold(Command):
    """`participant` asks to hold the call."""

    participant: RawId


@command
class Resume(Command):
    """`participant` asks to end their hold; may follow `Hold` without waiting for its outcome."""

    participant: RawId


@command
class ReportHeld(Command):
    """Observed: the leg's media has stopped for a hold by `participant`."""

    participant: RawId


@command
class ReportHoldFailed(Command):
    """Observed: the hold could not be done."""

    participant: RawId
    words: str | None = None


@command
class ReportResumed(Command):
    """Observed: the hold by `participant` is undone."""

    participant: RawId


@command
class ReportResumeFailed(Command):
    """Observed: the hold could not be undone."""

    participant: RawId
    words: str | None = None


@event("hold.requested")
class HoldRequested(Event):
    """Somebody asked to hold."""

    participant: RawId
    until: Instant
    """When silence means that it failed."""


@event("hold.failed")
class HoldFailed(Event):
    """The hold that was asked for did not happen."""

    participant: RawId
    words: str | None = None


@event("resume.requested")
class ResumeRequested(Event):
    """Somebody asked to resume."""

    participant: RawId
    until: Instant


@event("resume.failed")
class ResumeFailed(Event):
    """The resume that was asked for did not happen; the hold stays."""

    participant: RawId
    words: str | None = None


@event("participant.held")
class ParticipantHeld(Event):
    """Somebody holds the call."""

    participant: RawId


@event("participant.resumed")
class ParticipantResumed(Event):
    """Somebody no longer holds the call, and nobody else holds them."""

    participant: RawId


@event("participant.resumed_under_hold")
class ParticipantResumedUnderHold(Event):
    """Somebody no longer holds the call, and the other side still does."""

    participant: RawId


@decides(Hold)
def _hold(call: Call, asked: Hold, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    if me.asked is Asked.HOLD:
        return ()
    until = later(asked.at, limits.modality_s)
    return (*stopping(me, StopCause.HELD, until), HoldRequested(participant=me.id, until=until))


@decides(ReportHeld)
def _held(call: Call, seen: ReportHeld, limits: Limits) -> Events:
    me = call.participants[seen.participant]
    return (*stopped_by_hold(me), ParticipantHeld(participant=me.id))


@decides(ReportHoldFailed)
def _hold_failed(call: Call, seen: ReportHoldFailed, limits: Limits) -> Events:
    if call.participants[seen.participant].asked is None:
        return ()
    return (HoldFailed(participant=seen.participant, words=seen.words),)


@decides(Resume)
def _resume(call: Call, asked: Resume, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    if me.asked is Asked.RESUME:
        return ()
    if me.call_state is not CallState.LOCAL_HOLD and me.asked is not Asked.HOLD:
        reason = "this side does not hold"
        raise Refused(CALL.name, me.call_state, "Resume", reason, CALL.accepted(me.call_state))
    return (ResumeRequested(participant=me.id, until=later(asked.at, limits.modality_s)),)


@decides(ReportResumed)
def _resumed(call: Call, seen: ReportResumed, limits: Limits) -> Events:
    me = call.participants[seen.participant]
    if is_held_by_other(call, me):
        return (ParticipantResumedUnderHold(participant=me.id),)
    return (ParticipantResumed(participant=me.id),)


@decides(ReportResumeFailed)
def _resume_failed(call: Call, seen: ReportResumeFailed, limits: Limits) -> Events:
    if call.participants[seen.participant].asked is not Asked.RESUME:
        return ()
    return (ResumeFailed(participant=seen.participant, words=seen.words),)


# Kept by name for the fold: on Python 3.11 a member read off its class costs as much as three look-ups.
_HOLD, _RESUME = Asked.HOLD, Asked.RESUME


@changes(HoldRequested)
def _hold_asked(call: Call, participant: Participant, fact: HoldRequested) -> None:
    participant.asked = _HOLD
    participant.modality_until = fact.until


@changes(ResumeRequested)
def _resume_asked(call: Call, participant: Participant, fact: ResumeRequested) -> None:
    participant.asked = _RESUME
    participant.modality_until = fact.until


@changes(ParticipantHeld)
def _is_held(call: Call, participant: Participant, fact: ParticipantHeld) -> None:
    if participant.asked is _HOLD:
        _answered(participant)


@changes(HoldFailed)
def _hold_has_failed(call: Call, participant: Participant, fact: HoldFailed) -> None:
    # A resume asked for meanwhile has nothing left to undo.
    _answered(participant)


@changes(ResumeFailed)
def _resume_has_failed(call: Call, participant: Participant, fact: ResumeFailed) -> None:
    _answered(participant)


@changes(ParticipantResumed)
def _is_resumed(call: Call, participant: Participant, fact: ParticipantResumed) -> None:
    if participant.asked is not None:
        _answered(participant)


@changes(ParticipantResumedUnderHold)
def _is_under_hold(call: Call, participant: Participant, fact: ParticipantResumedUnderHold) -> None:
    if participant.asked is not None:
        _answered(participant)


def _answered(participant: Participant) -> None:
    participant.asked = None
    participant.modality_until = None


@reacts(HoldRequested)
def _do_hold(call: Call, fact: HoldRequested) -> tuple[Effect, ...]:
    return (HoldMedia(participant=fact.participant, endpoint=call.participants[fact.participant].endpoint),)


@reacts(ResumeRequested)
def _do_resume(call: Call, fact: ResumeRequested) -> tuple[Effect, ...]:
    return (ResumeMedia(participant=fact.participant, endpoint=call.participants[fact.participant].endpoint),)
