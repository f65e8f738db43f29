"""Which benchmarks there are, and how they are run and shown."""

import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench.checking import check_illegal, check_sqlite, check_tape
from bench.group_commit import group_commit_runtime, group_commit_sqlite
from bench.measure import Result
from bench.memory import memory_per_live_call_2, memory_per_live_call_350
from bench.participants import participants_100, participants_350, participants_350_live
from bench.postgres import postgres_four_writers, postgres_four_writers_grouped
from bench.replay import (
    replay_longest_call,
    replay_many_calls,
    replay_one_call,
    replay_thirty_hours,
    replay_vs_limit,
)
from bench.sampling import sampling_350
from bench.timelines import timeline_text, timeline_view
from bench.workbench import QUICK, Sizes, Workbench
from calltape.core.errors import BadInput

Benchmark = Callable[[Workbench], Result]

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.__name__: benchmark
    for benchmark in (
        replay_one_call,
        replay_many_calls,
        replay_vs_limit,
        replay_longest_call,
        replay_thirty_hours,
        check_tape,
        check_sqlite,
        check_illegal,
        group_commit_sqlite,
        group_commit_runtime,
        postgres_four_writers,
        postgres_four_writers_grouped,
        participants_100,
        participants_350,
        participants_350_live,
        memory_per_live_call_2,
        memory_per_live_call_350,
        sampling_350,
        timeline_view,
        timeline_text,
    )
}
"""Every benchmark by its name, in the order in which they run."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and nothing else.")
@click.option("--quick", is_flag=True, help="Tiny sizes, one round: shows that they run, not how fast.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(BENCHMARKS)),
    metavar="NAME",
    help="Only this one; may be repeated.",
)
def main(as_json: bool, quick: bool, only: tuple[str, ...]) -> None:
    """Measure calltape against its peers. Full sizes take some minutes; let nothing else run meanwhile."""
    names = only or tuple(BENCHMARKS)
    progress = Console(stderr=True)
    results: list[Result] = []
    with (
        tempfile.TemporaryDirectory(prefix="calltape-bench-") as folder,
        closing(Workbench(Path(folder), QUICK if quick else Sizes())) as bench,
    ):
        for name in names:
            if progress.is_terminal:
                progress.print(f"[dim]{name} …[/dim]")
            results.append(_run(name, bench))
            if as_json:
                click.echo(json.dumps(as_plain(results[-1]), ensure_ascii=False))
    if not as_json:
        screen = Console()
        if screen.is_terminal:
            screen.print(table(results, quick=quick))
        else:
            click.echo("\n".join(map(line, results)))


def _run(name: str, bench: Workbench) -> Result:
    try:
        return BENCHMARKS[name](bench)
    except BadInput as error:
        raise click.ClickException(str(error)) from error


def as_plain(result: Result) -> dict[str, object]:
    """A result as JSON has it."""
    return {
        "name": result.name,
        "rate": round(result.rate, 1),
        "unit": result.unit,
        "peer": result.peer,
        "peer_rate": round(result.peer_rate, 1),
        "ratio": round(result.ratio, 3),
        "target": None if result.target is None else str(result.target),
        "meets": result.meets,
        "rounds": result.rounds,
    }


def line(result: Result) -> str:
    """A result as plain text, for pipes and files."""
    target = "" if result.target is None else f"  target {result.target}"
    missed = "  MISSED" if result.meets is False else ""
    rates = f"{result.rate:>12,.0f} {result.unit:<12} {result.peer_rate:>12,.0f} {result.peer}"
    return f"{result.name:<32} {result.ratio:>7.2f}{rates}{target}{missed}"


def table(results: list[Result], *, quick: bool) -> Table:
    """The results for people."""
    title = (
        "Benchmarks, tiny: the numbers mean nothing" if quick else "Benchmarks: medians of interleaved rounds"
    )
    shown = Table(
        title=title, caption="The ratio is ours to the peer's; with a ≤, the cost of ours to the peer's."
    )
    shown.add_column("benchmark", no_wrap=True)
    for heading in ("calltape", "peer", "ratio", "target"):
        shown.add_column(heading, justify="right", no_wrap=True)
    shown.add_column("", no_wrap=True)
    for each in results:
        mark = {None: "", True: "[green]✓[/green]", False: "[red]✗[/red]"}[None if quick else each.meets]
        target = "" if each.target is None else str(each.target)
        what = f"{each.name}\n[dim]{each.unit}, against {each.peer}[/dim]"
        shown.add_row(what, f"{each.rate:,.0f}", f"{each.peer_rate:,.0f}", f"{each.ratio:.2f}", target, mark)
    return shown
