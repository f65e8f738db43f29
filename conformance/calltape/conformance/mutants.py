"""Every small wrong version of a lifecycle: a row dropped, led elsewhere, or contradicted.

A table that is read off by code, diagrams, strategies and checks alike cannot show that it is wrong. So each
row is made wrong in turn, and something that was not derived from it has to notice: `trial.py` sees to that.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Literal

import attrs

from calltape.conformance.row_use import RowKey, key_of
from calltape.core import LIFECYCLES, Lifecycle, every_limit
from calltape.core.errors import BadSpec
from calltape.core.lifecycle import parse, source_text
from calltape.core.limits import OPTIONAL_LIMITS

Document = dict[str, Any]
Kind = Literal["drop", "redirect", "contradict", "fact"]
KINDS: tuple[Kind, ...] = ("drop", "redirect", "contradict", "fact")


@attrs.frozen
class Mutant:
    """One wrong version of one lifecycle."""

    name: str
    """What is wrong, as "call: Connected, Hold -> HoldRequested is dropped"; no two have one name."""

    kind: Kind
    lifecycle: str
    rows: tuple[RowKey, ...]
    """The rows that are wrong; none where a fact beside the rows is."""

    change: Callable[[Document], None] = attrs.field(repr=False, eq=False)

    def document(self) -> Document:
        """The lifecycle's document with the fault in it."""
        document = document_of(self.lifecycle)
        self.change(document)
        return document

    def lifecycle_of(self) -> Lifecycle[Any]:
        """The lifecycle built from it, its states being those of the code.

        Raises:
            BadSpec: loading notices the fault.
        """
        return Lifecycle(
            self.document(),
            type(LIFECYCLES[self.lifecycle].initial),
            known_limits={*every_limit(), *OPTIONAL_LIMITS},
        )

    def told_by_loading(self) -> str:
        """The sentence with which loading refuses it; empty when it loads."""
        try:
            self.lifecycle_of()
        except BadSpec as refused:
            return str(refused)
        return ""


_DOCUMENTS: dict[str, Document] = {}


def document_of(name: str) -> Document:
    """The document of a lifecycle, one source state for each row; the caller's own."""
    if name not in _DOCUMENTS:
        raw: Any = parse(source_text(name), f"{name}.toml")
        rows = [{**row, "from": source} for row in raw["steps"]["rows"] for source in _sources(row)]
        _DOCUMENTS[name] = {**raw, "steps": {"rows": rows}}
    return deepcopy(_DOCUMENTS[name])


def _sources(row: Mapping[str, Any]) -> list[str]:
    return [row["from"]] if isinstance(row["from"], str) else list(row["from"])


def every_mutant(names: tuple[str, ...] = ()) -> Iterator[Mutant]:
    """Every mutant of the lifecycles called `names`, or of all, in the files' order."""
    for name, life in LIFECYCLES.items():
        if not names or name in names:
            yield from _dropped(name, life)
            yield from _redirected(name, life)
            yield from _contradicted(name, life)
            yield from _other_facts(name, life)


def _dropped(name: str, life: Lifecycle[Any]) -> Iterator[Mutant]:
    for number, row in enumerate(life.rows):
        key = key_of(name, row)
        yield Mutant(f"{key} is dropped", "drop", name, (key,), _drop(number))


def _drop(number: int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del document["steps"]["rows"][number]

    return change


def _redirected(name: str, life: Lifecycle[Any]) -> Iterator[Mutant]:
    """Each step led to each other state. All rows of one step go together: else loading says no at once."""
    steps: dict[tuple[str, str, str], list[int]] = {}
    for number, row in enumerate(life.rows):
        steps.setdefault((row.source, row.emits, row.whose), []).append(number)
    for (source, emits, whose), numbers in steps.items():
        keys = tuple(key_of(name, life.rows[number]) for number in numbers)
        for state in map(str, life.states):
            if state != life.rows[numbers[0]].target:
                of = "" if whose == "self" else f" ({whose})"
                told = f"{name}: {source} by {emits}{of} leads to {state}"
                yield Mutant(told, "redirect", name, keys, _redirect(numbers, state))


def _redirect(numbers: list[int], state: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        for number in numbers:
            document["steps"]["rows"][number]["to"] = state

    return change


def _contradicted(name: str, life: Lifecycle[Any]) -> Iterator[Mutant]:
    """Beside each row a second one for the same step: once the same, once to another state."""
    for number, row in enumerate(life.rows):
        key = key_of(name, row)
        other = next(str(state) for state in life.states if state != row.target)
        for state, told in ((row.target, "stands twice"), (other, f"is contradicted by one to {other}")):
            yield Mutant(f"{key} {told}", "contradict", name, (key,), _contradict(number, state))


def _contradict(number: int, state: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        rows = document["steps"]["rows"]
        rows.insert(number + 1, {**rows[number], "to": state})

    return change


def _other_facts(name: str, life: Lifecycle[Any]) -> Iterator[Mutant]:
    """Where it starts, what is final, and which deadlines a state has."""
    for state, doc in life.states.items():
        if state != life.initial:
            yield _fact(name, f"it starts in {state}", _starts_in(str(state)))
        now_final = state not in life.final
        yield _fact(
            name, f"{state} is {'' if now_final else 'not '}final", _is_final(str(state), final=now_final)
        )
        for number, deadline in enumerate(doc.expires):
            of = f"the deadline of {state} {deadline.when or deadline.on}"
            yield _fact(name, f"{of} is dropped", _without_deadline(str(state), number))


def _fact(name: str, told: str, change: Callable[[Document], None]) -> Mutant:
    return Mutant(f"{name}: {told}", "fact", name, (), change)


def _starts_in(state: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["initial"] = state

    return change


def _is_final(state: str, *, final: bool) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        others = [each for each in document["final"] if each != state]
        document["final"] = [*others, state] if final else others

    return change


def _without_deadline(state: str, number: int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del document["states"][state]["expires"][number]

    return change
