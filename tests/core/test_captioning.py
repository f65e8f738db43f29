"""Captions: everybody's own, whatever the others do; and what the outside is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.strategies import histories, walks
from calltape.core import (
    Call,
    CallState,
    CaptionLanguageSet,
    CaptionsRequested,
    CaptionsState,
    Event,
    Expire,
    SpokenLanguageSet,
    Wait,
    captions_running,
    evolve,
    react,
    replay,
)
from calltape.core.call.captioning import SPOKEN_LANGUAGE, understood
from calltape.core.effects import ChangeCaptionLanguage, StartCaptioning

pytestmark = pytest.mark.property

UP = {CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}


@given(histories(max_size=20))
def test_captions_are_ones_own(history: tuple[Event, ...]) -> None:
    call = Call()
    for each in history:
        before = {who: person.captions for who, person in call.participants.items()}
        evolve(call, each)
        named = getattr(each, "participant", None)
        for who, person in call.participants.items():
            if who != named:
                assert person.captions is before.get(who, CaptionsState.OFF)


@given(histories(max_size=20))
def test_captions_come_to_who_is_up_and_wait_with_a_deadline(history: tuple[Event, ...]) -> None:
    for person in replay(history).participants.values():
        assert person.captions is CaptionsState.OFF or person.call_state in UP
        assert (person.captions_until is not None) is (person.captions is CaptionsState.STARTING)
        assert person.caption_language is None or person.captions is not CaptionsState.OFF


@given(walks(max_size=20))
def test_what_is_spoken_is_said_by_somebody_and_in_lower_case(steps: tuple[Any, ...]) -> None:
    call = Call()
    for step in steps:
        before = call.spoken_language
        for each in step.events:
            evolve(call, each)
        if call.spoken_language != before:
            assert any(isinstance(each, CaptionsRequested | SpokenLanguageSet) for each in step.events)
            assert call.spoken_language == (call.spoken_language or "").lower()
        if isinstance(step.command, Expire) and step.command.wait is Wait.CAPTIONS and step.events:
            assert call.participants[step.command.participant].captions is CaptionsState.OFF  # type: ignore[index]


@given(histories(max_size=20))
def test_captions_are_asked_for_in_the_language_of_the_call(history: tuple[Event, ...]) -> None:
    call = Call()
    for each in history:
        evolve(call, each)
        for effect in react(call, each):
            if isinstance(effect, StartCaptioning):
                assert effect.spoken_language == call.spoken_language
        if isinstance(each, CaptionLanguageSet):
            assert react(call, each)


@given(histories(max_size=20))
def test_captions_that_come_can_be_asked_for_again(history: tuple[Event, ...]) -> None:
    call = replay(history)
    running = {who for who, person in call.participants.items() if person.captions is CaptionsState.ACTIVE}
    again = captions_running(call)
    assert {each.participant for each in again if isinstance(each, StartCaptioning)} == running
    languages = {each.participant: each.language for each in again if isinstance(each, ChangeCaptionLanguage)}
    for who in running:
        assert languages.get(who) == call.participants[who].caption_language


@given(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=4).map(tuple))
def test_what_is_not_supported_is_taken_for_the_usual_language(
    language: str, supported: tuple[str, ...]
) -> None:
    found = understood(language, supported)
    assert found == SPOKEN_LANGUAGE or found in {each.lower() for each in supported}
    assert understood(language, (*supported, language)) == language.lower()
