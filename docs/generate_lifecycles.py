"""Write docs/reference/lifecycles.md from the lifecycles: `python docs/generate_lifecycles.py`.

A test compares the page with what this program would write, so the page cannot fall behind.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown_tables import table

from calltape.core import LIFECYCLES, Lifecycle
from calltape.core.lifecycle import Row, StateDoc

PAGE = Path(__file__).parent / "reference" / "lifecycles.md"

INTRODUCTION = """\
# Lifecycles

<!-- Written by docs/generate_lifecycles.py from the specs; edit those. -->

Each lifecycle is a table of rows. Read one as: while the thing is *from*, the command *on* is accepted and
recorded as the event *emits*, and that event moves it *to*. *Whose* says whose machine the event moves:
*self* is the participant whom the event names, *peer* the other side, *all* everybody. Only *self* rows take
commands; a row without a command is what another step does to this machine. What has no row is illegal.

*Row* is the number of the transition in the vendor's sheet of moves, or the name of our own rule; each is
*documented* by the vendor or *inferred* by us. Limits, by name, stand in `limits.toml` of the specs.
"""


def page() -> str:
    """The whole page, ending with a newline."""
    parts = [INTRODUCTION, *("\n".join(section(life)) for life in LIFECYCLES.values())]
    return "\n".join(parts).rstrip() + "\n"


def section(life: Lifecycle[Any]) -> Iterator[str]:
    """One lifecycle: its drawing, its states, its rows, its laws."""
    yield f"## {life.title}\n"
    yield f"`{life.name}`, starts in {life.initial}, ends in {', '.join(sorted(life.final)) or 'no state'}.\n"
    yield f"```mermaid\n{life.draw('mermaid')}\n```\n"
    yield f"### States of `{life.name}`\n"
    yield from table(("state", "meaning", "silence"), (state(n, d) for n, d in life.states.items()))
    yield f"### Rows of `{life.name}`\n"
    head = ("row", "", "from", "on", "emits", "whose", "to", "when, why")
    yield from table(head, (cells(row) for row in life.rows))
    yield f"### Laws of `{life.name}`\n"
    yield from table(("law", "says"), ((law.name.replace("_", " "), law.says) for law in life.laws))


def state(name: str, doc: StateDoc) -> tuple[str, ...]:
    """A state's line: what silence does stands behind the limits that may apply."""
    waits = [
        f"`{d.on}` after {', '.join(f'`{limit}`' for limit in d.after)}{f' when {d.when}' if d.when else ''}"
        for d in doc.expires
    ]
    return name, doc.doc, "; ".join(waits)


def cells(row: Row) -> tuple[str, ...]:
    """A row's line."""
    on = f"`{row.on}`" if row.on else ""
    to = row.target if row.target != row.source else "(stays)"
    said = "; ".join(filter(None, (row.when, row.why)))
    return row.row, row.status, row.source, on, f"`{row.emits}`", row.whose, to, said


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
