"""`calltape roster`: who is in one call, and why those who left did."""

from typing import Any

import click

from calltape.adapters.cli.marks import corrupt_from, end_if_corrupt
from calltape.adapters.cli.options import CALL_ID, json_option, opened, require_call, store_option
from calltape.adapters.cli.plain_rows import plain_row
from calltape.adapters.cli.printing import left_because, print_json, reason_document, screen
from calltape.adapters.cli.view_tables import show_rows
from calltape.adapters.tape import read_call
from calltape.core import CallId
from calltape.projections import ROSTER, Roster, RosterEntry, View


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@json_option
def roster(call_id: CallId, store: str, as_json: bool) -> None:
    """Show who is in a call, in which state, and why those who left did.

    Exit status 1: the history is not legal, and the roster is marked as that from before.
    """
    with opened(store) as log:
        view = View(ROSTER)
        require_call(log, call_id, store)
        view.advance(read_call(log, call_id, with_media=False))
    if as_json:
        print_json(document(view.rows[call_id], call_id))
    else:
        show_rows(screen(), view)
    end_if_corrupt(view.rows.values())


def document(row: Roster, call_id: CallId) -> dict[str, Any]:
    """What `--json` prints: all that the roster knows of everybody, without their names."""
    return {
        "call_id": call_id,
        "kind": row.kind,
        "call_state": row.state,
        "present": sum(entry.is_present for entry in row.participants.values()),
        "participants": [_entry(entry) for entry in row.participants.values()],
        "end_reason": reason_document(row.end_reason),
        "corrupt_from": corrupt_from(row),
    }


def _entry(entry: RosterEntry) -> dict[str, Any]:
    shown: dict[str, Any] = plain_row(entry)
    del shown["display_name"]  # personal: whoever may see it reads the projection
    ended = {"end_reason": reason_document(entry.end_reason), "left_because": left_because(entry.end_reason)}
    return shown | {"is_present": entry.is_present} | ended
