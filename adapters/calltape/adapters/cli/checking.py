"""`calltape check`: is every history in a tape or store legal?"""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from calltape.adapters.cli.options import DEFAULT_STORE, json_option, say_if_torn, shown
from calltape.adapters.cli.printing import headline, print_json, progress, screen, table
from calltape.adapters.cli.verdicts import Verdict, Violation, judge
from calltape.adapters.stores import Store, open_store
from calltape.adapters.tape import TapeLog
from calltape.core import BadInput

ILLEGAL = 1
"""The exit status when a history is not legal."""

_SQLITE = b"SQLite format 3\0"


@click.command()
@click.argument("source", metavar="FILE_OR_STORE", envvar="CALLTAPE_STORE", default=DEFAULT_STORE)
@json_option
@click.pass_context
def check(ctx: click.Context, source: str, as_json: bool) -> None:
    """Fold every history of a tape or store; name the first illegal event of each that is not legal.

    Exit status: 0 when all are legal, 1 when one is not, 2 when the tape or store cannot be read.
    """
    with closing(_open(source)) as log, progress("checking") as bar:
        say_if_torn(log)
        streams = log.streams()
        task = bar.add_task("checking", total=len(streams))
        verdict = judge(log, streams, lambda: bar.advance(task))
    if as_json:
        print_json(document(verdict))
    else:
        _show(verdict, source)
    if not verdict.is_ok:
        ctx.exit(ILLEGAL)


def _open(source: str) -> Store:
    """A store by its name, or a tape or SQLite file by its path, for reading."""
    if "://" in source or source.endswith(".jsonl") or source == "memory:":
        return open_store(source, create=False)
    path = Path(source)
    if not path.is_file():
        raise BadInput(f"there is no tape or store at {source}; check the path")
    with path.open("rb") as file:
        is_sqlite = file.read(len(_SQLITE)) == _SQLITE
    return open_store(f"sqlite:///{source}", create=False) if is_sqlite else TapeLog(path, create=False)


def document(verdict: Verdict) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "ok": verdict.is_ok,
        "calls": verdict.calls,
        "events": verdict.events,
        "violations": [_violation(each) for each in verdict.violations],
    }


def _violation(found: Violation) -> dict[str, Any]:
    return {
        "call_id": found.call_id,
        "stream": found.stream,
        "version": found.version,
        "event": found.event,
        "state": found.state,
        "accepted": list(found.accepted),
        "problem": found.problem,
    }


def _show(verdict: Verdict, source: str) -> None:
    out = screen()
    read = f"{_count(verdict.calls, 'call')}, {_count(verdict.events, 'event')} read from {shown(source)}"
    if verdict.is_ok:
        headline(out, "legal", read)
        return
    many = len(verdict.violations)
    headline(out, "not legal", f"{many} of the histories", read)
    out.print()
    rows = [
        (
            each.call_id or each.stream,
            str(each.version),
            each.event or "unreadable",
            each.state or "",
            ", ".join(each.accepted) or each.problem,
        )
        for each in verdict.violations
    ]
    table(out, "call", "event no.", "event", "met the state", "legal was", rows=rows)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")
