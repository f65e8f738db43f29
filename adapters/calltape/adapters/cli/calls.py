"""`calltape calls`: which calls a store holds."""

from typing import Any

import click
from rich.console import Console

from calltape.adapters.cli.marks import corrupt_from, end_if_corrupt, mark
from calltape.adapters.cli.options import json_option, opened, shown, store_option
from calltape.adapters.cli.printing import (
    clock,
    moment_or_none,
    print_json,
    reason_document,
    reason_text,
    say,
    screen,
    short,
    span,
    table,
)
from calltape.adapters.stores import Store
from calltape.projections import CALLS, CallRecord, View

WHO_COLUMNS = 24
"""Characters of a raw id that a terminal's table shows."""


@click.command()
@store_option
@json_option
def calls(store: str, as_json: bool) -> None:
    """List the recorded calls, the oldest first.

    Exit status 1: some event of a call cannot be read; that call is marked, and `calltape check` says more.
    """
    with opened(store) as log:
        found = recorded_calls(log)
    if as_json:
        for each in found:
            print_json(document(each))
    else:
        _show(found, store)
    end_if_corrupt(found)


def recorded_calls(log: Store) -> list[CallRecord]:
    """Every call that the log holds, in the order in which they began."""
    view = View(CALLS)
    view.advance(log.read_all())
    return sorted(view.rows.values(), key=lambda row: (row.started_at or 0, row.call_id or ""))


def document(row: CallRecord) -> dict[str, Any]:
    """What `--json` prints for one call."""
    return {
        "call_id": row.call_id,
        "kind": row.kind,
        "started_at": moment_or_none(row.started_at),
        "ended_at": moment_or_none(row.ended_at),
        "participants": list(row.participants),
        "events": row.events,
        "end_reason": reason_document(row.end_reason),
        "corrupt_from": corrupt_from(row),
    }


def _show(found: list[CallRecord], store: str) -> None:
    if found:
        show_calls(screen(), found)
    else:
        say(f"no calls in {shown(store)}")


def show_calls(out: Console, found: list[CallRecord]) -> None:
    """Print calls as a table."""
    longest = WHO_COLUMNS if out.is_terminal else 10_000
    rows = [
        (
            row.call_id or "",
            (row.kind or "").replace("_", "-"),
            "" if row.started_at is None else clock(row.started_at),
            _lasted(row),
            str(row.events),
            _names([short(who, longest) for who in row.participants]),
            mark(row) or reason_text(row.end_reason),
        )
        for row in found
    ]
    table(out, "call", "kind", "started (UTC)", "lasted", "events", "participants", "end", rows=rows)


def _lasted(row: CallRecord) -> str:
    if row.started_at is None or row.ended_at is None:
        return "not ended"
    return span(row.ended_at - row.started_at)


def _names(people: list[str]) -> str:
    """At most four of them; a call may have 350."""
    return ", ".join(people[:4]) + (f" and {len(people) - 4} more" if len(people) > 4 else "")
