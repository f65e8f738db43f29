"""A state machine that keeps a view the way programs do, until it shows something else than one reading.

Batches of any size, batches that come twice, a program that ends and another that goes on from what was
saved: at every moment the rows are those of the history up to the view's position. One projection, kept as
calltape keeps views::

    TestMyProjection = projection_machine(MY_PROJECTION).TestCase

A keeper of your own (another store, another way to fold) is what `make` gives. Needs the extra
``calltape[testing]``.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, ClassVar, Protocol, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from calltape.conformance.projection import unknown_events_are_skipped, whole
from calltape.conformance.projection_logs import logs
from calltape.core import Recorded
from calltape.projections import Projection, View, digest_of, pruned

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")


class ViewKeeper(Protocol[R_co]):
    """Keeps one view, of a log that is delivered to it at least once and in order."""

    @property
    def rows(self) -> Mapping[str, R_co]:
        """The rows as readers find them now."""
        ...

    @property
    def position(self) -> int:
        """Up to where events were taken in; 0 before the first."""
        ...

    def advance(self, batch: Sequence[Recorded]) -> object:
        """Take in events; those that were taken in before are passed over."""
        ...

    def save(self) -> None:
        """Let what was taken in outlive the program."""
        ...

    def restarted(self) -> "ViewKeeper[R_co]":
        """What the next program finds: at least what was saved. This one is not used any more."""
        ...


def projection_machine(
    projection: Projection[R],
    make: Callable[[], ViewKeeper[R]] | None = None,
    *,
    is_prunable: bool = True,
    max_size: int = 8,
) -> type[RuleBasedStateMachine]:
    """A state machine for one projection; its `TestCase` is a test.

    Args:
        projection: what is tried.
        make: gives a keeper that has taken in nothing; None keeps the view in memory and saves a copy.
        is_prunable: whether the view must be the same of a history whose samples were summed up
            (`calltape.projections.pruned`); one that counts samples is not.
        max_size: the most commands of each drawn call.
    """
    trial = _Given(
        projection=projection,
        make=make if make is not None else lambda: _InMemory(View(projection)),
        is_prunable=is_prunable,
    )

    class ProjectionMachine(_ProjectionMachine):
        given = trial

        @initialize(history=logs(max_size=max_size))
        def begin(self, history: tuple[Recorded, ...]) -> None:
            """The log that is delivered."""
            self.history = history

    return ProjectionMachine


@attrs.frozen(kw_only=True)
class _Given:
    """What one machine was made with."""

    projection: Projection[Any]
    make: Callable[[], ViewKeeper[Any]]
    is_prunable: bool


class _InMemory:
    """Keeps a view in memory, and what was saved beside it."""

    def __init__(self, view: View[Any], saved: View[Any] | None = None) -> None:
        self._view = view
        self._saved = saved

    @property
    def rows(self) -> Mapping[str, Any]:
        return self._view.rows

    @property
    def position(self) -> int:
        return self._view.position

    def advance(self, batch: Sequence[Recorded]) -> object:
        return self._view.advance(batch)

    def save(self) -> None:
        self._saved = self._copied(self._view)

    def restarted(self) -> "_InMemory":
        fresh: View[Any] = View(self._view.projection)
        return _InMemory(fresh if self._saved is None else self._copied(self._saved), self._saved)

    @staticmethod
    def _copied(view: View[Any]) -> View[Any]:
        return View(view.projection, deepcopy(dict(view.rows)), view.position)


_SIZES = st.integers(1, 9)


class _ProjectionMachine(RuleBasedStateMachine):
    """`self.delivered` of `self.history` were handed to the keeper that is in use."""

    given: ClassVar[_Given]

    def __init__(self) -> None:
        super().__init__()
        self.keeper = self.given.make()
        self.history: tuple[Recorded, ...] = ()
        self.delivered = 0
        self.saved = 0

    @precondition(lambda self: self.delivered < len(self.history))
    @rule(size=_SIZES, again=st.integers(0, 3))
    def deliver(self, size: int, again: int) -> None:
        """The next batch, which may begin with events that came before."""
        start = max(0, self.delivered - again)
        self.delivered = min(len(self.history), self.delivered + size)
        self.keeper.advance(self.history[start : self.delivered])

    @precondition(lambda self: self.delivered)
    @rule(size=_SIZES)
    def deliver_again(self, size: int) -> None:
        """Nothing but what came before."""
        self.keeper.advance(self.history[max(0, self.delivered - size) : self.delivered])

    @rule()
    def save(self) -> None:
        """What was taken in is there from now on, whatever happens."""
        self.keeper.save()
        self.saved = self.delivered

    @rule()
    def restart(self) -> None:
        """The program ends; the next one goes on where the keeper says that it is."""
        self.keeper = self.keeper.restarted()
        position = self.keeper.position
        taken_in = sum(each.position <= position for each in self.history)
        assert self.saved <= taken_in <= self.delivered, (
            f"{self.saved} events were saved of {self.delivered}, and the next program has {taken_in}"
        )
        self.delivered = taken_in

    @rule(place=st.integers(0, 20))
    def mix_in_the_unknown(self, place: int) -> None:
        """Events of a later version change nothing."""
        unknown_events_are_skipped(self.given.projection, self.history[: self.delivered], [place])

    @precondition(lambda self: self.given.is_prunable)
    @rule()
    def prune(self) -> None:
        """Of the history without its samples the view is the same."""
        history = self.history[: self.delivered]
        shown = whole(self.given.projection, list(pruned(history))).digest()
        assert shown == whole(self.given.projection, history).digest(), (
            f"{self.given.projection.name}: pruning the samples shows"
        )

    @invariant()
    def it_is_what_one_reading_gives(self) -> None:
        """The rows are those of the history up to the position, and so is the position."""
        name, rows, position = self.given.projection.name, self.keeper.rows, self.keeper.position
        expected = whole(self.given.projection, self.history[: self.delivered])
        assert position == expected.position, f"{name}: after {self.delivered} events it is at {position}"
        found = digest_of((key, rows[key]) for key in sorted(rows))
        differing = sorted(
            key for key in {*rows, *expected.rows} if repr(rows.get(key)) != repr(expected.rows.get(key))
        )
        assert found == expected.digest(), f"{name}: the rows {differing} differ"
