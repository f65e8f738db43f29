"""Measuring: two ways of doing the same work, in turns, and the ratio between them."""

import gc
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

import attrs

Run = Callable[[int], float]
"""Does the work of one round, which has a number from 0 on, and gives its rate."""


@attrs.frozen
class Target:
    """What a ratio should be."""

    bound: float
    at_most: bool = False
    """Whether less is better; otherwise more is."""

    def is_met(self, ratio: float) -> bool:
        """Whether `ratio` is on the right side of the bound."""
        return ratio <= self.bound if self.at_most else ratio >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}"


@attrs.frozen(kw_only=True)
class Result:
    """What a benchmark found."""

    name: str
    rate: float
    """Ours; the median of the rounds."""

    unit: str
    peer: str
    """What it is compared with."""

    peer_rate: float
    ratio: float
    """The median of the rounds' own ratios, so not exactly the ratio of the two medians."""

    target: Target | None = None
    rounds: int

    @property
    def meets(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else self.target.is_met(self.ratio)


def clocked(work: Callable[[int], int]) -> Run:
    """A round of `work`, which gives how many units it has done, as units per second.

    The histories that the benchmark keeps are out of the garbage collector's sight meanwhile: a program
    that replays calls does not have them, and scanning them is neither side's work.
    """

    def run(number: int) -> float:
        gc.collect()
        gc.freeze()
        try:
            start = perf_counter()
            done = work(number)
            return done / (perf_counter() - start)
        finally:
            gc.unfreeze()

    return run


def compare(
    name: str,
    ours: Run,
    peer_name: str,
    peer: Run,
    *,
    rounds: int,
    unit: str = "events/s",
    target: Target | None = None,
) -> Result:
    """Run both in turns, `rounds` times; who goes first changes with every round.

    A target that is a most (`Target.at_most`) is about cost: the ratio is then the peer's rate by ours.
    """
    rates: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            theirs = peer(number)
            rates.append((ours(number), theirs))
        else:
            mine = ours(number)
            rates.append((mine, peer(number)))
    return result_of(name, rates, peer_name, unit=unit, target=target)


def result_of(
    name: str, rates: Sequence[tuple[float, float]], peer_name: str, *, unit: str, target: Target | None
) -> Result:
    """The medians of what the rounds gave, each our rate and the peer's."""
    is_cost = target is not None and target.at_most
    return Result(
        name=name,
        rate=median(mine for mine, _ in rates),
        unit=unit,
        peer=peer_name,
        peer_rate=median(theirs for _, theirs in rates),
        ratio=median(theirs / mine if is_cost else mine / theirs for mine, theirs in rates),
        target=target,
        rounds=len(rates),
    )
