"""Write docs/reference/end-reasons.md from the registry and the maps: `python docs/generate_end_reasons.py`.

A test compares the page with what this program would write, so the page cannot fall behind.
"""

from collections.abc import Iterator
from pathlib import Path

from markdown_tables import table

from calltape.core import REGISTRY, Vocabulary
from calltape.core.end_reasons import TABLES, KnownReason
from calltape.core.reason_maps import MAPS
from calltape.core.reason_rows import Pair, ReasonRow, ReasonTable

PAGE = Path(__file__).parent / "reference" / "end-reasons.md"

INTRODUCTION = """\
# End reasons

<!-- Written by docs/generate_end_reasons.py from the specs; edit those. -->

Why a call, or somebody's part in it, ended is one value, an `EndReason`: *code* and *subcode* as the
service reports them, the documented *category*, the *source* (who caused it: `local`, `remote`, `service`,
`deadline` or `network`), the vendor's *words*, and as *evidence* the value that another system gave, such as
`q850:17`. The first cause wins.

Codes come in bands: 0 a normal end, 2xx success, 4xx client, 5xx server, 6xx everywhere. No complete list
of subcodes exists, so an unknown pair is ordinary input and passes through without a category. A dash means
that the number does not matter or is not given. *Name* is what this framework calls the pairs it uses itself.
"""

HEADINGS = {
    "generic": "Codes with any subcode",
    "call_end": "Calls over the internet",
    "pstn": "Phone legs",
    "client_api": "What a client call fails with",
}

MAPS_INTRODUCTION = """\
## What other systems say

`read_reason(Vocabulary.Q850, 17, source=Source.REMOTE)` makes a reason of what another system said, and
`say_reason(Vocabulary.SIP, reason)` says one. A value goes back into its own language as it came, known or
not. Between languages something may be lost:

* **both**: the value is read as that, and that is said with the value.
* **in**: it is only read; saying it again gives another value.
* **out**: it is only said; reading it again gives another pair.

After one trip there and back nothing moves any more. *Documented* rows stand in the source named;
*inferred* ones are our reading.
"""


def page() -> str:
    """The whole page, ending with a newline."""
    parts = [INTRODUCTION, *("\n".join(registry(name)) for name in TABLES), MAPS_INTRODUCTION]
    parts += ["\n".join(vocabulary(MAPS[name].table)) for name in Vocabulary]
    return "\n".join(parts).rstrip() + "\n"


def registry(name: str) -> Iterator[str]:
    """One table of the registry."""
    yield f"## {HEADINGS[name]}\n"
    head = ("code/subcode", "name", "meaning", "category", "source", "note")
    yield from table(head, (reason_cells(row) for row in REGISTRY if row.table == name))


def reason_cells(row: KnownReason) -> tuple[str, ...]:
    """A documented reason's line."""
    name = f"`{row.name}`" if row.name else ""
    return pair_text((row.code, row.subcode)), name, row.meaning, row.category or "", row.source, row.note


def vocabulary(rows: ReasonTable) -> Iterator[str]:
    """One vocabulary: its rows, and what becomes of the rest."""
    yield f"### {rows.title}\n"
    yield f"`{rows.vocabulary}`, {rows.lowest} to {rows.highest}. {rows.source}.\n"
    head = ("value", "its words", "way", "code/subcode or SIP status", "", "source", "note")
    yield from table(head, map(row_cells, rows.rows))
    yield rest(rows) + "\n"


def row_cells(row: ReasonRow) -> tuple[str, ...]:
    """A map row's line."""
    if row.pair is not None:
        leads_to = pair_text(row.pair)
    else:
        leads_to = f"{row.value}/{560_000 + row.value}" if row.sip is None else f"SIP {row.sip}"
    return str(row.value), row.name, row.way, leads_to, row.status, row.source, row.note


def rest(rows: ReasonTable) -> str:
    """What is done without a row, in words."""
    if rows.vocabulary is Vocabulary.SIP:
        return (
            "Any other status is read in the same way: as status/560status, of a call that came in as "
            f"status/540status. Any other code from 300 to {rows.highest} is said as itself, the rest as "
            f"{rows.unsaid}."
        )
    classes = ", ".join(f"for a SIP {digit}xx {value}" for digit, value in rows.unsaid_class.items())
    said = f"{classes}, else {rows.unsaid}" if classes else str(rows.unsaid)
    return f"Any other value is read as {pair_text(rows.unread)}. What no row says is said as: {said}."


def pair_text(pair: Pair) -> str:
    """A pair with a dash for what does not matter."""
    return "/".join("-" if number is None else str(number) for number in pair)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
