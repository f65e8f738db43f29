"""The looks at what follows from media can fail, and say what was seen instead."""

import pytest

from calltape.conformance.scenario_stage import ScenarioFailed
from calltape.conformance.scenarios import read_scenarios, run
from calltape.core import BadSpec

pytestmark = pytest.mark.example

JOIN = '{ do = "Join", who = "alice" }, { do = "ReportMediaConnected", who = "alice" }'
STOPPED = 'who = "alice", seen = { condition = "camera.stopped" }'
LOUD = "until = 3, seen = { levels = { alice = 9000 } }"


def play(step: str) -> None:
    text = f'[[scenario]]\nname = "wrong"\nwhy = "To fail."\nsource = "none"\nsteps = [{JOIN}, {{ {step} }}]'
    (scenario,) = read_scenarios(text, "wrong.toml")
    run(scenario)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (f"{STOPPED}, diagnosed = []", "found .'0 alice cameraStoppedUnexpectedly true'"),
        (f'{STOPPED}, diagnosed = ["1 alice cameraStoppedUnexpectedly true"]', "step 3 .media.*expected"),
        (f'{STOPPED}, others_told = ["0 alice noNetwork true"]', "what the others were told: expected"),
        (f"{LOUD}, speakers = []", "the dominant speakers: expected .., found .'alice'"),
        (f"{LOUD}, speaking = []", "who speaks: expected .., found .'alice'"),
    ],
)
def test_a_wrong_look_is_told(step: str, told: str) -> None:
    with pytest.raises(ScenarioFailed, match=told):
        play(step)


@pytest.mark.parametrize(
    "seen", ["{ nonsense = 1 }", '{ path_to = "bob" }', '{ sends_diagnostics = "perhaps" }']
)
def test_what_nobody_can_see_is_refused(seen: str) -> None:
    with pytest.raises(BadSpec, match="nobody can see"):
        play(f'who = "alice", seen = {seen}')
