"""The looks at the policies can fail, and say what was seen instead."""

import pytest

from calltape.conformance.scenario_stage import ScenarioFailed
from calltape.conformance.scenarios import read_scenarios, run

pytestmark = pytest.mark.example

JOIN = '{ do = "Join", who = "alice"'
VIEW = 'on = "desktop_web", by = 1, cameras = [2, 3], dominant = []'


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (f"views = [{{ {VIEW}, sees = [2] }}]", "the view on desktop_web: expected .*found {'sees': .2, 3.}"),
        (f"views = [{{ {VIEW}, videos = 9 }}]", "expected {'videos': 9}, found {'videos': 16}"),
        (f"views = [{{ {VIEW}, shares = 2 }}]", "expected {'shares': 2}, found {'shares': 1}"),
        (f'views = [{{ {VIEW}, grid = "2x2" }}]', "expected {'grid': '2x2'}, found {'grid': '4x4'}"),
        ("heights = { ios = [1080, 1080, 1080] }", r"the heights: expected .*found {'ios': \[720, 1080"),
        ("told = { alice = { sip = 486 } }", "what others are told: alice has not left"),
    ],
)
def test_a_wrong_look_is_told(look: str, told: str) -> None:
    text = f'[[scenario]]\nname = "wrong"\nwhy = "To fail."\nsource = "none"\nsteps = [{JOIN}, {look} }}]'
    (scenario,) = read_scenarios(text, "wrong.toml")
    with pytest.raises(ScenarioFailed, match=told):
        run(scenario)


def test_another_number_than_is_said_is_told() -> None:
    steps = f'{JOIN} }}, {{ do = "HangUp", who = "alice", told = {{ alice = {{ sip = 486, q850 = 16 }} }} }}'
    text = f'[[scenario]]\nname = "wrong"\nwhy = "To fail."\nsource = "none"\nsteps = [{steps}]'
    (scenario,) = read_scenarios(text, "wrong.toml")
    with pytest.raises(ScenarioFailed, match=r"told of alice: expected .*found {'sip': 0, 'q850': 16}"):
        run(scenario)
