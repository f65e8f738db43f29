"""`calltape stats`, `diagnostics` and `speakers`: what was measured of one call, and what it says."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from calltape.adapters.cli.options import CALL_ID, json_option, opened, require_call, store_option
from calltape.adapters.cli.plain_rows import plain_row
from calltape.adapters.cli.printing import moment, moment_or_none, print_json, say, screen
from calltape.adapters.cli.view_tables import show_rows
from calltape.adapters.stores import Store
from calltape.adapters.tape import read_call
from calltape.core import CallId, DiagnosticValue, Instant
from calltape.projections import (
    DIAGNOSED,
    SPEAKERS,
    STATS,
    ParticipantDiagnostics,
    ParticipantStats,
    Projection,
    Speakers,
    View,
    group_of,
    poor_marks,
    summarise,
)


def view_of(log: Store, call_id: CallId, projection: Projection[Any]) -> View[Any]:
    """What a projection shows of one call: its rows and nobody else's."""
    view = View(projection)
    view.advance(read_call(log, call_id))
    return view


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@json_option
def stats(call_id: CallId, store: str, as_json: bool) -> None:
    """Show what was measured of a call's media: rates, losses, delays, sizes."""
    view = _viewed(call_id, store, STATS)
    document = stats_document(call_id, view.rows.values())
    _show(view, document, f"nothing was measured in call {call_id}", as_json=as_json)


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@json_option
def diagnostics(call_id: CallId, store: str, as_json: bool) -> None:
    """Show what was wrong with the network and the devices of a call's participants."""
    view = _viewed(call_id, store, DIAGNOSED)
    document = diagnostics_document(call_id, view.rows.values())
    _show(view, document, f"nothing was found wrong in call {call_id}", as_json=as_json)


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@json_option
def speakers(call_id: CallId, store: str, as_json: bool) -> None:
    """Show who speaks in a call, who is most dominant, and how long each has spoken."""
    view = _viewed(call_id, store, SPEAKERS)
    document = speakers_document(call_id, view.rows.get(call_id, Speakers()))
    _show(view, document, f"nobody was heard to speak in call {call_id}", as_json=as_json)


def _viewed(call_id: CallId, store: str, projection: Projection[Any]) -> View[Any]:
    with opened(store) as log:
        require_call(log, call_id, store)
        return view_of(log, call_id, projection)


def _show(view: View[Any], document: dict[str, Any], nothing: str, *, as_json: bool) -> None:
    """Print `document` where JSON is wanted; else the rows for people, or in words that there are none."""
    if as_json:
        print_json(document)
    elif view.rows:
        show_rows(screen(), view)
    else:
        say(nothing)


def stats_document(call_id: CallId, rows: Iterable[ParticipantStats]) -> dict[str, Any]:
    """What `calltape stats --json` prints."""
    found = list(rows)
    return {
        "call_id": call_id,
        "participants": [{**plain_row(row), "poor": _poor(row)} for row in found],
        "streams": plain_row(summarise(found)),
    }


def _poor(row: ParticipantStats) -> dict[str, list[str]]:
    """What the service would call poor, by kind and direction."""
    return {of: list(marks) for of, stream in row.streams.items() if (marks := poor_marks(stream))}


def diagnostics_document(call_id: CallId, rows: Iterable[ParticipantDiagnostics]) -> dict[str, Any]:
    """What `calltape diagnostics --json` prints: values as the SDK has them."""
    return {"call_id": call_id, "participants": [_diagnosed(row) for row in rows]}


def _diagnosed(row: ParticipantDiagnostics) -> dict[str, Any]:
    return {
        "participant": row.participant,
        "problems": list(row.problems),
        "current": _values(row.values),
        "history": [{"at": moment(each.at), **_value(each.diagnostic, each.value)} for each in row.history],
        "changes": row.changes,
        "is_sending": row.is_sending,
        "told": _values(row.told),
    }


def _values(values: Mapping[str, DiagnosticValue]) -> list[dict[str, Any]]:
    return [_value(name, value) for name, value in values.items()]


def _value(name: str, value: DiagnosticValue) -> dict[str, Any]:
    return {"diagnostic": name, "group": group_of(name), "value": value.as_sdk, "means": value.value}


def speakers_document(call_id: CallId, row: Speakers) -> dict[str, Any]:
    """What `calltape speakers --json` prints."""
    return {
        "call_id": call_id,
        "dominant": list(row.dominant),
        "ranking": list(row.ranking),
        "speaking": list(row.speaking_since),
        "speaking_since": {who: moment(at) for who, at in row.speaking_since.items()},
        "spoken_s": row.spoken_s,
        "changes": row.changes,
        "changed_at": moment_or_none(row.changed_at),
    }


def who_speaks(log: Store, call_id: CallId, until: Instant | None) -> frozenset[str]:
    """Who spoke at `until`; None is the end of what was recorded."""
    view = View(SPEAKERS)
    view.advance(
        each for each in read_call(log, call_id, with_media=False) if until is None or each.at <= until
    )
    row = view.rows.get(call_id)
    return frozenset() if row is None else frozenset(row.speaking_since)
