"""One's own microphone. Muting what is muted is no mistake and records nothing."""

from calltape.core.call.authority import require_capability, require_unhindered
from calltape.core.call.rooms import Events, changes, decides, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, SetMuted
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import is_silent


@command
class Mute(Command):
    """`participant` mutes their own microphone."""

    participant: RawId


@command
class Unmute(Command):
    """`participant` unmutes their own microphone."""

    participant: RawId


@event("participant.muted")
class ParticipantMuted(Event):
    """Somebody cannot be heard."""

    participant: RawId
    by: RawId | None = None
    """Who muted them; None when they did so themselves, or a room did."""

    is_forbidden: bool = False
    """Whether they may not be heard any more: it was their role that muted them, or the meeting."""


@event("participant.unmuted")
class ParticipantUnmuted(Event):
    """Somebody can be heard again."""

    participant: RawId


@decides(Mute)
def _mute(call: Call, asked: Mute, limits: Limits) -> Events:
    if call.participants[asked.participant].is_muted:
        return ()
    return (ParticipantMuted(participant=asked.participant),)


@decides(Unmute)
def _unmute(call: Call, asked: Unmute, limits: Limits) -> Events:
    person = call.participants[asked.participant]
    if not person.is_muted:
        return ()
    if is_silent(call.role_scheme, person.role):
        require_capability(call, asked.participant, "unmuteMic", asked)
    require_unhindered(call, asked.participant, "unmuteMic", asked)
    return (ParticipantUnmuted(participant=asked.participant),)


@changes(ParticipantMuted)
def _muted(call: Call, participant: Participant, fact: ParticipantMuted) -> None:
    participant.is_muted = True


@changes(ParticipantUnmuted)
def _unmuted(call: Call, participant: Participant, fact: ParticipantUnmuted) -> None:
    participant.is_muted = False


@reacts(ParticipantMuted)
def _silence(call: Call, fact: ParticipantMuted) -> tuple[Effect, ...]:
    return _set(call.participants[fact.participant])


@reacts(ParticipantUnmuted)
def _sound(call: Call, fact: ParticipantUnmuted) -> tuple[Effect, ...]:
    return _set(call.participants[fact.participant])


def _set(who: Participant) -> tuple[Effect, ...]:
    return (SetMuted(participant=who.id, endpoint=who.endpoint, is_muted=who.is_muted),)
