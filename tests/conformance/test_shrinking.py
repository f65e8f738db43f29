"""The core of shrinking, which knows of no calls."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance import Cut, Shrunk, shrink
from calltape.conformance.shrinking import EACH, Progress
from calltape.core import BadInput

pytestmark = pytest.mark.property

numbers = st.lists(st.integers(0, 20), max_size=40)


@given(items=numbers, needed=st.sets(st.integers(0, 20), max_size=4))
def test_what_is_needed_is_all_that_is_left(items: list[int], needed: set[int]) -> None:
    whole = [*items, *sorted(needed)]
    found = shrink(whole, lambda some: needed <= set(some))
    assert sorted(found.items) == sorted(needed)
    assert found.is_complete


@given(items=numbers, least=st.integers(0, 60))
def test_nothing_more_can_be_left_out(items: list[int], least: int) -> None:
    """Also where leaving out more helps and leaving out less does not: the sum has to be even as well."""
    whole = [*items, least, least]
    untouched = list(whole)

    def fails(some: Sequence[int]) -> bool:
        return sum(some) >= least and (sum(some) - sum(whole)) % 2 == 0

    found = shrink(whole, fails)
    assert fails(found.items)
    assert not any(
        fails([*found.items[:place], *found.items[place + 1 :]]) for place in range(len(found.items))
    )
    assert found == shrink(whole, fails), "the same again gives the same"
    assert whole == untouched


@given(items=st.lists(st.integers(0, 20), min_size=2, max_size=40), patience=st.integers(0, 30))
def test_whoever_stops_it_has_the_best_so_far(items: list[int], patience: int) -> None:
    asked: list[Progress] = []

    def go_on(now: Progress) -> bool:
        asked.append(now)
        return len(asked) <= patience

    wanted = items[-1]
    found = shrink(items, lambda some: wanted in some, go_on=go_on)
    assert wanted in found.items
    assert found.is_complete is (len(asked) <= patience)
    assert [each.items for each in asked] == sorted((each.items for each in asked), reverse=True)


@pytest.mark.example
def test_coarse_cuts_come_first() -> None:
    tried: list[str] = []
    pairs = Cut("pairs", _pairs, _without_pairs)

    def go_on(now: Progress) -> bool:
        tried.append(now.doing)
        return True

    found = shrink("abcdefgh", lambda some: "d" in some, cuts=(pairs, EACH), go_on=go_on)
    assert found.items == ("d",)
    assert tried.index("pairs") < tried.index("single")


def _pairs(some: Sequence[str]) -> Sequence[int]:
    return range(0, len(some), 2)


def _without_pairs(some: Sequence[str], gone: Sequence[int]) -> tuple[str, ...]:
    return tuple(each for place, each in enumerate(some) if place - place % 2 not in gone)


@pytest.mark.example
def test_what_a_cut_has_broken_is_mended() -> None:
    """Closing brackets that nothing opens are left out with what opened them."""

    def mend(some: Sequence[str]) -> tuple[str, ...]:
        depth, kept = 0, list[str]()
        for each in some:
            depth += (each == "(") - (each == ")")
            if depth >= 0:
                kept.append(each)
            depth = max(depth, 0)
        return tuple(kept)

    found = shrink("(a(b)c(x)d)", lambda some: "x" in some and some.count("(") == some.count(")"), mend=mend)
    assert found.items == ("x",)


@pytest.mark.example
def test_what_is_left_is_made_simpler_until_nothing_helps() -> None:
    found = shrink(
        [7, 40, 9],
        lambda some: any(each > 20 for each in some),
        simplifications=[lambda some: (tuple(each - 1 for each in some) for _ in range(1))],
    )
    assert found == Shrunk(items=(21,), tried=found.tried, is_complete=True)


@pytest.mark.example
def test_what_does_not_fail_is_not_shrunk() -> None:
    with pytest.raises(BadInput, match="does not fail"):
        shrink([1, 2], lambda _: False)
