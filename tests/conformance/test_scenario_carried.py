"""A scenario that expects another context, other headers or another origin fails, and says what was found."""

import pytest

from calltape.conformance.scenario_stage import ScenarioFailed
from calltape.conformance.scenarios import read_scenarios, run

pytestmark = pytest.mark.example


def play(look: str) -> None:
    call = 'do = "StartCall", who = "alice"'
    given = 'with = { callees = ["phone"], custom_context = { sip_headers = [["order", "7"]] } }'
    text = f"""
        [[scenario]]
        name = "looks"
        why = "To see it fail."
        source = "none"
        steps = [ {{ {call}, {given}, {look} }} ]
    """
    (scenario,) = read_scenarios(text, "looks.toml")
    run(scenario)


def test_what_is_so_passes() -> None:
    play('contexts = { phone = { sip_headers = [["X-MS-Custom-order", "7"]] } }')
    play('dialled_with = { phone = [["X-MS-Custom-order", "7"]] }')


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ("contexts = { phone = {} }", "the custom context: expected {'phone': {}}, found"),
        ('contexts = { phone = { user_to_user = "order 7" } }', "the custom context: expected"),
        ('dialled_with = { phone = [["order", "7"]] }', "dialled with: expected"),
        ("dialled_with = {}", "dialled with: expected {}, found"),
        ('came_from = { call_id = "call-0" }', "no transfer made the call"),
    ],
)
def test_what_is_otherwise_is_told(look: str, told: str) -> None:
    with pytest.raises(ScenarioFailed) as failed:
        play(look)
    assert told in str(failed.value)
