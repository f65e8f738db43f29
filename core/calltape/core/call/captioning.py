"""Captions: what is said, as text, for whoever asks for it.

Each turns captions on and off for themselves; that they were asked for and that they come are separate
facts. The language spoken is one for the whole call, the language of the captions is everybody's own. What
was said is never an event of the call: it is shown to whoever has captions, and nothing of it is kept unless
somebody asks for that.
"""

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import no_captions
from calltape.core.call.rooms import Events, changes, decides, moves_machine, not_here, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import (
    ChangeCaptionLanguage,
    ChangeSpokenLanguage,
    Effect,
    StartCaptioning,
    StopCaptioning,
)
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import RoleScheme
from calltape.core.states import CAPTIONS, CaptionsState
from calltape.core.values import Instant, later

SPOKEN_LANGUAGE = "en-us"
"""The language that a call is taken to be spoken in unless a supported one is named. Captions docs."""


@command
class StartCaptions(Command):
    """`participant` wants captions."""

    participant: RawId
    spoken_language: str | None = None
    """What is spoken in the call, as BCP 47 tag; None leaves it as it is."""

    supported: tuple[str, ...] = (SPOKEN_LANGUAGE,)
    """What whoever makes the captions understands."""


@command
class StopCaptions(Command):
    """`participant` wants no captions any more; everybody else keeps theirs."""

    participant: RawId


@command
class SetSpokenLanguage(Command):
    """`participant` says what is spoken in the call."""

    participant: RawId
    language: str
    """As BCP 47 tag."""

    supported: tuple[str, ...] = (SPOKEN_LANGUAGE,)


@command
class SetCaptionLanguage(Command):
    """`participant` wants their captions in another language."""

    participant: RawId
    language: str
    """As ISO 639-1 code."""

    supported: tuple[str, ...] = ()
    """Into what whoever makes the captions translates."""


@command
class ReportCaptionsStarted(Command):
    """Observed: captions come to `participant` from now on."""

    participant: RawId


@command
class ReportCaptionsFailed(Command):
    """Observed: the captions that `participant` asked for do not come."""

    participant: RawId
    words: str | None = None


@command
class ReportCaptionsStopped(Command):
    """Observed: captions come no more to `participant`, who did not ask for that."""

    participant: RawId


@event("captions.requested")
class CaptionsRequested(Event):
    """Somebody asked for captions."""

    participant: RawId
    spoken_language: str
    """What is spoken in the call from now on, in lower case."""

    until: Instant
    """When silence means that they do not come."""


@event("captions.started")
class CaptionsStarted(Event):
    """Captions come to somebody."""

    participant: RawId


@event("captions.failed")
class CaptionsFailed(Event):
    """The captions that somebody asked for do not come."""

    participant: RawId
    words: str | None = None


@event("captions.stopped")
class CaptionsStopped(Event):
    """Captions come no more to somebody."""

    participant: RawId


@event("captions.spoken_language_set")
class SpokenLanguageSet(Event):
    """Somebody said what is spoken in the call: for everybody's captions."""

    participant: RawId
    language: str


@event("captions.language_set")
class CaptionLanguageSet(Event):
    """Somebody's captions come in another language."""

    participant: RawId
    language: str


not_here(StartCaptions, "captions are started by who is up in the call and not on a hold")


@decides(StartCaptions)
def _start(call: Call, asked: StartCaptions, limits: Limits) -> Events:
    is_meeting = call.role_scheme is RoleScheme.MEETING
    name = "startLiveMeetingCaptions" if is_meeting else "startLiveCallingCaptions"
    require_capability(call, asked.participant, name, asked)
    _require(call, asked.participant, asked)
    language = call.spoken_language or SPOKEN_LANGUAGE
    if asked.spoken_language is not None:
        language = understood(asked.spoken_language, asked.supported)
    requested = CaptionsRequested(
        participant=asked.participant,
        spoken_language=language,
        until=later(asked.at, limits.modality_s),
    )
    return (requested,)


def understood(language: str, supported: tuple[str, ...]) -> str:
    """`language` in lower case where it is among those `supported`, or else the usual one."""
    wanted = language.lower()
    return wanted if wanted in {each.lower() for each in supported} else SPOKEN_LANGUAGE


@decides(StopCaptions)
def _stop(call: Call, asked: StopCaptions, limits: Limits) -> Events:
    _require(call, asked.participant, asked)
    return (CaptionsStopped(participant=asked.participant),)


@decides(SetSpokenLanguage)
def _set_spoken(call: Call, asked: SetSpokenLanguage, limits: Limits) -> Events:
    _require(call, asked.participant, asked)
    language = understood(asked.language, asked.supported)
    if language == call.spoken_language:
        return ()
    return (SpokenLanguageSet(participant=asked.participant, language=language),)


@decides(SetCaptionLanguage)
def _set_own(call: Call, asked: SetCaptionLanguage, limits: Limits) -> Events:
    require_capability(call, asked.participant, "setCaptionLanguage", asked)
    state = _require(call, asked.participant, asked)
    language, fault = asked.language.lower(), ""
    if call.role_scheme is RoleScheme.NONE:
        fault = "captions are translated in rooms and meetings only"
    elif language not in {each.lower() for each in asked.supported}:
        fault = f"captions are not translated into {language}"
    if fault:
        raise Refused(CAPTIONS.name, state, "SetCaptionLanguage", fault, CAPTIONS.accepted(state))
    if language == call.participants[asked.participant].caption_language:
        return ()
    return (CaptionLanguageSet(participant=asked.participant, language=language),)


@decides(ReportCaptionsStarted)
def _have_started(call: Call, seen: ReportCaptionsStarted, limits: Limits) -> Events:
    _require(call, seen.participant, seen)
    return (CaptionsStarted(participant=seen.participant),)


@decides(ReportCaptionsFailed)
def _have_failed(call: Call, seen: ReportCaptionsFailed, limits: Limits) -> Events:
    _require(call, seen.participant, seen)
    return (CaptionsFailed(participant=seen.participant, words=seen.words),)


@decides(ReportCaptionsStopped)
def _have_stopped(call: Call, seen: ReportCaptionsStopped, limits: Limits) -> Events:
    _require(call, seen.participant, seen)
    return (CaptionsStopped(participant=seen.participant),)


def _require(call: Call, who: RawId, asked: Command) -> CaptionsState:
    """Where the captions of `who` are. Raise Refused unless their own lifecycle accepts `asked` there."""
    state = captions_state(call.participants[who])
    CAPTIONS.outcomes(state, type(asked).__name__)
    return state


def captions_state(person: Participant) -> CaptionsState:
    """How far the captions of `person` are."""
    return person.captions


moves_machine(CAPTIONS, lambda participant, fact: captions_state(participant))  # noqa: ARG005 - one signature


@changes(CaptionsRequested)
def _requested(call: Call, participant: Participant, fact: CaptionsRequested) -> None:
    participant.captions = CaptionsState.STARTING
    participant.captions_until = fact.until
    call.spoken_language = fact.spoken_language


@changes(CaptionsStarted)
def _started(call: Call, participant: Participant, fact: CaptionsStarted) -> None:
    participant.captions = CaptionsState.ACTIVE
    participant.captions_until = None


@changes(CaptionsFailed)
def _failed(call: Call, participant: Participant, fact: CaptionsFailed) -> None:
    no_captions(participant)


@changes(CaptionsStopped)
def _stopped(call: Call, participant: Participant, fact: CaptionsStopped) -> None:
    no_captions(participant)


@changes(SpokenLanguageSet)
def _spoken(call: Call, participant: Participant, fact: SpokenLanguageSet) -> None:
    call.spoken_language = fact.language


@changes(CaptionLanguageSet)
def _own(call: Call, participant: Participant, fact: CaptionLanguageSet) -> None:
    participant.caption_language = fact.language


@reacts(CaptionsRequested)
def _do_start(call: Call, fact: CaptionsRequested) -> tuple[Effect, ...]:
    return captions_owed(call, call.participants[fact.participant])


@reacts(CaptionsFailed)
def _give_up(call: Call, fact: CaptionsFailed) -> tuple[Effect, ...]:
    """Whatever does come now comes too late."""
    return _end(call, fact.participant)


@reacts(CaptionsStopped)
def _do_stop(call: Call, fact: CaptionsStopped) -> tuple[Effect, ...]:
    return _end(call, fact.participant)


@reacts(SpokenLanguageSet)
def _listen_to(call: Call, fact: SpokenLanguageSet) -> tuple[Effect, ...]:
    endpoint = call.participants[fact.participant].endpoint
    return (ChangeSpokenLanguage(participant=fact.participant, endpoint=endpoint, language=fact.language),)


@reacts(CaptionLanguageSet)
def _translate(call: Call, fact: CaptionLanguageSet) -> tuple[Effect, ...]:
    endpoint = call.participants[fact.participant].endpoint
    return (ChangeCaptionLanguage(participant=fact.participant, endpoint=endpoint, language=fact.language),)


def captions_owed(call: Call, who: Participant) -> tuple[Effect, ...]:
    """What is to be done about captions that `who` asked for and that do not come yet."""
    return _wanted(call, who) if who.captions is CaptionsState.STARTING else ()


def captions_running(call: Call) -> tuple[Effect, ...]:
    """What lets the captions that come go on, should whoever makes them have forgotten. Reads everybody."""
    people = call.participants.values()
    return tuple(
        effect for who in people if who.captions is CaptionsState.ACTIVE for effect in _wanted(call, who)
    )


def _wanted(call: Call, who: Participant) -> tuple[Effect, ...]:
    spoken = call.spoken_language or SPOKEN_LANGUAGE
    start = StartCaptioning(participant=who.id, endpoint=who.endpoint, spoken_language=spoken)
    own = who.caption_language
    if own is None:
        return (start,)
    return (start, ChangeCaptionLanguage(participant=who.id, endpoint=who.endpoint, language=own))


def _end(call: Call, who: RawId) -> tuple[Effect, ...]:
    return (StopCaptioning(participant=who, endpoint=call.participants[who].endpoint),)
