"""The page and the schema of commands are what the code says; and the schema holds for every command."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from calltape.conformance.case_form import load_cases
from calltape.conformance.case_messages import Questions
from calltape.core import COMMANDS, every_level

from .programs import program

pytestmark = pytest.mark.example

REPOSITORY = Path(__file__).parents[1]
RUN = "run .venv/bin/python docs/generate_commands.py"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return program("docs/generate_commands.py")


def test_the_page_and_the_schema_are_what_the_code_says(generator: ModuleType) -> None:
    assert (REPOSITORY / "docs/reference/commands.md").read_text(
        "utf-8"
    ) == generator.page().rstrip() + "\n", RUN
    assert generator.SCHEMA.read_text("utf-8") == generator.schema_text(), RUN


def test_the_page_has_every_command(generator: ModuleType) -> None:
    page = generator.page()
    for name, kind in COMMANDS.items():
        assert f"\n### {name}\n" in page or not kind.__module__.startswith("calltape.")


def test_the_schema_holds_for_what_the_cases_ask(generator: ModuleType) -> None:
    schema: dict[str, Any] = json.loads(generator.SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    parts = {name: {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]} for name in COMMANDS}
    asked = 0
    for case in load_cases():
        questions = Questions(case)
        for message in (each for step in case.every_step for each in questions.of(step)):
            if message["type"] == "command":
                Draft202012Validator(parts[message["command"]["type"]]).validate(message["command"])
                asked += 1
    assert asked > len(load_cases())


def test_the_schema_finds_what_is_no_command(generator: ModuleType) -> None:
    validator = Draft202012Validator(json.loads(generator.SCHEMA.read_text("utf-8")))
    good = {"type": "Mute", "id": "1", "at": 0, "participant": "8:a"}
    assert validator.is_valid(good)
    for broken in ({**good, "at": "now"}, {**good, "type": "Sing"}, {"type": "Mute", "id": "1", "at": 0}):
        assert not validator.is_valid(broken)


def test_the_protocol_lists_every_level() -> None:
    page = (REPOSITORY / "docs/reference/conformance-protocol.md").read_text("utf-8")
    for level in every_level().values():
        assert f"| `{level.name}` | {', '.join(level.needs)} | {level.meaning} |" in page
