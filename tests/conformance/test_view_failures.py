"""A tape fails by what a view of it shows: which cuts show it in the same way."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calltape.conformance import differing_cells, shrink_tape, view_differs
from calltape.conformance.log_strategies import recorded_histories
from calltape.conformance.shrinking_tapes import numbered
from calltape.conformance.tape_failures import Failure
from calltape.core import BadInput, ParticipantResumed, Recorded, plain
from calltape.projections import CALLS, ROSTER, TIMELINE, Projection, View

from ..long_calls import Tape, call_of_two, group_call, people, with_event

pytestmark = pytest.mark.example

CALLER, CALLEE = people(2)


def seen(
    tape: Tape, theirs: dict[str, Any], projection: Projection[Any] = ROSTER, *, is_whole: bool = False
) -> Failure | None:
    view = View(projection)
    view.advance(tape)
    return view_differs(tape, projection, differing_cells(view, theirs, is_whole=is_whole))


def required(found: Failure | None) -> Failure:
    assert found is not None
    return found


def muted(who: str, *, now: bool) -> dict[str, Any]:
    return {"two": {"participants": {who: {"is_muted": now}}}}


def test_the_same_view_is_no_failure() -> None:
    assert seen(call_of_two(rounds=3), muted(CALLER, now=False)) is None


def test_the_value_has_to_be_brought_about_in_the_same_way() -> None:
    tape = call_of_two(rounds=3)
    failure = required(seen(tape, muted(CALLER, now=True)))
    assert failure.fails(tape)
    never = tuple(each for each in tape if "muted" not in each.event.name)
    assert not failure.fails(numbered(never)), "never muted is not muted either, but nobody unmuted them"
    once = tuple(each for each in tape if each.event.name != "participant.unmuted")
    assert not failure.fails(numbered(once)), "another value"
    assert "roster shows False in two/participants/" in failure.words
    assert "elsewhere True was seen" in failure.words


def test_what_was_so_from_the_beginning_is_kept_from_there() -> None:
    theirs = {"two": {"starter": CALLEE}}
    tape = call_of_two(rounds=3)
    failure = required(seen(tape, theirs, CALLS))
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    assert [each.event.name for each in found.items] == ["call.started"]


def test_any_of_the_wrong_cells_will_do() -> None:
    both = {"two": {"participants": {CALLER: {"is_muted": True}, CALLEE: {"hand": 7}}}}
    failure = required(seen(call_of_two(rounds=3), both))
    assert "cells that differ: 2" in failure.words
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    assert failure.fails(found.items)
    assert len(found.items) < 6


def test_an_entry_of_a_list_is_found_wherever_it_stands() -> None:
    tape = group_call("two", size=3, rounds=2)
    view = View(TIMELINE)
    view.advance(tape)
    row = plain(view.projection.shown(view.rows["two"]))
    fewer = [each for each in row["entries"] if each["event"] != "participant.held"]
    failure = required(seen(tape, {"two": {"entries": fewer}}, TIMELINE))
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    assert [each.event.name for each in found.items][-1] == "participant.held"
    assert len(found.items) < 8 < len(tape)


def test_what_was_never_there_cannot_be_kept() -> None:
    theirs: dict[str, Any] = {"two": {"participants": {"8:acs:eve": {"is_muted": True}}}}
    with pytest.raises(
        BadInput, match=r"missing in our view and was never there \(two/participants/8:acs:eve\)"
    ):
        seen(call_of_two(rounds=1), theirs)


def test_a_tape_that_is_not_legal_is_cut_by_that_first() -> None:
    tape = with_event(call_of_two(rounds=3), 9, ParticipantResumed(participant=CALLER))
    with pytest.raises(BadInput, match="--violates first"):
        seen(tape, {"two": {"kind": "room"}})


@given(history=recorded_histories(2, max_size=12), place=st.integers(0, 200))
@pytest.mark.property
def test_what_is_left_is_wrong_in_the_same_way(history: tuple[Recorded, ...], place: int) -> None:
    """Any value of any row may be what somebody else has differently."""
    tape = numbered(history)
    view = View(ROSTER)
    view.advance(tape)
    cells = [path for key, row in view.rows.items() for path in paths_in(plain(row), (key,))]
    assume(cells)
    theirs: dict[str, Any] = {}
    inside = theirs
    *path, last = cells[place % len(cells)]
    for step in path:
        inside = inside.setdefault(step, {})
    inside[last] = "something else"
    failure = required(seen(tape, theirs))
    assert failure.fails(tape)
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    assert found.is_complete
    assert failure.fails(found.items)
    for number in range(len(found.items)):
        fewer = numbered((*found.items[:number], *found.items[number + 1 :]))
        assert not failure.fails(fewer), "no event can be left out"


def paths_in(row: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Where a row has single values, each with its key before it."""
    if isinstance(row, dict):
        steps: dict[str, Any] = dict(row)  # pyright: ignore[reportUnknownArgumentType]
        return [found for step, value in steps.items() for found in paths_in(value, (*path, step))]
    return [] if isinstance(row, list) else [path]


def test_a_projection_that_nobody_knows_is_compared_as_well() -> None:
    """A third party's own: there is no core to hold it against."""

    def count(row: list[int], recorded: Recorded) -> list[int]:
        return [row[0] + recorded.event.name.startswith("hand.")]

    hands: Projection[Any] = Projection(
        name="hands", key=lambda each: each.stream, initial=lambda: [0], fold=count, row_type=list
    )
    tape = group_call(size=2, rounds=2)
    failure = required(seen(tape, {"call-big": [3]}, hands))
    assert failure.fails(tape)
    assert not failure.fails(tape[:-1])
