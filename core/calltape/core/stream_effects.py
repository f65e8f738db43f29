"""Effects on what a participant sends: which there are, where they can be had, and how far each is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.lifecycle import Lifecycle, load
from calltape.core.limit_rows import every_limit
from calltape.core.values import Instant


class StreamEffect(StrEnum):
    """What can be done to a picture or a sound before it is sent."""

    BACKGROUND_BLUR = "BackgroundBlur"
    BACKGROUND_REPLACEMENT = "BackgroundReplacement"
    NOISE_SUPPRESSION = "NoiseSuppression"
    ECHO_CANCELLATION = "EchoCancellation"
    GAIN_CONTROL = "GainControl"
    MUSIC_MODE = "MusicMode"


BACKGROUNDS = frozenset({StreamEffect.BACKGROUND_BLUR, StreamEffect.BACKGROUND_REPLACEMENT})
"""The effects on a picture; of these one at a time. All others are on the sound."""

CAPABILITY_OF: Mapping[StreamEffect, str] = MappingProxyType(
    {
        StreamEffect.BACKGROUND_BLUR: "background_blur",
        StreamEffect.BACKGROUND_REPLACEMENT: "custom_background",
        StreamEffect.NOISE_SUPPRESSION: "noise_suppression",
        StreamEffect.ECHO_CANCELLATION: "echo_cancellation",
        StreamEffect.GAIN_CONTROL: "gain_control",
        StreamEffect.MUSIC_MODE: "music_mode",
    }
)
"""Which capability of the platforms' table each is."""


class EffectState(StrEnum):
    """How far an effect is. Meanings: `specs/stream_effect.toml`."""

    OFF = "Off"
    STARTING = "Starting"
    ON = "On"


class EffectError(StrEnum):
    """Why an effect failed: the vendor's `VideoEffectError`."""

    FAILED_TO_PROCESS = "FailedToProcess"
    FAILED_TO_FETCH_IMAGE = "FailedToFetchImage"


class EffectWarning(StrEnum):
    """What is slow about an effect."""

    FRAME_RATE = "fpsWarningThresholdReached"
    TIME = "timeForEffectsWarningReached"


class EffectStop(StrEnum):
    """Why an effect is over."""

    ASKED = "asked"
    ENDED = "ended"
    """By itself."""

    REPLACED = "replaced"
    """Another background took its place."""


STREAM_EFFECT: Lifecycle[EffectState] = load("stream_effect", EffectState, known_limits=every_limit())


@attrs.frozen(kw_only=True)
class EffectUse:
    """One effect that starts or is on."""

    state: EffectState
    image_url: str | None = None
    """What the background is replaced by."""

    warn_at: Instant | None = None
    """When it has been starting for so long that somebody should know; None once they do, or it is on."""

    until: Instant | None = None
    """When silence means that it failed; None once it is on."""

    warnings: frozenset[EffectWarning] = frozenset()


EffectUses = dict[StreamEffect, EffectUse]
"""The effects of a participant, without those that are off. Never changed: another one takes its place."""


def effect_state(uses: EffectUses, effect: StreamEffect) -> EffectState:
    """How far that effect is."""
    use = uses.get(effect)
    return EffectState.OFF if use is None else use.state


def with_effect(uses: EffectUses, effect: StreamEffect, use: EffectUse | None) -> EffectUses:
    """`uses` with that of one effect; None takes it out."""
    others = {other: each for other, each in uses.items() if other is not effect}
    return others if use is None else {**others, effect: use}


def without_picture(uses: EffectUses) -> EffectUses:
    """What is left when no video is sent any more."""
    return {effect: use for effect, use in uses.items() if effect not in BACKGROUNDS}


def next_due(uses: EffectUses) -> Instant | None:
    """When the silence of one that starts means something next."""
    due = [at for use in uses.values() if (at := use.warn_at or use.until) is not None]
    return min(due, default=None)
