"""What the outside still owes the call, read off its state alone.

After a crash nobody remembers which effects were performed. They are derived again from here, at least once
each; whoever performs them tolerates a second time.
"""

from collections.abc import Iterator

from calltape.core.call.applying_effects import starting
from calltape.core.call.breakout_stays import moving_between_rooms
from calltape.core.call.caller_id import is_phone
from calltape.core.call.captioning import captions_owed
from calltape.core.call.inviting import caller_of, dialling
from calltape.core.call.state import Asked, Call, Participant
from calltape.core.call.transferring import placing
from calltape.core.effects import (
    CloseMedia,
    Effect,
    HoldMedia,
    Locate,
    OpenMedia,
    ResumeMedia,
    Ring,
    SendTones,
    StartMediaStream,
    StopMediaStream,
)
from calltape.core.states import CallState, ParticipantState, StreamState
from calltape.core.stream_effects import EffectState


def owed(call: Call) -> tuple[Effect, ...]:
    """The effects whose outcome nobody has reported yet."""
    return tuple(
        effect
        for person in call.participants.values()
        for effect in (
            *_owed_to(call, person),
            *_owed_of_streams(person),
            *_owed_of_effects(person),
            *_owed_of_tones(person),
            *captions_owed(call, person),
            *placing(call, person),
            *moving_between_rooms(call, person),
        )
    )


def _owed_of_streams(person: Participant) -> Iterator[Effect]:
    """Who left has no streams."""
    for kind, stream in person.streams.items():
        if stream.state is StreamState.STARTING:
            yield StartMediaStream(
                participant=person.id,
                endpoint=person.endpoint,
                kind=kind,
                source=stream.source,
                surface=stream.surface,
                with_audio=stream.with_audio,
            )
        elif stream.state is StreamState.STOPPING:
            yield StopMediaStream(participant=person.id, endpoint=person.endpoint, kind=kind)


def _owed_of_tones(person: Participant) -> Iterator[Effect]:
    for each in person.tones:
        yield SendTones(participant=person.id, sequence=each.sequence, tones=each.tones)


def _owed_of_effects(person: Participant) -> Iterator[Effect]:
    """Who left has no effects."""
    for effect, use in person.effects.items():
        if use.state is EffectState.STARTING:
            yield starting(person, effect, use.image_url)


def _owed_to(call: Call, person: Participant) -> tuple[Effect, ...]:
    if person.call_state is CallState.DISCONNECTING:
        return (CloseMedia(participant=person.id, endpoint=person.endpoint),)
    if person.state is ParticipantState.DISCONNECTED:
        return ()
    if person.asked is not None:
        return _owed_of_hold(person)
    if person.state in _BEFORE_CONNECTED:
        return _owed_before_connected(call, person)
    return ()


def _owed_of_hold(person: Participant) -> tuple[Effect, ...]:
    """Who asked to resume before their hold was there is owed both, one after the other."""
    hold = HoldMedia(participant=person.id, endpoint=person.endpoint)
    resume = ResumeMedia(participant=person.id, endpoint=person.endpoint)
    if person.asked is Asked.HOLD:
        return (hold,)
    return (resume,) if person.call_state is CallState.LOCAL_HOLD else (hold, resume)


_BEFORE_CONNECTED = {ParticipantState.CONNECTING, ParticipantState.RINGING, ParticipantState.EARLY_MEDIA}


def _owed_before_connected(call: Call, person: Participant) -> tuple[Effect, ...]:
    if person.has_accepted:
        if person.id == call.starter and not call.is_answered:
            return ()
        alone = call.is_alone(person.id)
        return (OpenMedia(participant=person.id, endpoint=person.endpoint, is_alone=alone),)
    if not person.offers:
        return _owed_to_be_found(call, person)
    caller = caller_of(call, person)
    return tuple(Ring(participant=person.id, endpoint=e, caller=caller) for e in person.ringing_endpoints)


def _owed_to_be_found(call: Call, person: Participant) -> tuple[Effect, ...]:
    """A telephone that was heard of since is being dialled: nobody dials it a second time."""
    if not is_phone(person.id):
        return (Locate(participant=person.id),)
    if person.state is ParticipantState.CONNECTING and person.forwarded_to is None:
        return (dialling(call, person),)
    return ()
