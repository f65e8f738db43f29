"""What is said of a platforms file that is not whole; and that the coverage table speaks of the same rows."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from calltape.core import PLATFORMS, BadSpec
from calltape.core.platform_rows import load_platform_rows, read_platform_rows

pytestmark = pytest.mark.example


def spec(name: str) -> str:
    return files("calltape.specs").joinpath(name).read_text(encoding="utf-8")


def test_the_file_is_read_once() -> None:
    assert load_platform_rows() is PLATFORMS


def test_the_file_meets_its_schema() -> None:
    schema: dict[str, Any] = json.loads(spec("schemas/platforms.schema.json"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    document = tomllib.loads(spec("platforms.toml"))
    validator.validate(document)
    assert not validator.is_valid({**document, "kept": {}})


def test_the_coverage_table_has_the_same_capabilities() -> None:
    rows = tomllib.loads(spec("coverage.toml"))["row"]
    covered = [(row["group"], row["capability"]) for row in rows]
    named = [(row.group, row.title) for row in PLATFORMS.capabilities.values()]
    assert [each for each in covered if each in named] == named


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[columns]", "[columns", r"platforms\.toml is not TOML"),
        ("[kept]", "[keeps]", "must hold columns, .*look at 'kept'"),
        ('windows = ["windows"]', "", "which do not speak of windows"),
        ('web = "yes"', 'web = "perhaps"', "look at 'perhaps' is not a valid Support"),
        ('"mute_others"', '"mute_unmute"', "lists the capability 'mute_unmute' twice"),
        ('"share_application", "share_browser_tab"', '"share_kitchen"', "speaks of 'share_kitchen'"),
        ('browsers = ["safari"]', 'browsers = ["lynx"]', "speaks of the browser 'lynx'"),
        ('platform = "ios"\nof = "ios"', 'platform = "kiosk"\nof = "ios"', "'kiosk' is not a valid Platform"),
        ("version = [21]", "", "look at 'version'"),
        ("linux = {", "plan9 = {", "look at .*linux"),
    ],
)
def test_a_malformed_file_says_where(old: str, new: str, says: str) -> None:
    text = spec("platforms.toml")
    assert old in text
    with pytest.raises(BadSpec, match=says):
        read_platform_rows(text.replace(old, new, 1))
