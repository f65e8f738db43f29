"""What passes is told by the step that it passes in, and by no other."""

import pytest

from calltape.conformance.scenario_stage import Stage
from calltape.conformance.scenarios import play
from calltape.core import LIMITS

pytestmark = pytest.mark.example

REACTION = {"do": "SendReaction", "who": "alice", "with": {"kind": "like"}}
LINE = {"do": "SendRealTimeText", "who": "alice", "with": {"text": "Hell"}}


@pytest.fixture
def stage() -> Stage:
    """Alice is up in a group call."""
    found = Stage(LIMITS)
    play(found, {"do": "Join", "who": "alice"})
    play(found, {"do": "ReportMediaConnected", "who": "alice"})
    return found


def test_what_passes_is_told_once_and_forgotten_with_the_next_step(stage: Stage) -> None:
    play(stage, {**REACTION, "passed": ["alice like"], "emits": ["reaction.sent"]})
    play(stage, {**LINE, "passed": ["alice 1 Partial: Hell"], "emits": []})
    play(stage, {"passed": [], "emits": []})


def test_what_a_step_tells_several_times_is_recorded_as_often(stage: Stage) -> None:
    play(stage, {**REACTION, "times": 2, "passed": ["alice like"] * 2, "emits": ["reaction.sent"] * 2})
