"""docs/reference/row-coverage.md is what the scenarios show, and they show every row."""

from pathlib import Path
from types import ModuleType

import pytest

from calltape.conformance.row_coverage import RowCoverage, row_coverage
from calltape.conformance.scenarios import load_scenarios

from ..programs import program

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return program("docs/generate_row_coverage.py")


@pytest.fixture(scope="module")
def coverage() -> RowCoverage:
    return row_coverage()


def test_every_row_is_shown_by_a_scenario(coverage: RowCoverage) -> None:
    assert coverage.faults() == []


def test_the_page_is_current(generator: ModuleType, coverage: RowCoverage) -> None:
    written = (DOCS / "reference" / "row-coverage.md").read_text(encoding="utf-8")
    assert written == generator.page(coverage), (
        "docs/reference/row-coverage.md is not what the scenarios show: "
        "run .venv/bin/python docs/generate_row_coverage.py"
    )


def test_the_page_shows_where_a_scenario_is_missing(generator: ModuleType) -> None:
    few = row_coverage([each for each in load_scenarios() if each.capability == "hold"])
    page = generator.page(few)
    assert "| InLobby | `Admit` | `ParticipantAdmitted` | self | **none** |" in page
    assert "| Connected | `Hold` | `HoldRequested` | self | hold: one side holds and resumes |" in page
