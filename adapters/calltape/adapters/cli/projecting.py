"""`calltape project`: show a view of what was recorded, or build it anew."""

from contextlib import closing
from typing import Any

import click

from calltape.adapters.cli.marks import corrupt_from, end_if_corrupt
from calltape.adapters.cli.options import json_option, opened, store_option
from calltape.adapters.cli.plain_rows import plain_row
from calltape.adapters.cli.printing import headline, print_json, progress, say, screen
from calltape.adapters.cli.view_tables import show_rows
from calltape.adapters.stores import Store
from calltape.adapters.views import Progress, Rebuilt, catch_up, load, open_views, rebuild
from calltape.core import BadInput
from calltape.projections import PROJECTIONS, Projection, View
from calltape.projections.ports import ViewStore

DIFFERS = 1
"""The exit status when the rebuilt view is not what the stored one was."""


@click.command()
@click.argument("name")
@store_option
@click.option("--rebuild", "anew", is_flag=True, help="Build it anew from the log, compare, and swap.")
@click.option("--accept-difference", is_flag=True, help="With --rebuild: swap even if the two differ.")
@json_option
@click.pass_context
def project(
    ctx: click.Context, name: str, store: str, anew: bool, accept_difference: bool, as_json: bool
) -> None:
    """Bring the projection NAME up to date and show it.

    NAME is roster, calls, stats, diagnostics, speakers, push_ttl, history, deadlines, timeline, capabilities
    or visible_videos.

    A view is kept beside its store, so that the next time only what is new is read. Exit status 1: the
    rebuilt view differed from the stored one, which was left in place; or the history of a row is not right,
    and the row is marked.
    """
    if name not in PROJECTIONS:
        raise BadInput(f"there is no projection {name!r}; there are {', '.join(PROJECTIONS)}")
    if accept_difference and not anew:
        raise BadInput("--accept-difference says what --rebuild may do; give both")
    projection = PROJECTIONS[name]
    with opened(store) as log, closing(open_views(store)) as views:
        rebuilt = _move_on(log, projection, views, anew=anew, accept_difference=accept_difference)
        view = load(views, projection)
    if as_json:
        print_json(document(view, rebuilt))
    else:
        _show(view, rebuilt)
    if rebuilt is not None and not rebuilt.is_swapped:
        ctx.exit(DIFFERS)
    end_if_corrupt(view.rows.values())


def _move_on(
    log: Store, projection: Projection[Any], views: ViewStore, *, anew: bool, accept_difference: bool
) -> Rebuilt | None:
    """Bring the stored view to the end of the log, with a progress bar."""
    stored = views.head(projection.name)
    with progress(f"reading for {projection.name}") as bar:
        # How far the log goes nobody knows beforehand; a view that is built anew comes as far as the old one.
        task = bar.add_task(projection.name, total=stored.position if anew and stored is not None else None)

        def tell(now: Progress) -> None:
            bar.update(task, completed=now.position)

        if anew:
            return rebuild(log, projection, views, progress=tell, accept_difference=accept_difference)
        catch_up(log, projection, views, progress=tell)
        return None


def document(view: View[Any], rebuilt: Rebuilt | None) -> dict[str, Any]:
    """What `--json` prints."""
    told = {} if rebuilt is None else {"rebuilt": _rebuilt(rebuilt)}
    return {
        "name": view.projection.name,
        "position": view.position,
        "digest": view.digest(),
        **told,
        "corrupt": _corrupt(view),
        "view": {key: plain_row(view.projection.shown(row)) for key, row in view.rows.items()},
    }


def _corrupt(view: View[Any]) -> dict[str, int]:
    """The rows whose histories cannot be followed to their ends, and from which event on."""
    found = {key: corrupt_from(row) for key, row in view.rows.items()}
    return {key: version for key, version in found.items() if version is not None}


def _rebuilt(rebuilt: Rebuilt) -> dict[str, Any]:
    return {
        "events": rebuilt.events,
        "is_equal": rebuilt.is_equal,
        "is_swapped": rebuilt.is_swapped,
        "differing": list(rebuilt.differing),
    }


def _show(view: View[Any], rebuilt: Rebuilt | None) -> None:
    out = screen()
    name = view.projection.name
    headline(out, name, f"{_rows(len(view.rows))} at position {view.position}")
    if rebuilt is not None:
        say(_outcome(rebuilt))
    out.print()
    show_rows(out, view)
    out.print(f"digest {view.digest()}", style="dim")


def _rows(number: int) -> str:
    return f"{number} row{'' if number == 1 else 's'}"


def _outcome(rebuilt: Rebuilt) -> str:
    if rebuilt.is_equal is None:
        return f"built from {rebuilt.events} events; there was none before"
    if rebuilt.is_equal:
        return f"rebuilt from {rebuilt.events} events: equal to the stored view"
    rows = ", ".join(rebuilt.differing)
    done = "replaced it" if rebuilt.is_swapped else "left it in place; --accept-difference replaces it"
    return f"rebuilt from {rebuilt.events} events: differs from the stored view in {rows}; {done}"
