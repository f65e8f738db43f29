"""In which cells a view differs from what was seen elsewhere."""

from typing import Any

import pytest

from calltape.conformance.view_cells import ABSENT, Cell, differing_cells, value_at
from calltape.core import BadInput, plain
from calltape.projections import HISTORY, ROSTER, TIMELINE, Projection, View

from ..long_calls import call_of_two, people

pytestmark = pytest.mark.example

CALLER, CALLEE = people(2)


def view_of(projection: Projection[Any]) -> View[Any]:
    view = View(projection)
    view.advance(call_of_two(rounds=1))
    return view


@pytest.fixture(name="roster")
def _roster() -> View[Any]:
    return view_of(ROSTER)


def shown(view: View[Any]) -> dict[str, Any]:
    return {key: plain(row) for key, row in view.rows.items()}


@pytest.mark.parametrize("projection", [ROSTER, HISTORY, TIMELINE])
def test_the_same_view_differs_in_nothing(projection: Projection[Any]) -> None:
    view = view_of(projection)
    rows = {key: plain(view.projection.shown(row)) for key, row in view.rows.items()}
    assert differing_cells(view, rows, is_whole=True) == {}
    assert rows


def test_only_what_is_named_is_compared(roster: View[Any]) -> None:
    theirs = {"two": {"participants": {CALLER: {"is_muted": True}}}}
    (cell,) = (found := differing_cells(roster, theirs))
    assert found[cell] is True
    assert str(cell) == f"two/participants/{CALLER}/is_muted"
    assert value_at(roster, cell) is False


def test_of_a_whole_view_what_is_not_named_must_not_be_there(roster: View[Any]) -> None:
    theirs = shown(roster)
    del theirs["two"]["participants"][CALLEE]
    assert differing_cells(roster, theirs) == {}
    (cell,) = differing_cells(roster, theirs, is_whole=True)
    assert (cell.path, cell.is_presence) == (("participants", CALLEE), True)
    assert value_at(roster, cell) is True
    assert [str(each) for each in differing_cells(roster, {}, is_whole=True)] == ["two"]


def test_null_says_that_nothing_is_there(roster: View[Any]) -> None:
    theirs: dict[str, Any] = {"two": {"participants": {CALLEE: None, "8:acs:eve": None}}, "three": None}
    assert [each.path for each in differing_cells(roster, theirs)] == [("participants", CALLEE)]
    assert [each.path for each in differing_cells(roster, {"two": None})] == [()]


def test_what_only_they_have_is_absent_from_ours(roster: View[Any]) -> None:
    theirs: dict[str, Any] = {"two": {"participants": {"8:acs:eve": {"is_muted": True}}}, "three": {}}
    cells = list(differing_cells(roster, theirs))
    assert [str(each) for each in cells] == ["two/participants/8:acs:eve", "three"]
    assert [value_at(roster, each) for each in cells] == [ABSENT, ABSENT]


def test_a_column_that_nobody_has_is_a_mistake(roster: View[Any]) -> None:
    with pytest.raises(BadInput, match=r"two/participants/.* has no 'muted'; it has id, state"):
        differing_cells(roster, {"two": {"participants": {CALLER: {"muted": True}}}})


def test_lists_of_entries_are_compared_by_what_they_hold() -> None:
    view = view_of(TIMELINE)
    row = plain(view.projection.shown(view.rows["two"]))
    theirs = {"two": {"entries": row["entries"][1:]}}
    (cell,) = differing_cells(view, theirs)
    assert cell.holds is not None
    assert '"version"' not in cell.holds, "leaving events out gives the others new numbers"
    assert value_at(view, cell) is True
    assert value_at(view, Cell("two", ("entries",), holds="{}")) is ABSENT
    turned = {"two": {"entries": row["entries"][::-1]}}
    assert [each.holds for each in differing_cells(view, turned)] == [None]


def test_a_table_where_they_have_a_value(roster: View[Any]) -> None:
    (cell,) = differing_cells(roster, {"two": {"participants": 7}})
    assert cell.is_presence
    assert value_at(roster, Cell("two", ("nothing", "below"))) is ABSENT
