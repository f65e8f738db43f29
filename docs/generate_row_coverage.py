"""Write docs/reference/row-coverage.md, rows and their scenarios: `python docs/generate_row_coverage.py`.

Every scenario is played and the rows of the lifecycles that it uses are noted. The page is only written when
every row has one. tests/conformance/test_row_coverage_page.py compares.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from calltape.conformance.row_coverage import RowCoverage, row_coverage
from calltape.core import LIFECYCLES

PAGE = Path(__file__).parent / "reference" / "row-coverage.md"

OPENING = """\
# Rows and the scenarios that show them

<!-- Written by docs/generate_row_coverage.py out of the scenarios; edit those. -->

Every row of every [lifecycle](lifecycles.md), and a scenario that uses it: the first in the order of the
files. A row is used when its event moves its machine from its state and, where it takes a command, when that
command was given to whom the event is about. Scenarios are written by hand, from what people expect of a
telephone; walks and searches go by the tables, so that they cannot tell that a table is wrong and do not
count here. A test fails for each row without a scenario.
"""


def page(coverage: RowCoverage) -> str:
    """The whole page, ending with a newline."""
    return "\n".join([OPENING, *_sections(coverage)]).rstrip() + "\n"


def _sections(coverage: RowCoverage) -> Iterator[str]:
    total, shown = len(coverage.by_row), len(coverage.by_row) - len(coverage.unused)
    yield f"{shown} of {total} rows are shown by scenarios.\n"
    for name, life in LIFECYCLES.items():
        yield f"## {life.title}\n"
        yield "| from | on | emits | whose | scenario |"
        yield "|---|---|---|---|---|"
        for row, scenarios in coverage.by_row.items():
            if row.lifecycle == name:
                on = f"`{row.on}`" if row.on else ""
                by = f"{scenarios[0].capability}: {scenarios[0].name}" if scenarios else "**none**"
                yield f"| {row.source} | {on} | `{row.emits}` | {row.whose} | {by.replace('|', '&#124;')} |"
        yield ""


if __name__ == "__main__":
    found = row_coverage()
    if wrong := found.faults():
        sys.exit("\n".join(wrong))
    PAGE.write_text(page(found), encoding="utf-8")
