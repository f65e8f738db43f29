"""The looks at data channels can fail, and say what was seen instead."""

import pytest

from calltape.conformance.scenario_channels import bitrates_of, channels_of
from calltape.conformance.scenario_stage import ScenarioFailed, Stage, person
from calltape.conformance.scenarios import play
from calltape.core import LIMITS

pytestmark = pytest.mark.example


@pytest.fixture
def stage() -> Stage:
    """Alice sends to everybody, and Bob is there."""
    found = Stage(LIMITS)
    for step in (
        {"do": "Join", "who": "alice"},
        {"do": "ReportMediaConnected", "who": "alice"},
        {"do": "Join", "who": "bob"},
        {"do": "ReportMediaConnected", "who": "bob"},
        {"do": "OpenDataChannel", "who": "alice"},
    ):
        play(found, step)
    return found


def test_channels_are_written_as_scenarios_do(stage: Stage) -> None:
    assert channels_of(stage.call, person("alice")) == "1 Open session 1 for everybody"
    assert channels_of(stage.call, person("bob")) == ""
    assert bitrates_of(stage.call, person("alice")) == [512_000]


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ({"from": "alice", "on": 1, "reaches": []}, "what is sent: expected .*found {'reaches': .'bob'.}"),
        ({"from": "alice", "on": 2, "reaches": ["bob"]}, "found {'refused': ..}"),
        ({"from": "bob", "on": 1, "refused": ["too large"]}, "expected {'refused': .'too large'.}"),
    ],
)
def test_a_wrong_look_is_told(stage: Stage, look: dict[str, object], told: str) -> None:
    with pytest.raises(ScenarioFailed, match=told):
        play(stage, {"data": [look]})
