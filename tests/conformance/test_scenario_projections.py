"""The looks at views can fail, and say what was seen instead."""

import pytest

from calltape.conformance.scenario_stage import ScenarioFailed
from calltape.conformance.scenarios import read_scenarios, run

pytestmark = pytest.mark.example

MEETING = '{ do = "Join", who = "alice", with = { has_lobby = true } }'
UP = '{ do = "ReportMediaConnected", who = "alice"'


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ("comes_back = { since = 2, sees = {} }", "who comes back: expected .*found .*'alice': 'Connected'"),
        ('comes_back = { since = 2, changed = ["bob"] }', r"expected .*found {'changed': \['alice'\]}"),
        (
            "comes_back = { since = 2, nothing = true }",
            "expected {'nothing': True}, found {'nothing': False}",
        ),
        ("comes_back = { since = 3, sees = {} }", "who comes back has something to take over"),
        ('comes_back = { since = 2, inferred = ["alice"] }', r"found {'inferred': \[\]}"),
        ("capabilities_changed = { alice = {} }", "what changed for alice: expected False, found True"),
        ("capabilities_changed = { bob = { count = 1 } }", "what changed for bob: nothing"),
        ("capabilities_changed = { alice = { count = 24 } }", "expected {'count': 24}, found {'count': 25}"),
        (
            'capabilities_changed = { alice = { because = "RoleChanged" } }',
            "what changed for alice: expected {'because': 'RoleChanged'}, found {'because': ''}",
        ),
        (
            'seen_videos = [{ who = "bob", on = "desktop_web", sees = ["alice"] }]',
            r"what bob sees on desktop_web: expected \['alice'\], found \[\]",
        ),
    ],
)
def test_a_wrong_look_is_told(look: str, told: str) -> None:
    steps = f"{MEETING}, {UP}, {look} }}"
    text = f'[[scenario]]\nname = "wrong"\nwhy = "To fail."\nsource = "none"\nsteps = [{steps}]'
    (scenario,) = read_scenarios(text, "wrong.toml")
    with pytest.raises(ScenarioFailed, match=told):
        run(scenario)
