"""The looks at signals can fail, and say what was seen instead."""

import pytest

from calltape.conformance.scenario_stage import ScenarioFailed, Stage
from calltape.conformance.scenarios import play
from calltape.core import LIMITS

pytestmark = pytest.mark.example

REACTION = {"do": "SendReaction", "who": "alice", "with": {"kind": "like"}}
LINE = {"do": "SendRealTimeText", "who": "alice", "with": {"text": "Hell"}}


@pytest.fixture
def stage() -> Stage:
    """Alice is up in a group call, and has raised her hand."""
    found = Stage(LIMITS)
    play(found, {"do": "Join", "who": "alice"})
    play(found, {"do": "ReportMediaConnected", "who": "alice"})
    play(found, {"do": "RaiseHand", "who": "alice"})
    return found


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"hands": []}, r"the raised hands: expected \[\], found \['alice'\]"),
        ({"orders": {"alice": 1}}, "the orders: expected"),
        ({"do": "LowerHand", "who": "alice", "lowered_by": {}}, "who lowered them: expected"),
        ({"spotlight": ["alice"]}, "the spotlight: expected"),
        ({**REACTION, "passed": []}, "what passed: expected"),
        ({**LINE, "lines_until": {}}, "when lines are final: expected"),
    ],
)
def test_a_wrong_look_is_told(stage: Stage, step: dict[str, object], told: str) -> None:
    with pytest.raises(ScenarioFailed, match=told):
        play(stage, step)
