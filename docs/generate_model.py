"""Write docs/explanation/model.md out of a run of the model check: `python docs/generate_model.py`.

Takes some minutes: every model is searched to its end. tests/test_docs_model.py compares the numbers, the
seconds apart; those of the big models in the slow lane.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from calltape.conformance.laws import LAWS
from calltape.conformance.model import Checked, check_model
from calltape.conformance.models import MODELS
from calltape.conformance.place_keys import LEFT_OUT

PAGE = Path(__file__).parent / "explanation" / "model.md"

OPENING = """\
# What the model check proves

<!-- Written by docs/generate_model.py from a run; the sentences stand in that program. -->

Walks drawn at random find what is near the beaten track. The model check leaves no path out: from the first
command of a small call it gives every command of the model in every place, lets every deadline that runs pass
in every place, and goes on wherever something came of it, until nothing new is found. In each place every
[law](#the-laws) is asked. It goes breadth first, so a law that is broken is shown with a history than which
none is shorter.

```console
$ calltape model with-phone
… every law holds
```
"""

PROVES = """\
## What it proves, and what it does not

*For these calls*, the tables, the decisions, the folds and the deadlines together keep every law: no history
of these commands, however long, in whatever order, breaks one. A longer history only meets places that are in
the count.

It says nothing about more people than the model has, nor about commands that it does not try. Those are
microphones, devices, hands, captions, effects, tones, data channels, breakout rooms, recordings: facets
beside the states, which a leg's rows do not ask about. The walks, and the tests that give every command in
every place of their own, try all of them.

Time is left out. Any deadline that runs may be the next to pass, also in orders that no clock would allow:
what holds for all those orders holds for the ones that happen.

Two calls are the same place when they agree in everything but what is listed here. A facet that is added to
the call tells places apart from the day it is there; to be left out it has to be listed, with a reason:

"""

CHECKS_ITSELF = """
That none of this can matter is checked as well as argued: where two calls that differ meet in one place, a
sample of them is followed up, and both have to lead to the same places by the same commands.

Nor is a law there that could not fail. For each the tests plant a fault, a row that leads elsewhere, a row
that is gone, a decision that forgets something, and the check has to find it by the history that is known to
be the shortest. The laws are typed by hand from what people expect of a telephone; they are not read off the
tables, because such a law could not find a table wrong.

A test that is not exhaustive still has its place: the check proves that the tables do what the laws say, not
that the laws say enough, nor that the tables say what people want. For that there are the
[scenarios](../reference/capabilities.md), written by hand.
"""


COLUMNS = """\
| model | who, and what they do | states | transitions | ends | depth | seconds |
|---|---|---:|---:|---:|---:|---:|
"""

BELOW = """
*States* are places that differ, *transitions* the steps between them, *ends* the places where the call is
over, *depth* the commands that it takes to the farthest place. The seconds are those of one core and of the
run that wrote this page; `calltape model` measures them anew.

## The laws

"""

AFTER_LAWS = """
`calltape.conformance.first_breach` asks the same laws along one recorded history.

"""


def measured() -> list[Checked]:
    """Every model, searched to its end; says on stderr how it goes."""
    found: list[Checked] = []
    for each in MODELS.values():
        found.append(check_model(each))
        sys.stderr.write(f"{each.name}: {found[-1].states} states in {found[-1].seconds:.1f} s\n")
    return found


def page(found: Iterable[Checked]) -> str:
    """The page.

    Raises:
        AssertionError: a law is broken, and there is nothing to write about.
    """
    rows = ""
    for each in found:
        name = each.model.name
        assert each.breach is None, f"{name} breaks {each.breach.law.name}: run calltape model {name}"
        rows += f"{row(each)} {each.seconds:.1f} |\n"
    laws = _listed({f"`{each.name}`": each.sentence for each in LAWS.values()})
    left_out = _listed({f"*{name.capitalize()}*": why for name, why in LEFT_OUT.items()})
    return OPENING + "\n" + COLUMNS + rows + BELOW + laws + AFTER_LAWS + PROVES + left_out + CHECKS_ITSELF


def row(each: Checked) -> str:
    """The row of one model, without its seconds."""
    cells = (
        f"`{each.model.name}`",
        each.model.sentence,
        each.states,
        each.transitions,
        each.ends,
        each.depth,
    )
    return "".join(f"| {cell} " for cell in cells) + "|"


def _listed(named: Mapping[str, str]) -> str:
    return "".join(f"* {name}: {sentence}\n" for name, sentence in named.items())


if __name__ == "__main__":
    PAGE.write_text(page(measured()), encoding="utf-8")
