"""The hand-written scenarios, played on the core; and the player itself."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from calltape.conformance.scenario_looks import LOOKS
from calltape.conformance.scenario_stage import CAST, ScenarioFailed
from calltape.conformance.scenarios import Scenario, load_scenarios, read_scenarios, run
from calltape.core import COMMANDS, BadSpec

pytestmark = pytest.mark.golden

SCENARIOS = load_scenarios()
SPECS = files("calltape.specs")
FILES = sorted(f.name for f in SPECS.joinpath("scenarios").iterdir() if f.name.endswith(".toml"))
SCHEMA: dict[str, Any] = json.loads(SPECS.joinpath("schemas/scenario.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=lambda scenario: f"{scenario.capability}: {scenario.name}"
)
def test_scenario(scenario: Scenario) -> None:
    run(scenario)


@pytest.mark.parametrize("name", FILES)
def test_the_files_keep_to_the_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    text = SPECS.joinpath("scenarios").joinpath(name).read_text("utf-8")
    Draft202012Validator(SCHEMA).validate(tomllib.loads(text))


def test_the_schema_knows_everything_a_step_may_say() -> None:
    properties: set[str] = set(SCHEMA["$defs"]["step"]["properties"])
    doing = {"at", "call", "do", "who", "with", "id", "times", "silence_until", "refused"}
    assert properties == doing | {"seen", "until", "restart"} | set(LOOKS)
    assert all(name in SCHEMA["description"] for name in CAST)


def test_there_are_enough_of_them_and_they_use_every_command() -> None:
    assert len(SCENARIOS) >= 60
    used = {step["do"] for scenario in SCENARIOS for step in scenario.steps if "do" in step}
    assert used == set(COMMANDS)


START = '{ do = "StartCall", who = "alice", with = { callees = ["bob"] } }'
WRONG = {
    "another state": ('legs = { alice = "Ringing" }', "the legs: expected {'alice': 'Ringing'}"),
    "another roster": ('roster = { bob = "Ringing" }', "the roster: expected"),
    "other events": ('emits = ["call.started"]', "the events: expected"),
    "other effects": ("effects = []", "the effects: expected [], found ['Locate bob']"),
    "another deadline": ("waits = {}", "the deadlines: expected {}"),
    "another end": ('left = { alice = "0/0" }', "why they left: expected"),
    "another call": ("now = { is_over = true }", "the call: expected"),
    "a stranger": ('legs = { carol = "Ringing" }', "carol is not in the call"),
    "a refusal": ('refused = { lifecycle = "call", state = "None" }', "it was not refused"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_as_expected_is_told(case: str) -> None:
    look, told = WRONG[case]
    text = f"""
        [[scenario]]
        name = "wrong"
        why = "To see it fail."
        source = "none"
        steps = [ {START[:-2]}, {look} }} ]
    """
    (scenario,) = read_scenarios(text, "wrong.toml")
    with pytest.raises(ScenarioFailed, match=r"wrong, step 1 \(StartCall\): ") as failed:
        run(scenario)
    assert told in str(failed.value)


def test_what_is_refused_against_expectation_is_told() -> None:
    (scenario,) = read_scenarios(_scenario('{ do = "Mute", who = "alice" }'), "wrong.toml")
    with pytest.raises(ScenarioFailed, match="the call has not started"):
        run(scenario)


def test_a_refusal_in_another_state_is_told() -> None:
    wrong = START[:-2] + ', refused = { lifecycle = "call", state = "Ringing" } }'
    (scenario,) = read_scenarios(_scenario(f"{START}, {wrong}"), "wrong.toml")
    with pytest.raises(ScenarioFailed, match="the refusal: expected"):
        run(scenario)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[scenario]]\nname = ", "wrong.toml is not TOML"),
        ('[[scenario]]\nname = "x"', "the part 'why' is missing"),
        ("", "the part 'scenario' is missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, told: str) -> None:
    with pytest.raises(BadSpec, match=told):
        list(read_scenarios(text, "wrong.toml"))


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ('{ do = "Fly", who = "alice" }', "there is no command 'Fly'"),
        ('{ do = "Mute", who = "mallory" }', "nobody is called 'mallory'"),
        ('{ do = "Mute", who = "alice", with = { loudly = true } }', "Mute cannot be given so"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: str, told: str) -> None:
    (scenario,) = read_scenarios(_scenario(step), "wrong.toml")
    with pytest.raises(BadSpec, match=told):
        run(scenario)


def _scenario(steps: str) -> str:
    return f'[[scenario]]\nname = "wrong"\nwhy = "To see it fail."\nsource = "none"\nsteps = [ {steps} ]\n'
