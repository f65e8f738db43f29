"""`calltape check`: is every history in a tape or store legal?"""

import gc
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

import click
from rich.console import Console

from calltape.adapters.cli.claims import Claim, claim_of
from calltape.adapters.cli.options import DEFAULT_STORE, json_option, open_source, say_if_torn, shown
from calltape.adapters.cli.printing import headline, print_json_list, progress, say, screen, table
from calltape.adapters.cli.timelines import move_document
from calltape.adapters.cli.verdicts import Verdict, judge
from calltape.adapters.cli.violations import Past, Violation, led_to

ILLEGAL = 1
"""The exit status when a history is not legal."""

EXPLAINED = 10
"""How many violations people are told everything about; `--json` has them all."""

LED_TO = 5
"""How many of the events before a violation people see; `--json` has them all."""


@click.command()
@click.argument("source", metavar="FILE_OR_STORE", envvar="CALLTAPE_STORE", default=DEFAULT_STORE)
@click.option(
    "--level",
    "levels",
    metavar="NAME",
    multiple=True,
    help="Judge only this level, and what it needs; may be repeated.",
)
@json_option
@click.pass_context
def check(ctx: click.Context, source: str, levels: tuple[str, ...], as_json: bool) -> None:
    """Fold every history of a tape or store; name the first illegal event of each that is not legal.

    Exit status: 0 when all are legal, 1 when one is not, 2 when the tape or store cannot be read.
    """
    claim = claim_of(levels)
    with _seldom_collected(), closing(open_source(source)) as log:
        say_if_torn(log)
        with progress("checking") as bar:
            streams = log.streams()
            task = bar.add_task("checking", total=len(streams))
            verdict = judge(log, streams, lambda: bar.advance(task), claim)
        if as_json:
            print_json_list(document(verdict, claim), "violations", map(_violation, verdict.violations))
        else:
            _show(verdict, claim, source)
    if not verdict.is_ok:
        ctx.exit(ILLEGAL)


@contextmanager
def _seldom_collected() -> Generator[None]:
    """Let the garbage collector look less often: what a check keeps is no garbage, and where much is wrong
    looking through it again and again took a fifth of the time.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


_ALLOCATIONS = 50_000


def document(verdict: Verdict, claim: Claim | None) -> dict[str, Any]:
    """What `--json` prints before the violations."""
    return {
        "ok": verdict.is_ok,
        "calls": verdict.calls,
        "events": verdict.events,
        "levels": None if claim is None else list(claim.levels),
        "not_judged": verdict.not_judged,
        "unknown": verdict.unknown,
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
        "rule": {
            "lifecycle": found.rule.lifecycle,
            "rows": list(found.rule.rows),
            "says": found.rule.says,
        },
        "history": list(map(_past, led_to(found))),
    }


def _past(past: Past) -> dict[str, Any]:
    return {
        "version": past.version,
        "event": past.event.name,
        "participant": past.participant,
        "moves": list(map(move_document, past.moves)),
    }


def _show(verdict: Verdict, claim: Claim | None, source: str) -> None:
    out = screen()
    read = f"{_count(verdict.calls, 'call')}, {_count(verdict.events, 'event')} read from {shown(source)}"
    passed = _passed(verdict, claim)
    if verdict.is_ok:
        headline(out, "legal", read, passed)
        return
    headline(out, "not legal", f"{len(verdict.violations)} of the histories", read, passed)
    out.print()
    _list(verdict, out)
    for each in verdict.violations[:EXPLAINED]:
        out.print()
        _explain(each, out)
    if (more := len(verdict.violations) - EXPLAINED) > 0:
        out.print()
        say(f"{_count(more, 'more violation')}; --json explains every one")


def _passed(verdict: Verdict, claim: Claim | None) -> str:
    """What was passed over, where something could be."""
    if claim is None:
        return ""
    levels = ", ".join(claim.levels)
    others = _count(verdict.not_judged, "event")
    return f"judged by {levels}: {others} of other levels, {verdict.unknown} unknown"


def _list(verdict: Verdict, out: Console) -> None:
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


def _explain(found: Violation, out: Console) -> None:
    """The rule, and what led to it."""
    headline(out, found.call_id or found.stream, f"event {found.version}")
    say(f"  rule: {found.rule.says}")
    if found.left:
        say(f"  {found.left}")
    for past in led_to(found, LED_TO):
        moved = ", ".join(
            f"{'' if move.participant == past.participant else move.participant + ' '}"
            f"{move.lifecycle} {move.source} → {move.target}"
            for move in past.moves
        )
        say(f"{past.version:>5}  {past.event.name}  {past.participant or ''}  {moved}".rstrip())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")
