"""Old shapes of events are lifted step by step and nothing of them is lost; instants and streams."""

from collections.abc import Mapping

import pytest

from calltape.core import EVENTS
from calltape.core.states import CALL, INCOMING_CALL, PARTICIPANT, CallState, OfferState, ParticipantState
from calltape.core.values import CallId, Instant, call_stream, later, media_stream, push_stream
from calltape.core.versions import STEPS, lift

pytestmark = pytest.mark.example


def test_a_participant_who_left_in_shape_1() -> None:
    old: Mapping[str, object] = {"participant": "8:a", "code": 0, "subcode": 5000, "teardown_until": 9}
    new = {
        "participant": "8:a",
        "teardown_until": 9,
        "reason": {"code": 0, "subcode": 5000, "source": "service"},
    }
    assert lift("participant.left", 1, old, to=2) == new
    assert lift("participant.left", 2, new, to=2) is new
    assert lift("participant.left", 1, {"participant": "8:a", "code": 600}, to=2)["reason"]["subcode"] is None
    assert old == {"participant": "8:a", "code": 0, "subcode": 5000, "teardown_until": 9}


@pytest.mark.parametrize("name", ["call.started", "transfer.requested"])
def test_custom_context_in_shape_1_was_one_text(name: str) -> None:
    said = lift(name, 1, {"participant": "8:a", "custom_context": "order 7"}, to=2)
    assert said == {"participant": "8:a", "custom_context": {"user_to_user": "order 7"}}
    assert lift(name, 1, {"custom_context": None}, to=2) == {"custom_context": None}
    assert lift(name, 1, {}, to=2) == {"custom_context": None}, "before there was any"


def test_every_older_shape_has_its_step() -> None:
    own = [kind for kind in EVENTS.values() if kind.__module__.startswith("calltape.")]
    wanted = {(kind.name, shape) for kind in own for shape in range(1, kind.shape)}
    assert set(STEPS) == wanted
    with pytest.raises(KeyError):
        lift("participant.held", 1, {}, to=2)


def test_the_states_are_those_of_the_files() -> None:
    assert set(CALL.states) == set(CallState)
    assert set(PARTICIPANT.states) == set(ParticipantState)
    assert set(INCOMING_CALL.states) == set(OfferState)
    assert (CALL.initial, PARTICIPANT.initial, INCOMING_CALL.initial) == ("None", "Idle", "None")


def test_instants_are_rounded_to_microseconds() -> None:
    assert later(Instant(10), 1) == 1_000_010
    assert later(Instant(0), 0.000_000_6) == 1


def test_streams_are_named_after_what_they_hold() -> None:
    assert call_stream(CallId("c")) == "call-c"
    assert media_stream(CallId("c"), "8:a") == "media-c-8:a"
    assert push_stream("8:a") == "push-8:a"
