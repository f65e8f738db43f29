"""Every projection goes through its machine; projections and keepers that are wrong in one way do not."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from calltape.conformance import projection_machine
from calltape.conformance.machine_for_projections import ViewKeeper
from calltape.core import CallStarted, MediaSampled, Recorded
from calltape.projections import PROJECTIONS, Projection

from .shrunk import KEEN, steps_of

pytestmark = pytest.mark.property


@pytest.mark.parametrize("name", PROJECTIONS)
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(settings(max_examples=10, stateful_step_count=12), id="short"),
        pytest.param(
            settings(max_examples=150, stateful_step_count=30), marks=pytest.mark.slow, id="at-length"
        ),
    ],
)
def test_every_projection(name: str, how: settings) -> None:
    run_state_machine_as_test(projection_machine(PROJECTIONS[name]), settings=how)


# ── wrong in one way each ──


@attrs.define
class Count:
    """How many calls began; small enough to break in every way."""

    calls: int = 0


def counted(row: Count, recorded: Recorded) -> Count:
    row.calls += 1
    return row


def key(recorded: Recorded) -> str | None:
    return recorded.stream if isinstance(recorded.event, CallStarted) else None


SOUND = Projection(name="sound", key=key, initial=Count, fold=counted, row_type=Count)


def found(projection: Projection[Count], says: str, **more: Any) -> list[str]:
    """The steps that show what is wrong."""
    with pytest.raises(AssertionError, match=says) as caught:
        run_state_machine_as_test(projection_machine(projection, max_size=1, **more), settings=KEEN)
    return steps_of(caught.value)


def test_a_sound_one_passes() -> None:
    run_state_machine_as_test(projection_machine(SOUND), settings=settings(max_examples=20))


class Forgetful:
    """A keeper of counts that does not know what it has taken in, or saves it too late."""

    def __init__(self, *, checks: bool = False, saves: bool = True) -> None:
        self.rows: dict[str, Count] = {}
        self.position = 0
        self.saved: tuple[Mapping[str, int], int] = ({}, 0)
        self.checks, self.saves = checks, saves

    def advance(self, batch: Sequence[Recorded]) -> None:
        for each in batch:
            row = key(each)
            if row is not None and (not self.checks or each.position > self.position):
                self.rows[row] = counted(self.rows.get(row, Count()), each)
            self.position = each.position

    def save(self) -> None:
        rows = {name: row.calls for name, row in self.rows.items()}
        self.saved = (rows, self.position if self.saves else self.saved[1])

    def restarted(self) -> ViewKeeper[Count]:
        following = Forgetful(checks=self.checks, saves=self.saves)
        rows, following.position = self.saved
        following.rows = {name: Count(calls) for name, calls in rows.items()}
        following.saved = self.saved
        return following


def test_a_fold_that_is_not_the_same_twice_is_found_where_the_keeper_relies_on_it() -> None:
    steps = found(SOUND, "differ", make=Forgetful)
    assert len(steps) <= 4, steps  # a log, an event of it, the same event


def test_a_keeper_that_saves_rows_without_their_position_is_found() -> None:
    steps = found(SOUND, r"differ|events were saved", make=lambda: Forgetful(checks=True, saves=False))
    assert len(steps) <= 4, steps


def test_a_view_that_counts_samples_is_not_prunable() -> None:
    def sampled(recorded: Recorded) -> str | None:
        return recorded.stream if isinstance(recorded.event, MediaSampled) else None

    counts_samples = attrs.evolve(SOUND, key=sampled)
    once = settings(KEEN, phases=[Phase.generate])
    with pytest.raises(AssertionError, match="pruning the samples shows"):
        run_state_machine_as_test(projection_machine(counts_samples, max_size=1), settings=once)
    run_state_machine_as_test(
        projection_machine(counts_samples, is_prunable=False), settings=settings(max_examples=20)
    )
