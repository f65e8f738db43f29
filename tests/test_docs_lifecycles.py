"""docs/reference/lifecycles.md is what the lifecycles say."""

import importlib.util
from pathlib import Path

import pytest

from calltape.core import LIFECYCLES

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"


def _page() -> str:
    spec = importlib.util.spec_from_file_location("generate_lifecycles", DOCS / "generate_lifecycles.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    text: str = program.page()
    return text


def test_the_page_is_current() -> None:
    assert (DOCS / "reference" / "lifecycles.md").read_text(encoding="utf-8") == _page(), (
        "docs/reference/lifecycles.md is not what the lifecycles say: run python docs/generate_lifecycles.py"
    )


def test_the_page_shows_every_row_and_every_state() -> None:
    lines = _page().splitlines()
    assert sum(line.startswith("```mermaid") for line in lines) == len(LIFECYCLES)
    cells = [
        tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines if line.startswith("|")
    ]
    for life in LIFECYCLES.values():
        for row in life.rows:
            shown = [
                c for c in cells if c[:3] == (row.row, row.status, row.source) and c[4] == f"`{row.emits}`"
            ]
            assert any(c[3] == (f"`{row.on}`" if row.on else "") and c[5] == row.whose for c in shown), row
        for state, doc in life.states.items():
            assert any(c[:2] == (str(state), doc.doc) for c in cells), state
