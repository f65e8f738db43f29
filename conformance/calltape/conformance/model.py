"""The model check: every law in every place of a small call, and the shortest history that breaks one.

Breadth first from the opening, all commands of the model and all deadlines in every place. A place is asked
the laws when it is found, a step those about steps, so what breaks first is broken by a shortest history.
Time is left out: any deadline that runs may pass next, in orders that no clock would allow either; whatever
holds so holds with clocks.
"""

from collections.abc import Callable
from time import perf_counter

import attrs

from calltape.conformance.alphabet import Step, take
from calltape.conformance.exploring import Place, Walk, fold
from calltape.conformance.laws import LAWS, Law, broken_at, step_to
from calltape.conformance.models import Model
from calltape.conformance.place_keys import Keys
from calltape.core.call import Call
from calltape.core.commands import Command


@attrs.frozen(kw_only=True)
class CounterExample:
    """A shortest history that breaks a law."""

    law: Law
    words: str
    """How it is broken."""

    steps: tuple[Step, ...]
    """The commands from the empty call on, each with its events; the last one breaks the law."""


@attrs.frozen(kw_only=True)
class Checked:
    """What searching one model found."""

    model: Model
    states: int
    """Places that differ."""

    transitions: int
    """Steps that led from one to one, the same ones included."""

    ends: int
    """Places where the call is over."""

    depth: int
    """How many commands it takes to the place that is farthest from the opening."""

    seconds: float
    breach: CounterExample | None = None
    """None when every law holds everywhere."""


class _Broken(Exception):
    """Ends the walk."""

    def __init__(self, found: tuple[Law, str], way: tuple[Command, ...]) -> None:
        super().__init__(found[1])
        self.found, self.way = found, way


def check_model(model: Model, told: Callable[[int], None] | None = None) -> Checked:
    """Search `model` to its end, or to the first place or step that breaks a law.

    Args:
        model: what is searched.
        told: called with the number of places found so far, now and then.
    """
    began = perf_counter()
    search = _Search(model)
    breach = None
    try:
        for place in search.walk:
            search.look_at(place)
            if told is not None and search.states % _TOLD_EVERY == 0:
                told(search.states)
    except _Broken as broken:
        law, words = broken.found
        breach = CounterExample(law=law, words=words, steps=retold(broken.way))
    return Checked(
        model=model,
        states=search.states,
        transitions=search.walk.edges,
        ends=search.ends,
        depth=search.depth,
        seconds=perf_counter() - began,
        breach=breach,
    )


_TOLD_EVERY = 100


class _Search:
    """One search, and what it counts."""

    def __init__(self, model: Model) -> None:
        self.walk = Walk(model.opening, model.alphabet(), Keys(), after=self._after)
        self.states = self.ends = self.depth = 0
        self._laws = tuple(LAWS.values())

    def look_at(self, place: Place) -> None:
        """Count a new place and ask it the laws."""
        self.states += 1
        self.ends += place.call.is_over
        self.depth = place.depth
        if found := broken_at(place.call, self._laws, is_last=True):
            raise _Broken(found, place.way)

    def _after(self, call: Call, step: Step) -> Call:
        """The call after `step`, whose events are asked the laws about steps."""
        after = call.copy()
        for number, event in enumerate(step.events):
            if found := step_to(after, event, self._laws, None if number else call):
                raise _Broken(found, (*self.walk.here.way, step.command))
        return after


def retold(way: tuple[Command, ...]) -> tuple[Step, ...]:
    """The commands of `way`, given one after the other, each with its events; the last is not folded."""
    call, steps = Call(), list[Step]()
    for command in way:
        if steps:
            call = fold(call, steps[-1])
        steps.append(take(call, command))
    return tuple(steps)
