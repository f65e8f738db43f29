"""Commands as JSON: every one of the scenarios' commands, there and back."""

import json
from typing import Any, cast

import attrs
import pytest

from calltape.conformance.command_codec import decode_command, encode_command
from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import Stage
from calltape.conformance.scenarios import load_scenarios
from calltape.core import COMMANDS, LIMITS, BadInput, Command

pytestmark = pytest.mark.example


def of_the_scenarios() -> list[Command]:
    """Every command that a scenario gives."""
    stage = Stage(LIMITS)
    steps = (step for scenario in load_scenarios() for step in scenario.steps if "do" in step)
    return [command_of(stage, step, 1) for step in steps]


def test_every_command_comes_back_as_it_was() -> None:
    commands = of_the_scenarios()
    assert {type(command).__name__ for command in commands} == set(COMMANDS)
    for command in commands:
        text = json.dumps(encode_command(command))
        assert decode_command(json.loads(text)) == command


def test_what_is_none_is_left_out_and_what_is_left_out_has_its_default() -> None:
    for command in of_the_scenarios():
        written = encode_command(command)
        assert written["type"] == type(command).__name__
        assert None not in written.values()
        given = attrs.asdict(cast("Any", command), recurse=False)
        assert written.keys() - {"type"} == {name for name, value in given.items() if value is not None}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({}, "there is no command None"),
        ({"type": "Sing"}, "there is no command 'Sing'"),
        ({"type": ["Mute"]}, "there is no command"),
        ({"type": "Mute", "id": "1"}, "Mute cannot be given so: .*missing required field `at`"),
        ({"type": "Mute", "id": "1", "at": "now", "participant": "8:a"}, "Mute cannot be given so: .*int"),
    ],
)
def test_what_is_no_command_is_refused_in_a_sentence(written: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        decode_command(written)
