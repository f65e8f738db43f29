"""Write docs/reference/capabilities.md out of the coverage table: `python docs/generate_capabilities.py`.

The table (`coverage.toml` of the specs) names lifecycle rows, commands, events, limits and scenarios. A name
that does not exist, and a capability that claims to be done and has no scenario, is a fault; the page is only
written without faults. tests/test_docs_capabilities.py compares.
"""

import importlib
import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from calltape import core
from calltape.conformance.scenarios import load_scenarios
from calltape.core import COMMANDS, EVENTS, LIFECYCLES, every_limit

PAGE = Path(__file__).parent / "reference" / "capabilities.md"
Entry = Mapping[str, Any]

NAMES = ("rows", "commands", "events", "limits", "policies", "scenarios")
KEYS = frozenset({"group", "capability", "later", *NAMES})

OPENING = """\
# Capabilities

<!-- Written by docs/generate_capabilities.py from coverage.toml of the specs; edit that. -->

What a full calling SDK can be asked to do, and where it is done here: every row of the table of
capabilities, of the limits, of the timeouts and of the browsers in the vendor's overview of 31 October
2024, and under *In-call features* what the SDK has beside them. *Done* means that scenarios written by hand
show it; *in part* says what is missing; *later* says that it is not there. Rows are those of the
[lifecycles](lifecycles.md), policies are pure functions of `calltape.core`, events are found in
[events](events.md), limits in `limits.toml` of the specs.
"""


def entries() -> list[Entry]:
    """The coverage table."""
    text = files("calltape.specs").joinpath("coverage.toml").read_text("utf-8")
    table: list[Entry] = tomllib.loads(text)["row"]
    return table


def known() -> Mapping[str, frozenset[str]]:
    """Every name that the table may use, by kind."""
    rows = {f"{life.name}/{row.row}" for life in LIFECYCLES.values() for row in life.rows}
    return {
        "rows": frozenset(rows),
        "commands": frozenset(COMMANDS),
        "events": frozenset(EVENTS),
        "limits": frozenset(every_limit()),
        "policies": frozenset(_functions()),
        "scenarios": frozenset(each.name for each in load_scenarios()),
    }


def _functions() -> Iterator[str]:
    """The functions of the core's modules, as `module.function`."""
    for module in pkgutil.iter_modules(core.__path__):
        for name, each in vars(importlib.import_module(f"{core.__name__}.{module.name}")).items():
            if inspect.isfunction(each):
                yield f"{module.name}.{name}"


def faults(table: list[Entry]) -> list[str]:
    """What is wrong with the table, a sentence each."""
    names, seen = known(), set[str]()
    found: list[str] = []
    for each in table:
        title = f"{each.get('group')}: {each.get('capability')}"
        found += [f"{title}: there is no part {key!r}" for key in sorted(each.keys() - KEYS)]
        found += [
            f"{title}: there is no such thing among the {kind} as {name!r}"
            for kind in NAMES
            for name in each.get(kind, ())
            if name not in names[kind]
        ]
        if not each.get("later") and not each.get("scenarios"):
            found.append(f"{title}: it claims to be done and no scenario shows it")
        if title in seen:
            found.append(f"{title}: it is listed twice")
        seen.add(title)
    return found


def status(each: Entry) -> str:
    """Done, in part, or later."""
    if not each.get("later"):
        return "done"
    return "in part" if each.get("scenarios") or each.get("policies") else "later"


def page(table: list[Entry]) -> str:
    """The whole page, ending with a newline."""
    return "\n".join([OPENING, *_counts(table), *_sections(table)]).rstrip() + "\n"


def _counts(table: list[Entry]) -> Iterator[str]:
    counts = [f"{sum(status(each) == s for each in table)} {s}" for s in ("done", "in part", "later")]
    yield f"Of {len(table)} rows: {', '.join(counts)}.\n"


def _sections(table: list[Entry]) -> Iterator[str]:
    for group, rows in groupby(table, key=lambda each: each["group"]):
        yield f"## {group}\n"
        yield "| capability | | rows | commands, policies | events, limits | scenarios, and what is missing |"
        yield "|---|---|---|---|---|---|"
        yield from map(_line, rows)
        yield ""


def _line(each: Entry) -> str:
    shown = list(each.get("scenarios", ()))
    if each.get("later"):
        shown.append(f"**not yet**: {each['later']}")
    cells = (
        each["capability"],
        status(each),
        ", ".join(each.get("rows", ())),
        _code((*each.get("commands", ()), *each.get("policies", ()))),
        _code((*each.get("events", ()), *each.get("limits", ()))),
        "; ".join(shown),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    table = entries()
    if wrong := faults(table):
        sys.exit("\n".join(wrong))
    PAGE.write_text(page(table), encoding="utf-8")
