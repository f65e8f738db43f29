"""The cells of a view, and which of them differ from the same view as somebody else has it.

The other view is what JSON can say: rows by key, in each row columns by name.

* What it says is null must not be there. What it does not name is not compared; in a *whole* view rows, and
  keys of tables such as the people of a roster, must not be there either. (Columns are never missed: an older
  or another program has fewer.)
* A list of entries is compared by what it holds, wherever that stands; a list of plain values as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import attrs

from calltape.core.digest import canonical, plain
from calltape.core.errors import BadInput
from calltape.projections import View

ABSENT = "(not there)"
"""The value of a cell that a view does not have."""


@attrs.frozen
class Cell:
    """One place in a view, and what is asked about it."""

    key: str
    """The row."""

    path: tuple[str, ...] = ()
    """The column, and where in it."""

    is_presence: bool = False
    """Whether it is only asked if there is anything."""

    holds: str | None = None
    """The entry of a list whose presence is asked, as canonical JSON without its `version`: leaving events
    out numbers the others anew.
    """

    def __str__(self) -> str:
        where = "/".join((self.key, *self.path))
        return where if self.holds is None else f"{where} {self.holds}"


def value_at(view: View[Any], cell: Cell) -> Any:
    """What `view` has in that cell: its value or, where presence is asked, True; `ABSENT` without it."""
    row = view.rows.get(cell.key)
    return ABSENT if row is None else value_in(view.projection.shown(row), cell)


def value_in(row: Any, cell: Cell) -> Any:
    """The same of the cell's row, as it is shown."""
    found = row
    for step in cell.path:
        found = _inside(found, step)
    if cell.holds is not None and found is not ABSENT:
        return True if any(_told(each) == cell.holds for each in found) else ABSENT
    if cell.is_presence:
        return ABSENT if found is None or found is ABSENT else True
    return tuple(cast("list[object]", found)) if isinstance(found, list) else found


def _inside(found: Any, step: str) -> Any:
    if isinstance(found, Mapping):
        return cast("Mapping[object, object]", found).get(step, ABSENT)
    return getattr(found, step, ABSENT)


def _told(entry: Any) -> str:
    """An entry of a list as text, without its number."""
    told = plain(entry)
    if isinstance(told, dict):
        told = {name: value for name, value in cast("dict[str, Any]", told).items() if name != "version"}
    return canonical(told)


def differing_cells(
    view: View[Any],
    theirs: Mapping[str, Any],
    *,
    is_whole: bool = False,
    show: Callable[[Any], Any] = plain,
) -> dict[Cell, Any]:
    """The cells in which `view` differs from `theirs`, each with what `theirs` has there.

    Args:
        view: ours.
        theirs: rows by key, as this module says.
        is_whole: whether what `theirs` does not name must not be there.
        show: makes JSON of a row of ours, in the way in which `theirs` was made.

    Raises:
        BadInput: `theirs` names a column that a row of ours does not have.
    """
    comparison = _Comparison(view, is_whole=is_whole, show=show)
    keys = [*theirs, *(key for key in view.rows if is_whole and key not in theirs)]
    return {cell: value for key in keys for cell, value in comparison.of_row(key, theirs)}


Found = Iterator[tuple[Cell, Any]]


class _Comparison:
    """Of two views."""

    def __init__(self, view: View[Any], *, is_whole: bool, show: Callable[[Any], Any]) -> None:
        self._view = view
        self._is_whole = is_whole
        self._show = show

    def of_row(self, key: str, theirs: Mapping[str, Any]) -> Found:
        """The differing cells of one row that either of the two has."""
        mine = self._view.rows.get(key)
        if mine is None or theirs.get(key) is None:
            if mine is not None or theirs.get(key) is not None:
                yield Cell(key, (), is_presence=True), theirs.get(key)
            return
        shown = self._view.projection.shown(mine)
        yield from self._of(Cell(key), shown, self._show(shown), theirs[key])

    def _of(self, at: Cell, raw: Any, ours: Any, theirs: Any) -> Found:
        """Those at and below `at`; `ours` is what is shown of `raw`."""
        if ours == theirs:
            return
        if isinstance(ours, dict) and isinstance(theirs, dict):
            mine, other = cast("dict[str, Any]", ours), cast("dict[str, Any]", theirs)
            for step in self._keys(mine, other) if isinstance(raw, Mapping) else _columns(at, mine, other):
                below = attrs.evolve(at, path=(*at.path, step))
                if step in mine and step in other:
                    yield from self._of(below, _inside(raw, step), mine[step], other[step])
                elif step in mine or other[step] is not None:
                    yield attrs.evolve(below, is_presence=True), other.get(step)
        elif isinstance(ours, list) and isinstance(theirs, list):
            yield from _entries(at, raw, cast("list[object]", ours), cast("list[object]", theirs))
        else:
            yield attrs.evolve(at, is_presence=isinstance(ours, dict)), theirs

    def _keys(self, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
        """The keys of a table that count."""
        yield from theirs
        yield from (key for key in ours if self._is_whole and key not in theirs)


def _columns(at: Cell, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    """The columns that theirs names."""
    for step in theirs:
        if step not in ours:
            raise BadInput(f"{at} has no {step!r}; it has {', '.join(ours)}")
        yield step


def _entries(at: Cell, raw: Any, ours: list[object], theirs: list[object]) -> Found:
    """Entries that only one of the two has; the list where it is of plain values, or in another order."""
    if not any(isinstance(each, dict) for each in (*ours, *theirs)):
        yield at, theirs
        return
    only_ours = [entry for entry, shown in zip(raw, ours, strict=True) if shown not in theirs]
    only_theirs = [shown for shown in theirs if shown not in ours]
    for entry in only_ours:
        yield attrs.evolve(at, holds=_told(entry)), None
    for shown in only_theirs:
        yield attrs.evolve(at, holds=_told(shown)), shown
    if not only_ours and not only_theirs:
        yield at, theirs
