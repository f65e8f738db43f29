"""Effects on one's own picture and sound: asked for, on, failed, taken off; and warnings about slow ones.

An effect on the picture lives as long as the video it is on, which has to run; one on the sound as long as
the leg. What is sent goes on without an effect that fails.
"""

import attrs

from calltape.core.call.rooms import Events, changes, decides, moves_machine, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.call.streaming import require_screen
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, StartMediaEffect, StopMediaEffect
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.platforms import is_supported
from calltape.core.states import StreamState
from calltape.core.stream_effects import (
    BACKGROUNDS,
    CAPABILITY_OF,
    STREAM_EFFECT,
    EffectError,
    EffectState,
    EffectStop,
    EffectUse,
    EffectWarning,
    StreamEffect,
    effect_state,
    next_due,
    with_effect,
)
from calltape.core.streams import StreamKind, state_in
from calltape.core.values import Instant, later
from calltape.core.video_platforms import Platform


@command
class StartStreamEffect(Command):
    """`participant` asks for an effect on what they send."""

    participant: RawId
    effect: StreamEffect
    image_url: str | None = None
    """What the background is to be replaced by; for a replacement only, and then it must be said."""

    platform: Platform | None = None
    """Where the endpoint runs; None leaves it to the endpoint whether it can."""


@command
class StopStreamEffect(Command):
    """`participant` takes an effect off."""

    participant: RawId
    effect: StreamEffect


@command
class ReportStreamEffectStarted(Command):
    """Observed: what is sent has the effect."""

    participant: RawId
    effect: StreamEffect


@command
class ReportStreamEffectFailed(Command):
    """Observed: the effect could not be applied, or cannot be any longer."""

    participant: RawId
    effect: StreamEffect
    error: EffectError = EffectError.FAILED_TO_PROCESS
    words: str | None = None


@command
class ReportStreamEffectStopped(Command):
    """Observed: the effect ended by itself."""

    participant: RawId
    effect: StreamEffect


@command
class ReportStreamEffectSlow(Command):
    """Observed: with the effect, fewer frames a second are sent than the vendor's threshold of 5."""

    participant: RawId
    effect: StreamEffect


@event("effect.requested")
class StreamEffectRequested(Event):
    """Somebody asked for an effect on what they send."""

    participant: RawId
    effect: StreamEffect
    image_url: str | None = None
    warn_at: Instant
    """When it takes so long that somebody should know."""

    until: Instant
    """When silence means that it failed."""


@event("effect.started")
class StreamEffectStarted(Event):
    """What somebody sends has the effect."""

    participant: RawId
    effect: StreamEffect


@event("effect.failed")
class StreamEffectFailed(Event):
    """An effect could not be applied, or cannot be any longer; what is sent goes on without it."""

    participant: RawId
    effect: StreamEffect
    error: EffectError
    words: str | None = None


@event("effect.stopped")
class StreamEffectStopped(Event):
    """What somebody sends has the effect no more."""

    participant: RawId
    effect: StreamEffect
    cause: EffectStop


@event("effect.warned")
class StreamEffectWarned(Event):
    """An effect is slow: it takes long to start, or costs too many frames."""

    participant: RawId
    effect: StreamEffect
    warning: EffectWarning


_SILENCE = "no outcome was reported in time"


@decides(StartStreamEffect)
def _start(call: Call, asked: StartStreamEffect, limits: Limits) -> Events:
    me = require_screen(call, asked.participant, asked)
    _require(me, asked.effect, asked, "the effect is on already, or about to be" if _has(me, asked) else "")
    if reason := _impossible(me, asked):
        raise _refused(me, asked.effect, asked, reason)
    requested = StreamEffectRequested(
        participant=me.id,
        effect=asked.effect,
        image_url=asked.image_url,
        warn_at=later(asked.at, limits.video_effect_start_warning_ms / 1000),
        until=later(asked.at, limits.modality_s),
    )
    return (requested,)


def _has(me: Participant, asked: StartStreamEffect) -> bool:
    return asked.effect in me.effects


def _impossible(me: Participant, asked: StartStreamEffect) -> str:
    """Why the effect cannot be had; empty if it can."""
    if asked.platform is not None and not is_supported(CAPABILITY_OF[asked.effect], asked.platform):
        return f"{asked.effect} is not supported on {asked.platform}"
    if (asked.effect is StreamEffect.BACKGROUND_REPLACEMENT) != bool(asked.image_url):
        replaces = "a replaced background needs the address of an image"
        return replaces if not asked.image_url else "only a replaced background takes an image"
    if asked.effect in BACKGROUNDS and state_in(me.streams, StreamKind.VIDEO) not in _RUNNING:
        return "no video runs that could have a background"
    return ""


_RUNNING = {StreamState.STARTING, StreamState.STARTED}


@decides(StopStreamEffect)
def _stop(call: Call, asked: StopStreamEffect, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    _require(me, asked.effect, asked, "the effect is not on")
    return (StreamEffectStopped(participant=me.id, effect=asked.effect, cause=EffectStop.ASKED),)


@decides(ReportStreamEffectStarted)
def _has_started(call: Call, seen: ReportStreamEffectStarted, limits: Limits) -> Events:
    me = call.participants[seen.participant]
    _require(me, seen.effect, seen)
    started = StreamEffectStarted(participant=me.id, effect=seen.effect)
    replaced = [
        StreamEffectStopped(participant=me.id, effect=other, cause=EffectStop.REPLACED)
        for other, use in me.effects.items()
        if other is not seen.effect and {other, seen.effect} <= BACKGROUNDS and use.state is EffectState.ON
    ]
    return (*replaced, started)


@decides(ReportStreamEffectFailed)
def _has_failed(call: Call, seen: ReportStreamEffectFailed, limits: Limits) -> Events:
    _require(call.participants[seen.participant], seen.effect, seen)
    failed = StreamEffectFailed(
        participant=seen.participant, effect=seen.effect, error=seen.error, words=seen.words
    )
    return (failed,)


@decides(ReportStreamEffectStopped)
def _has_stopped(call: Call, seen: ReportStreamEffectStopped, limits: Limits) -> Events:
    _require(call.participants[seen.participant], seen.effect, seen)
    return (StreamEffectStopped(participant=seen.participant, effect=seen.effect, cause=EffectStop.ENDED),)


@decides(ReportStreamEffectSlow)
def _is_slow(call: Call, seen: ReportStreamEffectSlow, limits: Limits) -> Events:
    me = call.participants[seen.participant]
    _require(me, seen.effect, seen)
    if EffectWarning.FRAME_RATE in me.effects[seen.effect].warnings:
        return ()
    return (StreamEffectWarned(participant=me.id, effect=seen.effect, warning=EffectWarning.FRAME_RATE),)


def overdue_effects(me: Participant, at: Instant) -> Events:
    """What the silence of the effects that start means at `at`: first a warning, then failure."""
    found: list[Event] = []
    for effect, use in me.effects.items():
        if use.until is not None and use.until <= at:
            found.append(
                StreamEffectFailed(
                    participant=me.id, effect=effect, error=EffectError.FAILED_TO_PROCESS, words=_SILENCE
                )
            )
        elif use.warn_at is not None and use.warn_at <= at:
            found.append(StreamEffectWarned(participant=me.id, effect=effect, warning=EffectWarning.TIME))
    return tuple(found)


def _require(me: Participant, effect: StreamEffect, asked: Command, because: str = "") -> None:
    if not STREAM_EFFECT.accepts(effect_state(me.effects, effect), type(asked).__name__):
        raise _refused(me, effect, asked, because)


def _refused(me: Participant, effect: StreamEffect, asked: Command, because: str) -> Refused:
    state = effect_state(me.effects, effect)
    return Refused(STREAM_EFFECT.name, state, type(asked).__name__, because, STREAM_EFFECT.accepted(state))


@changes(StreamEffectRequested)
def _requested(call: Call, participant: Participant, fact: StreamEffectRequested) -> None:
    use = EffectUse(
        state=EffectState.STARTING, image_url=fact.image_url, warn_at=fact.warn_at, until=fact.until
    )
    _put(participant, fact.effect, use)


@changes(StreamEffectStarted)
def _on(call: Call, participant: Participant, fact: StreamEffectStarted) -> None:
    use = participant.effects[fact.effect]
    _put(participant, fact.effect, attrs.evolve(use, state=EffectState.ON, warn_at=None, until=None))


@changes(StreamEffectFailed)
def _failed(call: Call, participant: Participant, fact: StreamEffectFailed) -> None:
    _put(participant, fact.effect, None)


@changes(StreamEffectStopped)
def _stopped(call: Call, participant: Participant, fact: StreamEffectStopped) -> None:
    _put(participant, fact.effect, None)


@changes(StreamEffectWarned)
def _warned(call: Call, participant: Participant, fact: StreamEffectWarned) -> None:
    use = participant.effects[fact.effect]
    warn_at = None if fact.warning is EffectWarning.TIME else use.warn_at
    _put(participant, fact.effect, attrs.evolve(use, warnings=use.warnings | {fact.warning}, warn_at=warn_at))


def _put(participant: Participant, effect: StreamEffect, use: EffectUse | None) -> None:
    participant.effects = with_effect(participant.effects, effect, use)
    participant.effect_until = next_due(participant.effects)


@reacts(StreamEffectRequested)
def _do_start(call: Call, fact: StreamEffectRequested) -> tuple[Effect, ...]:
    return (starting(call.participants[fact.participant], fact.effect, fact.image_url),)


def starting(me: Participant, effect: StreamEffect, image_url: str | None) -> StartMediaEffect:
    """What the outside is asked to do about an effect that starts."""
    return StartMediaEffect(participant=me.id, endpoint=me.endpoint, effect=effect, image_url=image_url)


@reacts(StreamEffectStopped)
def _do_stop(call: Call, fact: StreamEffectStopped) -> tuple[Effect, ...]:
    return _take_off(call, fact.participant, fact.effect) if fact.cause is not EffectStop.ENDED else ()


@reacts(StreamEffectFailed)
def _make_sure(call: Call, fact: StreamEffectFailed) -> tuple[Effect, ...]:
    """One that is given up because of silence may start yet."""
    return _take_off(call, fact.participant, fact.effect)


def _take_off(call: Call, who: RawId, effect: StreamEffect) -> tuple[Effect, ...]:
    return (StopMediaEffect(participant=who, endpoint=call.participants[who].endpoint, effect=effect),)


def _state_about(participant: Participant, fact: StreamEffectRequested) -> EffectState:
    return effect_state(participant.effects, fact.effect)


moves_machine(STREAM_EFFECT, _state_about)
