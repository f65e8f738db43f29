"""The laws of every projection.

Each law is a function that takes a projection and a history, and raises AssertionError with a sentence when
the projection breaks it. Try your own on drawn logs::

    @given(history=logs(), cuts=st.lists(st.integers(0, 60)))
    def test_any_batching(history, cuts):
        any_batching(MY_PROJECTION, history, cuts)

Needs the extra ``calltape[testing]``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import attrs

from calltape.conformance.projection_agreement import AGREEMENTS
from calltape.conformance.projection_logs import logs, media_histories, push_histories
from calltape.core import Event, Recorded
from calltape.projections import Projection, Roster, View, apply, delta, present

__all__ = [
    "AGREEMENTS",
    "NewerEvent",
    "agrees_with_replay",
    "any_batching",
    "cut",
    "deltas_add_up",
    "logs",
    "media_histories",
    "push_histories",
    "redelivery_changes_nothing",
    "rows_fold_alone",
    "snapshot_equals_the_start",
    "unknown_events_are_skipped",
    "whole",
]

R = TypeVar("R")
History = Sequence[Recorded]
Persist = Callable[[View[R]], View[R]]


@attrs.frozen(kw_only=True)
class NewerEvent(Event):
    """An event that no projection knows: it stands for all those of a later version."""

    name = "conformance.newer"


def whole(projection: Projection[R], history: History) -> View[R]:
    """The view of `history`, built at once from nothing: what all other ways must come to."""
    view = View(projection)
    view.advance(history)
    return view


def any_batching(projection: Projection[R], history: History, cuts: Iterable[int]) -> None:
    """Rebuilt is incremental, in whatever batches, and `advance` names the rows that changed."""
    view = View(projection)
    for batch in cut(history, cuts):
        before = {key: _text(row) for key, row in view.rows.items()}
        touched = view.advance(batch)
        changed = {key for key, row in view.rows.items() if before.get(key) != _text(row)}
        assert changed <= touched, f"{projection.name} changed rows without saying so: {changed - touched}"
    _require_same(projection, view, whole(projection, history), "the size of the batches shows")


def redelivery_changes_nothing(projection: Projection[R], history: History, cuts: Iterable[int]) -> None:
    """What was taken in already, the last batch or everything from the start, is passed over."""
    view = View(projection)
    for batch in cut(history, cuts):
        view.advance(batch)
        position = view.position
        assert not view.advance(batch), f"{projection.name} takes in a batch that comes twice"
        view.advance([each for each in history if each.position <= position])
    _require_same(projection, view, whole(projection, history), "a repetition shows")


def snapshot_equals_the_start(
    projection: Projection[R], history: History, at: int, persist: Persist[R]
) -> None:
    """Who goes on from a stored view ends where one who started at the beginning does.

    Args:
        projection, history: what is tried.
        at: after how many events the view is stored.
        persist: stores a view and gives back what is read.
    """
    first = View(projection)
    first.advance(history[:at])
    later = persist(first)
    assert later.position == first.position, f"{projection.name}: the stored view forgot its position"
    later.advance(history)
    _require_same(projection, later, whole(projection, history), "having been stored shows")


def rows_fold_alone(projection: Projection[R], history: History) -> None:
    """A row needs no event but its own: what makes it possible to load only the rows that a batch touches."""
    view = whole(projection, history)
    for key in view.rows:
        alone = whole(projection, [each for each in history if projection.key(each) == key])
        assert set(alone.rows) == {key}, f"{projection.name}: the row {key} does not fold alone"
        same = _text(alone.rows[key]) == _text(view.rows[key])
        assert same, f"{projection.name}: the row {key} depends on the events of others"


def unknown_events_are_skipped(projection: Projection[R], history: History, places: Iterable[int]) -> None:
    """Events of a later version, in any stream, change nothing: old code reads new logs."""
    unknown = {place % len(history) for place in places} if history else set[int]()
    known = [each for place, each in enumerate(history) if place not in unknown]
    mixed = [
        attrs.evolve(each, event=NewerEvent()) if place in unknown else each
        for place, each in enumerate(history)
    ]
    _require_same(
        projection, whole(projection, mixed), whole(projection, known), "an event nobody knows shows"
    )


def agrees_with_replay(projection: Projection[Any], history: History) -> None:
    """The view shows what the core's own fold knows. For the projections of calltape."""
    AGREEMENTS[projection.name](whole(projection, history).rows, history)


def deltas_add_up(projection: Projection[Roster], history: History, cuts: Iterable[int]) -> None:
    """Who applies the roster's deltas one after the other holds the roster, however the history is cut up."""
    view = View(projection)
    seen: dict[str, Roster] = {}
    people: dict[str, dict[Any, Any]] = {}
    for batch in cut(history, cuts):
        for key in view.advance(batch):
            row = view.rows[key]
            people[key] = apply(people.get(key, {}), delta(seen.get(key), row))
            seen[key] = row.copy()
            assert people[key] == present(row), f"the deltas of {key} do not add up to its roster"


def cut(history: History, cuts: Iterable[int]) -> Iterator[History]:
    """`history` in batches that end after so many events each; the last one ends with it."""
    ends = sorted({0, len(history), *(end for end in cuts if 0 < end < len(history))})
    return (history[start:end] for start, end in pairwise(ends))


def _require_same(projection: Projection[R], view: View[R], expected: View[R], fault: str) -> None:
    differing = sorted(
        key
        for key in {*view.rows, *expected.rows}
        if _text(view.rows.get(key)) != _text(expected.rows.get(key))
    )
    assert not differing, f"{projection.name}: {fault} in the rows {differing}"
    assert view.digest() == expected.digest(), f"{projection.name}: equal rows have unequal digests"


def _text(row: object) -> str:
    """A row for comparison: rows change in place, and a mapping's order counts."""
    return repr(row)
