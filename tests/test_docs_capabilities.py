"""docs/reference/capabilities.md is what the coverage table says, and the table says only what is there."""

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from .programs import program

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"

ROWS_OF_THE_SOURCE = {
    "Core Capabilities": 5,
    "Mid call control": 12,
    "Screen sharing": 5,
    "Roster": 2,
    "PSTN": 5,
    "General": 1,
    "Device Management": 10,
    "Video Rendering": 3,
    "Video Effects": 2,
    "Audio Effects": 4,
    "Notifications": 1,
    "Custom context": 1,
    "Browsers and systems": 5,
    "Maximum call duration": 1,
    "Video streams": 4,
    "Video resolutions": 3,
    "Number of participants": 4,
    "Calling SDK timeouts": 7,
}
"""Counted by hand in the vendor's overview."""

BESIDE_THE_SOURCE = {"In-call features"}
"""Groups of what the overview's tables leave out."""


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return program("docs/generate_capabilities.py")


def test_the_table_names_only_what_is_there(generator: ModuleType) -> None:
    assert generator.faults(generator.entries()) == []


def test_the_page_is_current(generator: ModuleType) -> None:
    written = (DOCS / "reference" / "capabilities.md").read_text(encoding="utf-8")
    assert written == generator.page(generator.entries()), (
        "docs/reference/capabilities.md is not what coverage.toml says: "
        "run .venv/bin/python docs/generate_capabilities.py"
    )


def test_no_row_of_the_source_is_missing(generator: ModuleType) -> None:
    groups = Counter(each["group"] for each in generator.entries() if each["group"] not in BESIDE_THE_SOURCE)
    assert groups == ROWS_OF_THE_SOURCE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": ["call/C99"]}, "among the rows as 'call/C99'"),
        ({"commands": ["Fly"]}, "among the commands as 'Fly'"),
        ({"events": ["call.flown"]}, "among the events as 'call.flown'"),
        ({"limits": ["flight_s"]}, "among the limits as 'flight_s'"),
        ({"policies": ["fly"]}, "among the policies as 'fly'"),
        ({"scenarios": ["a call flies"]}, "among the scenarios as 'a call flies'"),
        ({"scenarios": []}, "claims to be done and no scenario shows it"),
        ({"scenario": "one"}, "there is no part 'scenario'"),
    ],
)
def test_a_wrong_row_is_found(generator: ModuleType, change: dict[str, object], words: str) -> None:
    sound = {"group": "G", "capability": "c", "scenarios": ["muting and unmuting"]}
    assert generator.faults([sound]) == []
    (fault,) = generator.faults([sound | change])
    assert words in fault


def test_a_row_is_listed_once(generator: ModuleType) -> None:
    row = {"group": "G", "capability": "c", "later": "some day"}
    assert generator.faults([row, row]) == ["G: c: it is listed twice"]
