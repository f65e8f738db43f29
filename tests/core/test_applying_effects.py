"""Effects: laws along walks, and what scenarios cannot say."""

import pytest
from hypothesis import given

from calltape.conformance.strategies import ALICE, GROUP_ID, NAMELESS, START, endpoints, histories
from calltape.core import (
    BACKGROUNDS,
    Call,
    CallId,
    Command,
    CorruptHistory,
    EffectState,
    EffectStop,
    Event,
    Join,
    ParticipantState,
    ReportMediaConnected,
    ReportVideoStarted,
    StartStreamEffect,
    StartVideo,
    StreamEffect,
    StreamEffectStarted,
    StreamEffectStopped,
    StreamKind,
    decide,
    evolve,
    moves,
    owed,
    react,
)
from calltape.core.effects import StartMediaEffect, StopMediaEffect

pytestmark = pytest.mark.property

BLUR, IMAGE = StreamEffect.BACKGROUND_BLUR, StreamEffect.BACKGROUND_REPLACEMENT


def up(*commands: Command) -> Call:
    """A call of Alice alone, who sends video, after `commands`."""
    join = Join(
        id=NAMELESS,
        at=START,
        call_id=CallId("call-1"),
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        group_id=GROUP_ID,
    )
    about = {"id": NAMELESS, "at": START, "participant": ALICE}
    opening = (ReportMediaConnected(**about), StartVideo(**about), ReportVideoStarted(**about))  # type: ignore[arg-type]
    call = Call()
    for command in (join, *opening, *commands):
        for event in decide(call, command):
            evolve(call, event)
    return call


def start(effect: StreamEffect) -> StartStreamEffect:
    url = "https://example.org/beach.png" if effect is IMAGE else None
    return StartStreamEffect(id=NAMELESS, at=START, participant=ALICE, effect=effect, image_url=url)


@given(histories(max_size=40))
def test_an_effect_on_a_picture_ends_with_the_picture(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        evolve(call, event)
        for person in call.participants.values():
            if StreamKind.VIDEO not in person.streams:
                assert not BACKGROUNDS & set(person.effects)
            if person.state is ParticipantState.DISCONNECTED:
                assert person.effects == {}
            waiting = [use for use in person.effects.values() if use.state is EffectState.STARTING]
            assert (person.effect_until is not None) == bool(waiting)


@given(histories(max_size=40))
def test_a_picture_has_one_background(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        evolve(call, event)
        for person in call.participants.values():
            on = [e for e, use in person.effects.items() if use.state is EffectState.ON]
            assert len(BACKGROUNDS & set(on)) <= 1


def test_what_starts_is_owed_with_its_image() -> None:
    call = up(start(IMAGE))
    wanted = StartMediaEffect(
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        effect=IMAGE,
        image_url="https://example.org/beach.png",
    )
    assert owed(call) == (wanted,)


def test_one_that_took_another_s_place_has_the_other_taken_off() -> None:
    call = up(start(BLUR))
    evolve(call, StreamEffectStarted(participant=ALICE, effect=BLUR))
    replaced = StreamEffectStopped(participant=ALICE, effect=BLUR, cause=EffectStop.REPLACED)
    assert react(call, replaced) == (
        StopMediaEffect(participant=ALICE, endpoint=endpoints(ALICE)[0], effect=BLUR),
    )
    ended = StreamEffectStopped(participant=ALICE, effect=BLUR, cause=EffectStop.ENDED)
    assert react(call, ended) == ()


def test_what_no_row_allows_is_found_for_each_effect_apart() -> None:
    call = up(start(BLUR))
    before = call.copy()
    with pytest.raises(CorruptHistory):
        evolve(call, StreamEffectStarted(participant=ALICE, effect=IMAGE))
    assert call == before
    started = StreamEffectStarted(participant=ALICE, effect=BLUR)
    assert [
        (m.lifecycle, str(m.source), str(m.target))
        for m in moves(call, started)
        if m.lifecycle == "stream_effect"
    ] == [("stream_effect", "Starting", "On")]
    evolve(call, started)
    with pytest.raises(CorruptHistory):
        evolve(call, started)
