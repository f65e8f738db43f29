"""`calltape tape export` and `calltape tape import`: calls as files."""

from pathlib import Path

import click

from calltape.adapters.cli.options import (
    CALL_ID,
    json_option,
    opened,
    require_call,
    require_free,
    say_if_torn,
    store_option,
)
from calltape.adapters.cli.printing import print_json, say
from calltape.adapters.cli.verdicts import judge
from calltape.adapters.tape import TapeLog, call_streams, export_tape, import_tape
from calltape.core import BadInput, CallId, Instant

END_OF_TIME = Instant(2**63 - 1)
"""Later than anything that was recorded."""


@click.group(invoke_without_command=True)
@click.pass_context
def tape(ctx: click.Context) -> None:
    """Take calls out of a store into tape files, and back in."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@tape.command("export")
@click.argument("call_id", type=CALL_ID)
@click.option("-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True, help="Sum the media samples up: a small file, the same views.")
@store_option
@json_option
def export_(call_id: CallId, output: Path, prune: bool, store: str, as_json: bool) -> None:
    """Write a call and its media samples to a tape FILE, which is written completely or not at all."""
    with opened(store) as log:
        require_call(log, call_id, store)
        require_free(output, store)
        events = export_tape(log, call_id, output, prune_before=END_OF_TIME if prune else None)
    if as_json:
        print_json({"call_id": call_id, "events": events})
    else:
        say(f"{events} events of call {call_id} are in {output}")


@tape.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@store_option
@json_option
def import_(file: Path, store: str, as_json: bool) -> None:
    """Add the calls of a tape FILE to a store: all of them, or nothing.

    What the store holds already is left alone. A tape with a history that is not legal is refused.
    """
    _require_legal(file)
    with opened(store, create=True) as log:
        brought = import_tape(file, log)
        events = {call_id: sum(map(log.version, call_streams(log, call_id))) for call_id in brought.calls}
    if as_json:
        for call_id, count in events.items():
            print_json({"call_id": call_id, "events": count})
        return
    for call_id, count in events.items():
        say(f"call {call_id}: {count} events")
    known = brought.events - brought.added
    say(f"{brought.added} events added" + (f", {known} were there already" if known else ""))


def _require_legal(file: Path) -> None:
    """Read the whole tape before any store is touched."""
    log = TapeLog(file, create=False)
    say_if_torn(log)
    try:
        verdict = judge(log, log.streams())
    finally:
        log.close()
    if not verdict.is_ok:
        first = verdict.violations[0]
        raise BadInput(f"{file} was not imported: in {first.stream}, {first.problem}")
    if not verdict.calls:
        raise BadInput(f"{file} holds no call; nothing was imported")
