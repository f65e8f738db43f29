"""docs/reference/limits.md and end-reasons.md are what the specs say."""

from pathlib import Path

import pytest

from calltape.core import REGISTRY, Vocabulary, every_limit
from calltape.core.reason_maps import rows_of
from calltape.core.video_platforms import Platform

from .programs import program

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"generate_limits": "limits.md", "generate_end_reasons": "end-reasons.md"}


def _page(generator: str) -> str:
    text: str = program(f"docs/{generator}.py").page()
    return text


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(("generator", "page"), PAGES.items())
def test_the_page_is_current(generator: str, page: str) -> None:
    assert (DOCS / "reference" / page).read_text(encoding="utf-8") == _page(generator), (
        f"docs/reference/{page} is not what the specs say: run python docs/{generator}.py"
    )


def test_every_limit_is_shown_with_its_source_and_its_conflict() -> None:
    rows = {row[0]: row for row in _rows(_page("generate_limits"))}
    for limit in every_limit().values():
        _, value, _, source, note, conflict = rows[f"`{limit.name}`"]
        assert (value, source, note, conflict) == (
            f"{limit.value} {limit.unit}",
            limit.source,
            limit.note,
            limit.conflict,
        )
    assert rows["`reconnect_s`"][2] == "decides"
    assert rows["`reconnect_alternative_s`"][2] == ""
    assert all(f"`{platform}`" in rows for platform in Platform)


def test_the_platforms_are_shown_with_the_numbers_of_the_overview() -> None:
    page = _page("generate_limits")
    assert "| `desktop_web` | 16 | 4 | 720 px | 1080 px | 1080 px |" in page
    assert "| `windows` | 9 | 4 | 1080 px | 1080 px | 1080 px |" in page
    assert "| 3 (`simulcast_layers_web_newer_max`) |" in page


def test_every_reason_and_every_row_of_a_map_is_shown() -> None:
    page = _page("generate_end_reasons")
    rows = _rows(page)
    for reason in REGISTRY:
        pair = "/".join("-" if number is None else str(number) for number in (reason.code, reason.subcode))
        assert any(row[0] == pair and row[2] == reason.meaning for row in rows), reason
    for vocabulary in Vocabulary:
        section = page.partition(f"`{vocabulary}`, 0 to")[2].partition("\n### ")[0]
        assert len(_rows(section)) == len(rows_of(vocabulary)) + 1, "the rows and their head"
