"""A count that changes, but not more often than every ten seconds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.errors import BadInput
from calltape.core.limits import LIMITS
from calltape.core.optimal_video_count import (
    OptimalVideoCount,
    OvcChangeReason,
    VideoCountChange,
    best_video_count,
    due_at,
    first_video_count,
    look_again,
    take_best,
)
from calltape.core.values import SECOND, Instant
from calltape.core.video_platforms import Platform

pytestmark = pytest.mark.example

BANDWIDTH, PERFORMANCE, EXTERNAL, UNKNOWN = OvcChangeReason


def at(seconds: float) -> Instant:
    return Instant(round(seconds * SECOND))


def test_the_reasons_are_the_published_words() -> None:
    assert [str(reason) for reason in OvcChangeReason] == [
        "bandwidth",
        "performance",
        "externalLimit",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("platform", "participants", "count"),
    [
        (Platform.DESKTOP_WEB, 2, 16),
        (Platform.MOBILE_WEB, 2, 4),
        (Platform.IOS, 2, 9),
        (Platform.IOS, 100, 4),
    ],
)
def test_before_anything_is_measured_everything_is_best(
    platform: Platform, participants: int, count: int
) -> None:
    state = first_video_count(platform, participants)
    assert (state.count, state.best, state.changed_at) == (count, count, None)
    assert due_at(state) is None


def test_the_first_change_is_announced_at_once() -> None:
    state, change = take_best(first_video_count(Platform.DESKTOP_WEB, 2), 4, BANDWIDTH, at(1))
    assert change == VideoCountChange(at=at(1), before=16, after=4, reason=BANDWIDTH)
    assert (state.count, state.changed_at) == (4, at(1))


def test_the_second_waits_until_ten_seconds_have_passed() -> None:
    state, _ = take_best(first_video_count(Platform.DESKTOP_WEB, 2), 4, BANDWIDTH, at(0))
    state, change = take_best(state, 9, PERFORMANCE, at(3))
    assert (change, state.count, due_at(state)) == (None, 4, at(10))
    state, change = look_again(state, at(9.999))
    assert change is None
    state, change = look_again(state, at(10))
    assert change == VideoCountChange(at=at(10), before=4, after=9, reason=PERFORMANCE)
    assert due_at(state) is None


def test_what_went_back_meanwhile_is_never_announced() -> None:
    state, _ = take_best(first_video_count(Platform.DESKTOP_WEB, 2), 4, BANDWIDTH, at(0))
    state, _ = take_best(state, 9, BANDWIDTH, at(3))
    state, change = take_best(state, 4, BANDWIDTH, at(6))
    assert (change, due_at(state)) == (None, None)
    assert look_again(state, at(20)) == (state, None)


def test_after_the_cool_down_a_change_is_announced_at_once_again() -> None:
    state, _ = take_best(first_video_count(Platform.DESKTOP_WEB, 2), 4, BANDWIDTH, at(0))
    _, change = take_best(state, 9, BANDWIDTH, at(30))
    assert change == VideoCountChange(at=at(30), before=4, after=9, reason=BANDWIDTH)


def test_a_measurement_from_before_the_last_change_waits_too() -> None:
    state, _ = take_best(first_video_count(Platform.DESKTOP_WEB, 2), 4, BANDWIDTH, at(20))
    state, change = take_best(state, 9, BANDWIDTH, at(5))
    assert (change, due_at(state)) == (None, at(30))


def test_the_cool_down_is_a_limit() -> None:
    limits = LIMITS.with_(optimal_video_count_cooldown_s=0.5)
    state, _ = take_best(first_video_count(Platform.IOS, 2, limits), 4, BANDWIDTH, at(0), limits)
    assert take_best(state, 5, BANDWIDTH, at(0.5), limits)[1] is not None


def test_less_than_none_is_refused_and_nothing_changes() -> None:
    state = first_video_count(Platform.IOS, 2)
    before = OptimalVideoCount(count=state.count, best=state.best)
    with pytest.raises(BadInput, match="an optimal video count of -1 makes no sense"):
        take_best(state, -1, UNKNOWN, at(0))
    assert state == before


@pytest.mark.parametrize(
    ("measured", "participants", "best"),
    [
        (3, 50, (3, BANDWIDTH)),
        (30, 50, (16, BANDWIDTH)),
        (9, 100, (4, EXTERNAL)),
        (2, 100, (2, BANDWIDTH)),
    ],
)
def test_the_size_of_the_call_is_an_outside_limit(
    measured: int, participants: int, best: tuple[int, OvcChangeReason]
) -> None:
    found = best_video_count(measured, BANDWIDTH, platform=Platform.DESKTOP_WEB, participants=participants)
    assert found == best


@pytest.mark.property
@given(
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 16), st.sampled_from(OvcChangeReason))),
)
def test_changes_keep_their_distance_and_the_last_wish_wins(
    steps: list[tuple[int, int, OvcChangeReason]],
) -> None:
    state = first_video_count(Platform.DESKTOP_WEB, 2)
    now, changes = 0, list[VideoCountChange]()
    for pause_ms, best, reason in steps:
        now += pause_ms * 1_000
        state, change = take_best(state, best, reason, Instant(now))
        changes += [change] if change else []
    if (due := due_at(state)) is not None:
        state, change = look_again(state, max(due, Instant(now)))
        assert change is not None
        changes.append(change)
    assert state.count == (steps[-1][1] if steps else 16)
    assert all(b.at - a.at >= 10 * SECOND and a.after == b.before for a, b in pairwise(changes))
