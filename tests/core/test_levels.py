"""The levels: everything stands in one, and what one claims is understood."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from calltape.core import COMMANDS, EVENTS, BadInput, BadSpec, claimed_levels, every_level, level_of
from calltape.core.levels import read_levels

pytestmark = pytest.mark.example

SPECS = files("calltape.specs")


def names(*levels: str) -> list[str]:
    return [level.name for level in claimed_levels(levels)]


def test_every_command_and_every_event_stands_in_exactly_one_level() -> None:
    levels = every_level().values()
    declared = {n for n, kind in (COMMANDS | EVENTS).items() if kind.__module__.startswith("calltape.")}
    listed = [name for level in levels for name in (*level.commands, *level.events)]
    assert sorted(listed) == sorted(declared)
    assert {name for level in levels for name in level.commands} <= COMMANDS.keys()


def test_the_file_meets_its_schema_and_the_schema_has_teeth() -> None:
    schema: dict[str, Any] = json.loads(SPECS.joinpath("schemas/levels.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = tomllib.loads(SPECS.joinpath("levels.toml").read_text("utf-8"))
    Draft202012Validator(schema).validate(document)
    for part in ("meaning", "needs", "commands", "events"):
        broken = {"levels": {"calls": {k: v for k, v in document["levels"]["calls"].items() if k != part}}}
        assert not Draft202012Validator(schema).is_valid(broken)


def test_who_claims_a_level_claims_what_it_needs() -> None:
    assert names("calls") == ["calls"]
    assert names("hold") == ["calls", "hold"]
    assert names("rooms", "hold") == ["calls", "hold", "groups", "lobby", "rooms"]
    assert names() == []


def test_a_level_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadInput, match="no level 'video'; there are calls, endpoints, hold"):
        claimed_levels(["video"])


def test_where_something_stands() -> None:
    assert level_of("StartCall").name == "calls"
    assert level_of("participant.held").name == "hold"
    with pytest.raises(BadInput, match="'Sing'"):
        level_of("Sing")


ONE = '[levels.one]\nmeaning = "One."\nneeds = []\ncommands = ["Do"]\nevents = []\n'
TWO = '[levels.two]\nmeaning = "Two."\nneeds = {needs}\ncommands = {commands}\nevents = []\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("levels = ", "not TOML"),
        ("[level.one]", "malformed at 'levels'"),
        ('[levels.one]\nmeaning = "One."', "malformed at 'needs'"),
        ("[levels]\none = 1", "malformed"),
        (TWO.format(needs='["one"]', commands="[]") + ONE, "two needs one, which does not stand before it"),
        (ONE + TWO.format(needs='["one"]', commands='["Do"]'), "Do stands in one and in two"),
    ],
)
def test_a_broken_file_is_refused_in_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadSpec, match=why):
        read_levels(text)
