"""docs/reference/row-coverage.md is what the scenarios show, and they show every row."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from calltape.conformance.row_coverage import RowCoverage, row_coverage, rows_of_walks
from calltape.conformance.scenarios import load_scenarios

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_row_coverage", DOCS / "generate_row_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


def test_a_row_without_a_scenario_is_named(generator: ModuleType) -> None:
    few = row_coverage([each for each in load_scenarios() if each.capability == "hold"])
    faults = few.faults()
    (admit,) = [told for told in faults if told.startswith("call: InLobby, Admit -> ParticipantAdmitted:")]
    assert "no scenario uses this row" in admit
    assert not any(told.startswith("call: Connected, Hold -> HoldRequested:") for told in faults)
    assert "| **none** |" in generator.page(few)


def test_walks_come_by_many_rows_but_not_by_all() -> None:
    walked = rows_of_walks(40)
    assert walked == rows_of_walks(40)
    assert len(walked) > 100
    assert {row.lifecycle for row in walked} > {"call", "participant", "incoming_call"}
    assert not any(row.lifecycle == "token" for row in walked)
