"""The effects of a participant, as values: what is due next, what goes with the picture."""

import pytest

from calltape.core import PLATFORMS, EffectState, EffectUse, Instant, StreamEffect
from calltape.core.stream_effects import (
    BACKGROUNDS,
    CAPABILITY_OF,
    effect_state,
    next_due,
    with_effect,
    without_picture,
)

pytestmark = pytest.mark.example

BLUR, MUSIC = StreamEffect.BACKGROUND_BLUR, StreamEffect.MUSIC_MODE
NEW = EffectUse(state=EffectState.STARTING, warn_at=Instant(20), until=Instant(40))
WARNED = EffectUse(state=EffectState.STARTING, until=Instant(30))
ON = EffectUse(state=EffectState.ON)


def test_the_next_that_is_due() -> None:
    assert next_due({}) is None
    assert next_due({BLUR: ON}) is None
    assert next_due({BLUR: NEW, MUSIC: ON}) == 20
    assert next_due({BLUR: NEW, MUSIC: WARNED}) == 20
    assert next_due({MUSIC: WARNED}) == 30


def test_the_picture_takes_its_effects_along() -> None:
    uses = {BLUR: ON, MUSIC: ON}
    assert without_picture(uses) == {MUSIC: ON}
    assert uses == {BLUR: ON, MUSIC: ON}, "another one takes its place"
    assert with_effect(uses, MUSIC, None) == {BLUR: ON}
    assert effect_state(uses, StreamEffect.GAIN_CONTROL) is EffectState.OFF


def test_every_effect_is_a_capability_of_the_platforms_table() -> None:
    assert set(CAPABILITY_OF) == set(StreamEffect)
    groups = {effect: PLATFORMS.capabilities[name].group for effect, name in CAPABILITY_OF.items()}
    assert {effect for effect, group in groups.items() if group == "Video Effects"} == BACKGROUNDS
    assert set(groups.values()) == {"Video Effects", "Audio Effects"}
