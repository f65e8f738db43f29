"""Cutting a failing sequence down to a small one that fails the same way: the part that knows of no calls.

The ideas are those of delta debugging (Zeller and Hildebrandt, 2002) as the shrinkers of today use them: what
can be left out is tried in big pieces first and in small ones last, from the end, where little depends on
what is there; what is left is made simpler; and all of it again until nothing helps any more. What is
particular to tapes comes in as cuts, simplifications and a way to mend what a cut has broken.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import attrs

from calltape.core.errors import BadInput

T = TypeVar("T")
Some = tuple[T, ...]


class Cut(NamedTuple):
    """One way of leaving things out."""

    name: str
    parts: Callable[[Any], Sequence[Any]]
    """What of the items can be left out, each by itself, in an order in which neighbours belong together."""

    without: Callable[[Any, Sequence[Any]], Any]
    """The items without some of those parts; the same items where that is not possible."""


Simplification = Callable[[Any], Iterator[Any]]
"""The items, made simpler in one place after another: each gives as many items, and none undoes another."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far the shrinking is."""

    items: int
    """How many are left."""

    tried: int
    """How many candidates have been tried."""

    doing: str
    """The cut or simplification that is being tried."""


@attrs.frozen(kw_only=True)
class Shrunk(Generic[T]):
    """What is left."""

    items: Some[T]
    tried: int
    """How many candidates were tried."""

    is_complete: bool
    """Whether nothing more can be left out; False when it was stopped before that was known."""


class _StoppedError(Exception):
    """Somebody has waited long enough."""


def _without(items: Some[Any], gone: Sequence[int]) -> Some[Any]:
    places = set(gone)
    return tuple(item for place, item in enumerate(items) if place not in places)


def _places(items: Some[Any]) -> Sequence[int]:
    return range(len(items))


EACH = Cut("single", _places, _without)
"""Every item by itself."""


def shrink(
    items: Sequence[T],
    fails: Callable[[Some[T]], bool],
    *,
    cuts: Sequence[Cut] = (EACH,),
    simplifications: Sequence[Simplification] = (),
    mend: Callable[[Some[T]], Some[T]] = tuple,
    go_on: Callable[[Progress], bool] = lambda _: True,
) -> Shrunk[T]:
    """The least of `items` that still fails.

    Unless it was stopped, no part of any cut can be left out of the result: with `EACH` among the cuts, no
    single item (it is 1-minimal). The same items give the same result, whatever the clock says, except where
    `go_on` stops it.

    Args:
        items: what fails; left as they are.
        fails: whether a candidate fails in the way that counts. Must answer the same every time.
        cuts: tried in this order, the coarse ones first.
        simplifications: tried after them.
        mend: what to make of a candidate before it is tried, for example leaving out what makes no sense
            without what was cut. Must give no more items than it takes.
        go_on: asked before each candidate; False stops, and the best so far is the result.

    Raises:
        BadInput: `items` do not fail.
    """
    whole = tuple(items)
    if not fails(whole):
        raise BadInput("what is to be shrunk does not fail in that way")
    work = _Work(whole, fails, mend, go_on)
    try:
        work.do(cuts, simplifications)
    except _StoppedError:
        return Shrunk(items=work.best, tried=work.tried, is_complete=False)
    return Shrunk(items=work.best, tried=work.tried, is_complete=True)


class _Work(Generic[T]):
    def __init__(
        self,
        items: Some[T],
        fails: Callable[[Some[T]], bool],
        mend: Callable[[Some[T]], Some[T]],
        go_on: Callable[[Progress], bool],
    ) -> None:
        self.best = items
        self.tried = 0
        self._fails = fails
        self._mend = mend
        self._go_on = go_on

    def do(self, cuts: Sequence[Cut], simplifications: Sequence[Simplification]) -> None:
        """Everything, again and again until a whole round has helped nothing."""
        self._try(self.best, "mend")
        before: Some[T] | None = None
        while before is None or before != self.best:
            before = self.best
            for cut in cuts:
                self._cut(cut)
            for simplification in simplifications:
                self._simplify(simplification)

    def _cut(self, cut: Cut) -> None:
        """Leave out half of the parts, a quarter, … one, wherever that fails still."""
        size = max(1, len(cut.parts(self.best)) // 2)
        while True:
            has_helped = self._sweep(cut, size)
            if size == 1 and not has_helped:
                return
            size = max(1, size // 2)

    def _sweep(self, cut: Cut, size: int) -> bool:
        """Try to leave out each run of `size` parts, the last one first."""
        has_helped = False
        parts = cut.parts(self.best)
        end = len(parts)
        while end > 0:
            start = max(0, end - size)
            if self._try(cut.without(self.best, parts[start:end]), cut.name):
                has_helped = True
                parts = cut.parts(self.best)
            end = min(start, len(parts))
        return has_helped

    def _simplify(self, simplification: Simplification) -> None:
        """Begin again after each change that fails still: it may have made others possible."""
        name = getattr(simplification, "__name__", "simpler")
        while any(self._try(candidate, name) for candidate in simplification(self.best)):
            pass

    def _try(self, candidate: Some[T], doing: str) -> bool:
        """Whether `candidate` fails as well; it is the best then."""
        if not self._go_on(Progress(items=len(self.best), tried=self.tried, doing=doing)):
            raise _StoppedError
        mended = self._mend(candidate)
        if mended == self.best:
            return False
        self.tried += 1
        if not self._fails(mended):
            return False
        self.best = mended
        return True
