"""What one hears: muting the sound that comes in. Nobody else notices; sending goes on."""

from calltape.core.call.rooms import Events, changes, decides, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, SetIncomingAudioMuted
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits


@command
class MuteIncomingAudio(Command):
    """`participant` wants to hear nothing."""

    participant: RawId


@command
class UnmuteIncomingAudio(Command):
    """`participant` wants to hear the others again."""

    participant: RawId


@event("incoming_audio.muted")
class IncomingAudioMuted(Event):
    """Somebody hears nothing, by their own choice."""

    participant: RawId


@event("incoming_audio.unmuted")
class IncomingAudioUnmuted(Event):
    """Somebody hears the others again."""

    participant: RawId


@decides(MuteIncomingAudio)
def _mute(call: Call, asked: MuteIncomingAudio, limits: Limits) -> Events:
    if call.participants[asked.participant].is_incoming_audio_muted:
        return ()
    return (IncomingAudioMuted(participant=asked.participant),)


@decides(UnmuteIncomingAudio)
def _unmute(call: Call, asked: UnmuteIncomingAudio, limits: Limits) -> Events:
    if not call.participants[asked.participant].is_incoming_audio_muted:
        return ()
    return (IncomingAudioUnmuted(participant=asked.participant),)


@changes(IncomingAudioMuted)
def _muted(call: Call, participant: Participant, fact: IncomingAudioMuted) -> None:
    participant.is_incoming_audio_muted = True


@changes(IncomingAudioUnmuted)
def _unmuted(call: Call, participant: Participant, fact: IncomingAudioUnmuted) -> None:
    participant.is_incoming_audio_muted = False


@reacts(IncomingAudioMuted)
def _silence(call: Call, fact: IncomingAudioMuted) -> tuple[Effect, ...]:
    return _set(call.participants[fact.participant])


@reacts(IncomingAudioUnmuted)
def _sound(call: Call, fact: IncomingAudioUnmuted) -> tuple[Effect, ...]:
    return _set(call.participants[fact.participant])


def _set(who: Participant) -> tuple[Effect, ...]:
    is_muted = who.is_incoming_audio_muted
    return (SetIncomingAudioMuted(participant=who.id, endpoint=who.endpoint, is_muted=is_muted),)
