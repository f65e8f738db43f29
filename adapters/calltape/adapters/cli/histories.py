"""`calltape history`: the record of one call. Who took part, which way, for how long, and why it ended."""

from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from calltape.adapters.cli.marks import mark
from calltape.adapters.cli.options import CALL_ID, json_option, opened, require_call, store_option
from calltape.adapters.cli.printing import (
    clock,
    headline,
    moment_or_none,
    print_json,
    reason_document,
    reason_text,
    screen,
    short,
    span,
    state_text,
    table,
)
from calltape.core import SECOND, CallId, RawId
from calltape.projections import HISTORY, CallHistory, Stay, TransferRecord, View

WHO_COLUMNS = 40


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@json_option
def history(call_id: CallId, store: str, as_json: bool) -> None:
    """Show the record of a call: who took part, answered or not, how long they talked, why it ended."""
    with opened(store) as log:
        view = View(HISTORY)
        view.advance(log.read(require_call(log, call_id, store)))
    row = view.rows[call_id]
    if as_json:
        print_json(document(row, call_id))
    else:
        show_histories(screen(), {call_id: row}.items())


def document(row: CallHistory, call_id: CallId) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "call_id": call_id,
        "kind": row.kind,
        "starter": row.starter,
        "started_at": moment_or_none(row.started_at),
        "answered_at": moment_or_none(row.answered_at),
        "ended_at": moment_or_none(row.ended_at),
        "ring_s": row.ring_s,
        "talk_s": row.talk_s,
        "most_connected": row.most_connected,
        "participants": [_stay(who, stay) for who, stay in _stays(row)],
        "transfers": [_transfer(each) for each in row.transfers],
        "end_reason": reason_document(row.end_reason),
    }


def _transfer(each: TransferRecord) -> dict[str, Any]:
    return {
        "transferor": each.transferor,
        "transferee": each.transferee,
        "to": each.to,
        "target": each.target,
        "new_call": each.new_call,
        "asked_at": moment_or_none(each.asked_at),
        "is_done": each.is_done,
        "ended_at": moment_or_none(each.ended_at),
        "reason": reason_document(each.reason),
    }


def _stays(row: CallHistory) -> list[tuple[RawId, Stay]]:
    """Every stay of everybody, in the order in which they began."""
    found = [(who, stay) for who, stays in row.participants.items() for stay in stays]
    return sorted(found, key=lambda each: each[1].entered_at)


def _stay(who: RawId, stay: Stay) -> dict[str, Any]:
    return {
        "id": who,
        "direction": stay.direction,
        "is_answered": stay.is_answered,
        "entered_at": moment_or_none(stay.entered_at),
        "connected_at": moment_or_none(stay.connected_at),
        "left_at": moment_or_none(stay.left_at),
        "ring_s": stay.ring_s,
        "talk_s": stay.talk_s,
        "redirected_by": list(stay.redirected_by),
        "forwarded_to": stay.forwarded_to,
        "end_reason": reason_document(stay.end_reason),
    }


def show_histories(out: Console, rows: Iterable[tuple[str, CallHistory]]) -> None:
    """Print records, each with a line for every stay."""
    longest = WHO_COLUMNS if out.is_terminal else 10_000
    for key, row in rows:
        kind = (row.kind or "").replace("_", "-")
        began = "" if row.started_at is None else f"{clock(row.started_at)} UTC"
        talked = f"talked {_span(row.talk_s)}" if row.talk_s else ""
        headline(
            out, f"call {row.call_id or key}", kind, began, talked, reason_text(row.end_reason), mark(row)
        )
        people = [_cells(short(who, longest), stay) for who, stay in _stays(row)]
        headings = ("participant", "direction", "answered", "rang", "talked", "state", "end", "by")
        table(out, *headings, rows=people)
        out.print()


def _cells(who: str, stay: Stay) -> tuple[str | Text, ...]:
    return (
        who,
        stay.direction,
        "yes" if stay.is_answered else "no",
        _span(stay.ring_s),
        _span(stay.talk_s),
        state_text(stay.state),
        reason_text(stay.end_reason),
        "" if stay.end_reason is None else stay.end_reason.source,
    )


def _span(seconds: float | None) -> str:
    return "" if seconds is None else span(round(seconds * SECOND))
