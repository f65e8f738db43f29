"""Recording and transcription: nobody in the call starts one, the call observes it and says so to everybody.

One may need everybody's explicit consent. Whoever has not given it is neither heard nor seen from its start
to its end: muted, their video and share stopped, and kept from starting again until they consent. Consenting
to one is consenting to all, and unmutes nobody.
"""

import attrs

from calltape.core.call.authority import SENDING
from calltape.core.call.forbidding import stopped_at_once
from calltape.core.call.hindrances import consent_is_missing
from calltape.core.call.rooms import Events, changes, changes_whole, decides
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.recordings import (
    Recording,
    RecordingKind,
    needing_consent,
    state_of_recording,
)
from calltape.core.states import CALL, RECORDING, RecordingState


@command
class ReportRecordingStarted(Command):
    """Observed: the call is recorded, or written down, from now on."""

    recording_id: str
    what: RecordingKind = RecordingKind.RECORDING
    initiator: RawId | None = None
    """Which participant makes it; a local recording has one, and no other."""

    needs_consent: bool = False
    """Whether everybody has to agree before they are heard or seen."""


@command
class ReportRecordingPaused(Command):
    """Observed: the recording pauses."""

    recording_id: str


@command
class ReportRecordingResumed(Command):
    """Observed: the recording goes on after a pause."""

    recording_id: str


@command
class ReportRecordingStopped(Command):
    """Observed: the recording is over."""

    recording_id: str


@command
class GrantConsent(Command):
    """`participant` agrees to be recorded and written down, for as long as they are in the call."""

    participant: RawId


@event("recording.started")
class RecordingStarted(Event):
    """The call is recorded, or written down."""

    recording_id: str
    what: RecordingKind
    initiator: RawId | None = None
    needs_consent: bool = False


@event("recording.paused")
class RecordingPaused(Event):
    """Nothing is recorded for the moment."""

    recording_id: str


@event("recording.resumed")
class RecordingResumed(Event):
    """The recording goes on."""

    recording_id: str


@event("recording.stopped")
class RecordingStopped(Event):
    """The recording is over."""

    recording_id: str


@event("consent.granted")
class ConsentGranted(Event):
    """Somebody agreed to be recorded and written down."""

    participant: RawId


# ── decisions ──


@decides(ReportRecordingStarted)
def _starts(call: Call, seen: ReportRecordingStarted, limits: Limits) -> Events:
    _require_row(call, seen.recording_id, seen)
    is_local = seen.what is RecordingKind.LOCAL_RECORDING
    if is_local is (seen.initiator is None):
        reason = "a local recording is made by a participant, and no other recording is"
        raise Refused(RECORDING.name, RecordingState.NONE, "ReportRecordingStarted", reason, ())
    if seen.initiator is not None and not _is_there(call, seen.initiator):
        reason = f"{seen.initiator}, who would make it, is not in the call"
        raise Refused(RECORDING.name, RecordingState.NONE, "ReportRecordingStarted", reason, ())
    started = RecordingStarted(
        recording_id=seen.recording_id,
        what=seen.what,
        initiator=seen.initiator,
        needs_consent=seen.needs_consent,
    )
    if not seen.needs_consent:
        return (started,)
    asked = {seen.recording_id: _begun(started), **call.recordings}
    consenting = attrs.evolve(call, recordings=asked)  # shares its participants, and is only read
    missing = [p for p in call.participants.values() if p.is_present and consent_is_missing(consenting, p)]
    stops = (stop for person in missing for stop in stopped_at_once(person, SENDING))
    return (started, *stops)


def _is_there(call: Call, who: RawId) -> bool:
    person = call.participants.get(who)
    return person is not None and person.is_present


@decides(ReportRecordingPaused)
def _pauses(call: Call, seen: ReportRecordingPaused, limits: Limits) -> Events:
    _require_row(call, seen.recording_id, seen)
    return (RecordingPaused(recording_id=seen.recording_id),)


@decides(ReportRecordingResumed)
def _resumes(call: Call, seen: ReportRecordingResumed, limits: Limits) -> Events:
    _require_row(call, seen.recording_id, seen)
    return (RecordingResumed(recording_id=seen.recording_id),)


@decides(ReportRecordingStopped)
def _stops(call: Call, seen: ReportRecordingStopped, limits: Limits) -> Events:
    _require_row(call, seen.recording_id, seen)
    return (RecordingStopped(recording_id=seen.recording_id),)


def _require_row(call: Call, recording_id: str, seen: Command) -> None:
    state, name = state_of_recording(call.recordings, recording_id), type(seen).__name__
    if not RECORDING.accepts(state, name):
        raise Refused(RECORDING.name, state, name, "", RECORDING.accepted(state))


@decides(GrantConsent)
def _grant(call: Call, asked: GrantConsent, limits: Limits) -> Events:
    person = call.participants[asked.participant]
    if person.has_consented:
        return ()
    if not needing_consent(call.recordings.values()):
        state = person.call_state
        reason = "no recording or transcription asks for consent"
        raise Refused(CALL.name, state, "GrantConsent", reason, CALL.accepted(state))
    return (ConsentGranted(participant=person.id),)


# ── changes ──


def _begun(fact: RecordingStarted) -> Recording:
    return Recording(
        kind=fact.what,
        state=RecordingState.STARTED,
        initiator=fact.initiator,
        needs_consent=fact.needs_consent,
    )


def _fits(call: Call, fact: RecordingStarted | RecordingPaused | RecordingResumed | RecordingStopped) -> bool:
    """Whether the recording's own lifecycle has a row for `fact` where it is."""
    state = state_of_recording(call.recordings, fact.recording_id)
    return type(fact).__name__ in RECORDING.legal(state)


def _has_begun(call: Call) -> bool:
    return call.kind is not None


_PLACE = "in a call that has begun, where that recording's own lifecycle has a row for it"


@changes_whole(RecordingStarted, when=_has_begun, place=_PLACE, fits=_fits)
def _started(call: Call, fact: RecordingStarted) -> None:
    call.recordings = {**call.recordings, fact.recording_id: _begun(fact)}


@changes_whole(RecordingPaused, when=_has_begun, place=_PLACE, fits=_fits)
def _paused(call: Call, fact: RecordingPaused) -> None:
    _is_now(call, fact.recording_id, RecordingState.PAUSED)


@changes_whole(RecordingResumed, when=_has_begun, place=_PLACE, fits=_fits)
def _resumed(call: Call, fact: RecordingResumed) -> None:
    _is_now(call, fact.recording_id, RecordingState.STARTED)


@changes_whole(RecordingStopped, when=_has_begun, place=_PLACE, fits=_fits)
def _stopped(call: Call, fact: RecordingStopped) -> None:
    _is_now(call, fact.recording_id, RecordingState.ENDED)


def _is_now(call: Call, recording_id: str, state: RecordingState) -> None:
    recording = attrs.evolve(call.recordings[recording_id], state=state)
    call.recordings = {**call.recordings, recording_id: recording}


@changes(ConsentGranted)
def _agreed(call: Call, participant: Participant, fact: ConsentGranted) -> None:
    participant.has_consented = True
