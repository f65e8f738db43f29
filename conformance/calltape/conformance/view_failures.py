"""The third way in which a tape can fail: a view of it has a value that it should not have.

What a view should show of the whole tape somebody has seen elsewhere. What it should show of a cut tape
nobody has seen, so a cut that merely has the same value proves nothing: a microphone that was never touched
is as muted as one that was unmuted again. A cut fails in the same way when

* one of the differing cells has our same wrong value, and
* an event of the same kind brought it about, from the same value before, and
* where our view of the whole tape disagrees with the core (`AGREEMENTS`), that of the cut does too.

The last is the best proof there is: then the view is wrong by itself, whatever anybody else has seen.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from calltape.conformance.inline_source import Group, Imports, laid_out, source_of
from calltape.conformance.projection_agreement import AGREEMENTS
from calltape.conformance.shrinking_tapes import Tape, legal_part
from calltape.conformance.tape_failures import Failure, first_illegal
from calltape.conformance.view_cells import ABSENT, Cell, value_at
from calltape.core.errors import BadInput
from calltape.core.events import Event, Recorded
from calltape.projections import Projection, View


@attrs.frozen
class _Cause:
    """How a cell came by its value."""

    kind: type[Event]
    before: Any


def view_differs(
    tape: Iterable[Recorded], projection: Projection[Any], theirs: Mapping[Cell, Any]
) -> Failure | None:
    """That the view of `tape` differs from another in the cells `theirs`; None when there are none.

    Args:
        tape: a legal one.
        projection: makes our view of it.
        theirs: the cells in which the other differs (`differing_cells`), with what it has there.

    Raises:
        BadInput: the tape is not legal, or all that is wrong is that something is missing that no event has
            taken away, and our view is what the core says: there is nothing that a cut could keep.
    """
    whole = tuple(tape)
    if not theirs:
        return None
    if (illegal := first_illegal(whole)) is not None:
        raise BadInput(f"the tape is to be cut by --violates first: {illegal}")
    return _Difference(whole, projection, theirs).failure()


class _Difference:
    def __init__(self, tape: Tape, projection: Projection[Any], theirs: Mapping[Cell, Any]) -> None:
        self._tape = tape
        self._projection = projection
        self._theirs = theirs
        self._is_wrong_by_itself = _disagrees(projection, tape)
        self._wrong, self._causes = self._traced(tape)

    def failure(self) -> Failure:
        """What to look for in a cut."""
        if self._causes or not self._is_wrong_by_itself:
            self._wrong = {cell: value for cell, value in self._wrong.items() if cell in self._causes}
        if not self._wrong:
            missing = ", ".join(str(cell) for cell in self._theirs)
            raise BadInput(
                f"all that differs is missing in our view and was never there ({missing[:300]}): "
                "no event on the tape says it, so there is nothing to cut the tape down to"
            )
        first = next(iter(self._wrong))
        agreement = "; the core disagrees with the view too" if self._is_wrong_by_itself else ""
        return Failure(
            words=f"{self._projection.name} shows {self._wrong[first]} in {first}, elsewhere "
            f"{self._theirs[first]} was seen; cells that differ: {len(self._theirs)}{agreement}",
            tape=self._tape,
            fails=self.fails,
            mend=legal_part,
            proof=self._proof,
        )

    def fails(self, cut: Tape) -> bool:
        """Whether `cut` is legal, and the view of it wrong in the same way."""
        return (
            bool(self._same(cut))
            and first_illegal(cut) is None
            and (not self._is_wrong_by_itself or _disagrees(self._projection, cut))
        )

    def _same(self, cut: Tape) -> list[Cell]:
        """The cells that have the same wrong value, brought about in the same way."""
        view = View(self._projection)
        kinds = {cause.kind for cause in self._causes.values()}
        caused: set[Cell] = set()
        for each in cut:
            if type(each.event) not in kinds:
                view.advance((each,))
                continue
            asked = [cell for cell in self._wrong if self._may_cause(cell, each)]
            before = {cell for cell in asked if value_at(view, cell) == self._causes[cell].before}
            view.advance((each,))
            caused |= {cell for cell in before if value_at(view, cell) == self._wrong[cell]}
        return [
            cell
            for cell, value in self._wrong.items()
            if (cell in caused or cell not in self._causes) and value_at(view, cell) == value
        ]

    def _may_cause(self, cell: Cell, recorded: Recorded) -> bool:
        cause = self._causes.get(cell)
        return (
            cause is not None
            and cause.kind is type(recorded.event)
            and self._projection.key(recorded) == cell.key
        )

    def _traced(self, tape: Tape) -> tuple[dict[Cell, Any], dict[Cell, _Cause]]:
        """What our view has in the differing cells, and which event last changed each."""
        view = View(self._projection)
        cells: dict[str, list[Cell]] = {}
        for cell in self._theirs:
            cells.setdefault(cell.key, []).append(cell)
        values = dict.fromkeys(self._theirs, ABSENT)
        causes: dict[Cell, _Cause] = {}
        for each in tape:
            for key in view.advance((each,)):
                for cell in cells.get(key, ()):
                    now = value_at(view, cell)
                    if now != values[cell]:
                        causes[cell] = _Cause(type(each.event), values[cell])
                        values[cell] = now
        return values, causes

    def _proof(self, cut: Tape, imports: Imports) -> tuple[str, ...]:
        name = self._projection.name
        made = f'view = {imports.add("calltape.projections", "View")}(PROJECTIONS["{name}"])'
        imports.add("calltape.projections", "PROJECTIONS")
        lines = (made, "view.advance(TAPE)")
        if self._is_wrong_by_itself:
            agreements = imports.add("calltape.conformance.projection_agreement", "AGREEMENTS")
            return (*lines, f'{agreements}["{name}"](view.rows, TAPE)')
        return (*lines, *(line for cell in self._same(cut) for line in self._asserted(cell, imports)))

    def _asserted(self, cell: Cell, imports: Imports) -> tuple[str, str]:
        wrong = laid_out(source_of(self._wrong[cell], imports), 1)
        asked = imports.add("calltape.conformance.view_cells", "value_at")
        items = (("", "view"), ("", source_of(cell, imports)))
        return (
            f"# elsewhere, of the whole tape: {self._theirs[cell]!r}",
            laid_out(Group(f"assert {asked}(", items, f") != {wrong}"), 1),
        )


def _disagrees(projection: Projection[Any], tape: Tape) -> bool:
    """Whether the view of `tape` is not what the core says; False for a projection that nobody has held
    against the core.
    """
    agrees = AGREEMENTS.get(projection.name)
    if agrees is None:
        return False
    view = View(projection)
    view.advance(tape)
    try:
        agrees(view.rows, tape)
    except (AssertionError, KeyError):
        return True
    return False
