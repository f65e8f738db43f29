"""`calltape shrink`: a failing tape cut down to the few events that fail the same way."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from heapq import merge
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import attrs
import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from calltape.adapters.cli.options import json_option, open_source, require_free, say_if_torn
from calltape.adapters.cli.plain_rows import plain_row
from calltape.adapters.cli.printing import print_json, print_lines, visible
from calltape.adapters.tape import write_tape
from calltape.core import BadInput, Recorded
from calltape.projections import PROJECTIONS, View

if TYPE_CHECKING:  # the kit is imported when the command runs
    from calltape.conformance.shrinking import Progress as Sofar
    from calltape.conformance.tape_failures import Failure

BUDGET_S = 60.0
"""Seconds after which the best so far has to do."""


@attrs.frozen(kw_only=True)
class Wanted:
    """In which way the tape is said to fail: one of the three."""

    violates: bool
    law: str | None
    projection: str | None
    differs_from: Path | None

    def check(self) -> None:
        """Raise BadInput unless exactly one way is named, and completely."""
        if (self.projection is None) is not (self.differs_from is None):
            raise BadInput("--projection says which view and --differs-from what it should be; give both")
        if [self.violates, self.law is not None, self.projection is not None].count(True) != 1:
            raise BadInput(
                "say in which way the tape fails: --violates, --law NAME, "
                "or --projection NAME --differs-from FILE"
            )
        if self.projection is not None and self.projection not in PROJECTIONS:
            names = ", ".join(PROJECTIONS)
            raise BadInput(f"there is no projection {self.projection!r}; there are {names}")


@attrs.frozen(kw_only=True)
class Result:
    """What came of it."""

    events_before: int
    events_after: int
    participants_before: int
    participants_after: int
    seconds: float
    complete: bool
    file: str
    problem: str
    test: str


@click.command()
@click.argument("source", metavar="TAPE")
@click.option("--violates", is_flag=True, help="It is not legal, as `calltape check` finds.")
@click.option("--law", metavar="NAME", help="It breaks this law.")
@click.option("--projection", metavar="NAME", help="This view of it is wrong …")
@click.option(
    "--differs-from",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="… and FILE says what was seen elsewhere: see docs/reference/cli.md.",
)
@click.option("-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path))
@click.option(
    "--budget",
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    default=BUDGET_S,
    show_default=True,
    help="When the best so far has to do.",
)
@json_option
def shrink(source: str, output: Path, budget: float, as_json: bool, **way: Any) -> None:
    """Cut a failing TAPE down to the few events that fail the same way, and print them as a test.

    The small tape is written to FILE, completely or not at all. Standard output is a Python module with a
    pytest function that fails as the tape does. A tape that does not fail in the way named: exit status 2.
    """
    wanted = Wanted(**way)
    wanted.check()
    require_free(output, source)
    tape = _read(source)
    began = monotonic()
    failure = _failure(tape, wanted, began + budget)
    if failure is None:
        raise BadInput(f"{source} {_instead(wanted)}; nothing was written")
    result = _shrink(tape, failure, source, output, began + budget, began)
    if as_json:
        print_json(attrs.asdict(result))
    else:
        print_lines((*_remarks(result, source, budget), "", result.test.rstrip()))


def _read(source: str) -> tuple[Recorded, ...]:
    """Every event, in the order of positions."""
    with closing(open_source(source)) as log:
        say_if_torn(log)
        return tuple(merge(*map(log.read, log.streams()), key=lambda recorded: recorded.position))


def _failure(tape: tuple[Recorded, ...], wanted: Wanted, ends: float) -> "Failure | None":
    """The failure that is named, found on the tape."""
    from calltape.conformance.laws import law
    from calltape.conformance.tape_failures import breaks_law, not_legal

    if wanted.violates:
        return not_legal(tape)
    if wanted.law is not None:
        asked = law(wanted.law)
        with _progress() as bar:
            return breaks_law(tape, asked, watched=partial(_looking, bar, len(tape), ends))
    return _difference(tape, str(wanted.projection), cast("Path", wanted.differs_from))


def _difference(tape: tuple[Recorded, ...], name: str, file: Path) -> "Failure | None":
    from calltape.conformance.view_cells import differing_cells
    from calltape.conformance.view_failures import view_differs

    theirs, is_whole = _rows(file, name)
    view = View(PROJECTIONS[name])
    view.advance(tape)
    cells = differing_cells(view, theirs, is_whole=is_whole, show=plain_row)
    return view_differs(tape, PROJECTIONS[name], cells)


def _rows(file: Path, name: str) -> tuple[Mapping[str, Any], bool]:
    """The rows in a file, and whether they are a whole view: that is what `calltape project` prints."""
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {file}; save what was seen elsewhere in it") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file} is not JSON: {error}") from error
    told = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    is_ours = isinstance(told.get("view"), dict)
    if is_ours and told.get("name", name) != name:
        raise BadInput(f"{file} is a view of {told['name']}, not of {name}")
    rows: dict[str, Any] = told["view"] if is_ours else told
    if not rows or not all(isinstance(row, dict | None) for row in rows.values()):
        raise BadInput(f"{file} holds no rows: it has to be an object of objects, one for each row of {name}")
    return rows, is_ours


def _instead(wanted: Wanted) -> str:
    """What is so instead of the failure that was named."""
    if wanted.violates:
        return "is legal"
    if wanted.law is not None:
        return f"keeps the law {wanted.law} as far as it is legal"
    return f"gives the view that {wanted.differs_from} holds"


def _shrink(
    tape: tuple[Recorded, ...], failure: "Failure", source: str, output: Path, ends: float, began: float
) -> Result:
    from calltape.conformance.pasted_test import regression_test
    from calltape.conformance.shrinking_tapes import people_of, shrink_tape

    with _progress() as bar:
        shrunk = shrink_tape(
            failure.tape, failure.fails, mend=failure.mend, go_on=_watching(bar, len(failure.tape), ends)
        )
    write_tape(shrunk.items, output, source=f"calltape shrink of {Path(source).name}")
    return Result(
        events_before=len(tape),
        events_after=len(shrunk.items),
        participants_before=len(people_of(tape)),
        participants_after=len(people_of(shrunk.items)),
        seconds=round(monotonic() - began, 3),
        complete=shrunk.is_complete,
        file=str(output),
        problem=failure.words,
        test=regression_test(shrunk.items, failure, name=output.stem),
    )


def _progress() -> Progress:
    """On stderr, if that is a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[left]} events left"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def _looking(bar: Progress, total: int, ends: float, events: Iterable[Recorded]) -> Iterator[Recorded]:
    """`events` of a tape of `total`, shown as they are asked about; no more of them when the time is up."""
    task = bar.add_task("looking for the failure", total=total, left=total)
    for number, each in enumerate(events):
        if monotonic() > ends:
            raise BadInput(
                f"the time was over before a failure was found in the first {number} events of "
                f"{each.stream}; nothing was written; --budget gives it more"
            )
        bar.update(task, completed=number, left=total - number)
        yield each
    bar.remove_task(task)


def _watching(bar: Progress, events: int, ends: float) -> "Callable[[Sofar], bool]":
    """Show how far it is, and stop when the time is up."""
    task = bar.add_task("shrinking", total=events, left="")

    def go_on(now: "Sofar") -> bool:
        bar.update(
            task, completed=events - now.items, description=now.doing.replace("_", " "), left=now.items
        )
        return monotonic() < ends

    return go_on


def _remarks(result: Result, source: str, budget: float) -> list[str]:
    """What was done, as comments above the test."""
    events = f"{result.events_before} events are {result.events_after}"
    people = f"{result.participants_before} participants are {result.participants_after}"
    lines = [
        f"# {visible(source)}: {events}, {people}; {result.seconds:.1f} s. "
        f"They are in {visible(result.file)}.",
    ]
    if not result.complete:
        lines.append(f"# The {budget:g} s were over before all was tried: --budget gives it more.")
    return lines
