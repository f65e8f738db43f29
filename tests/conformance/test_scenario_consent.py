"""The looks at consent and media access can fail, and say what was seen instead."""

import pytest

from calltape.conformance.scenario_consent import lacks_consent, permitted_of
from calltape.conformance.scenario_stage import ScenarioFailed, Stage, person
from calltape.conformance.scenarios import play
from calltape.core import LIMITS

pytestmark = pytest.mark.example


@pytest.fixture
def stage() -> Stage:
    """Alice is in a call that is recorded."""
    found = Stage(LIMITS)
    play(found, {"do": "Join", "who": "alice"})
    play(found, {"do": "ReportRecordingStarted", "with": {"recording_id": "r", "needs_consent": True}})
    return found


def test_what_is_seen_is_what_is_so(stage: Stage) -> None:
    assert lacks_consent(stage.call, person("alice"))
    assert permitted_of(stage.call, person("alice")) == "audio video"


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ({"recorded": {}}, "the recordings: expected {}, found {'r': 'recording Started'}"),
        ({"consents": {"alice": False}}, "whose consent is missing: expected"),
        ({"permitted": {"alice": ""}}, "what is permitted: expected"),
    ],
)
def test_a_wrong_look_is_told(stage: Stage, look: dict[str, object], told: str) -> None:
    with pytest.raises(ScenarioFailed, match=told):
        play(stage, look)
