"""What documents say of the code in tables and diagrams is what the code says."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from calltape.core import CALL, EVENTS

from .programs import program

pytestmark = pytest.mark.example

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return program("docs/generate_events.py")


def test_the_page_of_events_is_what_the_code_says(generator: ModuleType) -> None:
    written = (REPOSITORY / "docs/reference/events.md").read_text(encoding="utf-8")
    assert written == generator.page(), (
        "docs/reference/events.md is not what the code says: run .venv/bin/python docs/generate_events.py"
    )


def test_the_page_has_every_event_of_the_package(generator: ModuleType) -> None:
    own = {kind for kind in EVENTS.values() if kind.__module__.startswith("calltape.")}
    page = generator.page()
    assert own
    for kind in own:
        assert f"### `{kind.name}@{kind.shape}`" in page


def test_the_page_says_what_an_event_moves(generator: ModuleType) -> None:
    held = generator.page().partition("### `participant.held@1`")[2].partition("###")[0]
    assert "*After:* `ReportHeld`" in held
    assert "call: Connected or RemoteHold → LocalHold" in held
    assert "call, the other side's: Connected → RemoteHold" in held


def test_every_arrow_of_the_readme_is_a_row() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    diagram = readme.partition("```mermaid\n")[2].partition("```")[0]
    arrows = set(re.findall(r"(?m)^\s*(\w+) --> (\w+)", diagram))
    rows = {(str(row.source), str(row.target)) for row in CALL.rows}
    assert arrows
    assert arrows <= rows
    assert {state for arrow in arrows for state in arrow} == {str(state) for state in CALL.states}
