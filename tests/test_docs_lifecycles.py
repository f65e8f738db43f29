"""docs/reference/lifecycles.md is what the lifecycles say."""

from pathlib import Path

import pytest

from calltape.core import LIFECYCLES

from .programs import program

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"


def _page() -> str:
    text: str = program("docs/generate_lifecycles.py").page()
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
