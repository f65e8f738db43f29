"""`calltape spec`: the lifecycles, as tables, pictures and data."""

import sys

import click
from rich.console import Console

from calltape.adapters.cli.printing import headline, print_json, screen, table
from calltape.core import LIFECYCLES, BadInput
from calltape.core.lifecycle import Format, source_text
from calltape.core.lifecycle_parts import StateDoc

FORMATS = ("toml", "json", "mermaid", "scxml", "table")
_DRAWN: dict[str, Format] = {"json": "json", "mermaid": "mermaid", "scxml": "scxml"}


@click.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
def spec(name: str | None, form: str) -> None:
    """Show the lifecycle NAME; without a name, list them."""
    if name is None:
        _list(form)
        return
    if name not in LIFECYCLES:
        raise BadInput(f"there is no lifecycle {name!r}; there are {', '.join(LIFECYCLES)}")
    if form == "table":
        _show(name)
    else:
        text = source_text(name) if form == "toml" else LIFECYCLES[name].draw(_DRAWN[form])
        sys.stdout.write(text.rstrip("\n") + "\n")


def _list(form: str) -> None:
    if form == "json":
        print_json([{"name": name, "title": life.title} for name, life in LIFECYCLES.items()])
        return
    if form != "table":
        raise BadInput(f"--format {form} needs the name of a lifecycle: {', '.join(LIFECYCLES)}")
    rows = [
        (name, str(len(life.states)), str(len(life.rows)), str(len(life.laws)), life.title)
        for name, life in LIFECYCLES.items()
    ]
    table(screen(), "lifecycle", "states", "steps", "laws", "what it is", rows=rows)


def _show(name: str) -> None:
    life, out = LIFECYCLES[name], screen()
    headline(out, life.name, life.title)
    out.print()
    states = [
        (str(state), _mark(str(state), name), doc.doc, _silence(doc)) for state, doc in life.states.items()
    ]
    table(out, "state", "", "meaning", "silence", rows=states)
    out.print()
    steps = [
        (row.source, row.on or "", row.emits, row.whose, row.target, row.when, f"{row.row} {row.status}")
        for row in life.rows
    ]
    table(out, "from", "on", "emits", "whose", "to", "when", "row", rows=steps)
    _show_laws(name, out)


def _show_laws(name: str, out: Console) -> None:
    laws = LIFECYCLES[name].laws
    if laws:
        out.print()
        table(out, "law", "says", rows=[(law.name, law.says) for law in laws])


def _mark(state: str, name: str) -> str:
    life = LIFECYCLES[name]
    if state == life.initial:
        return "initial"
    return "final" if state in life.final else ""


def _silence(doc: StateDoc) -> str:
    return "; ".join(f"{' or '.join(each.after)}: {each.on}" for each in doc.expires)
