"""`calltape model`: search small calls to the end, and show the shortest history that breaks a law."""

from typing import TYPE_CHECKING, Any

import attrs
import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from calltape.adapters.cli.options import json_option
from calltape.adapters.cli.printing import headline, print_json, screen, table
from calltape.core import Command, plain

if TYPE_CHECKING:
    from calltape.conformance.alphabet import Step
    from calltape.conformance.model import Checked, CounterExample

BROKEN = 1
"""The exit status when a law is broken."""


@click.command("model")
@click.argument("name", required=False)
@json_option
@click.pass_context
def model(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Search every place that a small call can get to, and ask every law in each.

    NAME is one of the models; without it all are searched, which takes minutes. A law that is broken is
    shown with a shortest history that breaks it.

    Exit status: 0 when every law holds, 1 when one is broken, 2 when there is no such model.
    """
    from calltape.conformance.models import MODELS, model_named

    models = [model_named(name)] if name else list(MODELS.values())
    found = [_searched(each) for each in models]
    if as_json:
        print_json({"ok": _all_hold(found), "models": [document(each) for each in found]})
    else:
        _show(found)
    if not _all_hold(found):
        ctx.exit(BROKEN)


def _searched(each: Any) -> "Checked":
    """Search one model, and count its places where somebody watches."""
    from calltape.conformance.model import check_model

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} states"))
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(each.name, total=None)
        return check_model(each, lambda states: bar.update(task, completed=states))


def _all_hold(found: list["Checked"]) -> bool:
    return all(each.breach is None for each in found)


def document(checked: "Checked") -> dict[str, Any]:
    """What `--json` prints of one model."""
    numbers = attrs.asdict(checked, filter=lambda field, _: field.name not in {"model", "breach"})
    breach = checked.breach
    return {
        "name": checked.model.name,
        **numbers,
        "seconds": round(checked.seconds, 3),
        "breach": None if breach is None else _breach(breach),
    }


def _breach(breach: "CounterExample") -> dict[str, Any]:
    steps = [
        {"command": _asked(each.command), "events": [_happened(e) for e in each.events]}
        for each in breach.steps
    ]
    return {"law": breach.law.name, "sentence": breach.law.sentence, "words": breach.words, "steps": steps}


def _asked(command: Command) -> dict[str, Any]:
    return {"name": type(command).__name__, **_said(command)}


def _happened(event: Any) -> dict[str, Any]:
    return {"name": event.name, **plain(event)}


def _said(command: Command) -> dict[str, Any]:
    """What a command says beside what every command has, where it says anything."""
    fields = plain(command)
    return {key: each for key, each in fields.items() if key not in _OF_EVERY_COMMAND and each is not None}


_OF_EVERY_COMMAND = {"id", "at", "causation_id", "correlation_id"}


def _show(found: list["Checked"]) -> None:
    out = screen()
    rows = [
        (
            each.model.name,
            f"{each.states}",
            f"{each.transitions}",
            f"{each.ends}",
            f"{each.depth}",
            f"{each.seconds:.1f}",
            "every law holds" if each.breach is None else f"{each.breach.law.name} is broken",
        )
        for each in found
    ]
    table(out, "model", "states", "transitions", "ends", "depth", "seconds", "", rows=rows)
    for each in found:
        if each.breach is not None:
            _show_breach(each.model.name, each.breach)


def _show_breach(name: str, breach: "CounterExample") -> None:
    out = screen()
    out.print()
    headline(out, breach.law.name, f"is broken in {name}: {breach.words}")
    headline(out, "", breach.law.sentence)
    rows = [(str(number), *_told(each)) for number, each in enumerate(breach.steps, 1)]
    table(out, "step", "command", "about", "leads to", rows=rows)


def _told(step: "Step") -> tuple[str, str, str]:
    about = ", ".join(str(each) for each in _said(step.command).values() if isinstance(each, str))
    return type(step.command).__name__, about, ", ".join(each.name for each in step.events)
