"""What reading a call as a timeline costs: the view, and the text for people beside the JSON for programs."""

import os
from contextlib import redirect_stdout
from pathlib import Path

from bench.measure import Result, Target, clocked, compare
from bench.workbench import Workbench
from calltape.adapters.cli.program import program
from calltape.core.call import Call, evolve
from calltape.core.events import Recorded
from calltape.projections import TIMELINE, View


def timeline_view(bench: Workbench) -> Result:
    """Cost of an event in the timeline, which says what it moved, against one that is only folded."""
    tape = list(bench.log.read(bench.long.stream))
    return compare(
        "timeline_view",
        clocked(lambda _: _viewed(tape)),
        "bare fold, cost by cost",
        clocked(lambda _: _folded(tape)),
        rounds=bench.sizes.rounds,
        target=Target(25, at_most=True),
    )


def _viewed(tape: list[Recorded]) -> int:
    view = View(TIMELINE)
    view.advance(tape)
    return sum(len(row.entries) for row in view.rows.values())


def _folded(tape: list[Recorded]) -> int:
    call = Call()
    for each in tape:
        evolve(call, each.event)
    return len(tape)


def timeline_text(bench: Workbench) -> Result:
    """Cost of a line that `calltape timeline` writes into a pipe against a line of its `--json`."""
    bench.log.version(bench.long.stream)  # made before the clock runs
    return compare(
        "timeline_text",
        clocked(lambda _: _printed(bench)),
        "--json, cost by cost",
        clocked(lambda _: _printed(bench, "--json")),
        rounds=bench.sizes.rounds,
        unit="lines/s",
        target=Target(1.2, at_most=True),
    )


def _printed(bench: Workbench, *options: str) -> int:
    """Run the program in this process, into nothing."""
    store = f"sqlite:///{bench.folder / 'calltape.db'}"
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        try:
            program.main(["timeline", bench.long.call_id, "--store", store, *options])
        except SystemExit as end:
            if end.code:
                raise
    return len(bench.long.recorded)
