"""Who is seen and what is sent: the numbers of the overview, typed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.identity import RawId
from calltape.core.limits import LIMITS
from calltape.core.video_platforms import Picture, Platform, rendered_videos_max
from calltape.core.video_policy import (
    grid,
    is_large,
    may_receive_together,
    may_start_sending,
    newly_visible,
    visible_videos,
)

pytestmark = pytest.mark.example

WEB, MOBILE, IOS, ANDROID, WINDOWS = Platform
PEOPLE = [RawId(f"8:acs:r_{number}") for number in range(120)]
VIEWER = PEOPLE[0]


@pytest.mark.parametrize(
    ("platform", "participants", "most"),
    [
        (WEB, 2, 16),
        (WEB, 99, 16),
        (WEB, 100, 4),
        (WEB, 350, 4),
        (MOBILE, 99, 4),
        (MOBILE, 100, 4),
        (IOS, 99, 9),
        (ANDROID, 99, 9),
        (WINDOWS, 99, 9),
        (IOS, 100, 4),
    ],
)
def test_how_many_videos_are_shown(platform: Platform, participants: int, most: int) -> None:
    assert rendered_videos_max(platform, participants) == most
    cameras = PEOPLE[1:60]
    seen = visible_videos(
        VIEWER, platform=platform, participants=participants, cameras=cameras, dominance=cameras
    )
    assert seen == tuple(cameras[:most])


@pytest.mark.parametrize(
    ("platform", "participants", "cells"),
    [(WEB, 99, (4, 4)), (WEB, 100, (2, 2)), (MOBILE, 5, (2, 2)), (WINDOWS, 5, (3, 3)), (IOS, 100, (2, 2))],
)
def test_the_grid(platform: Platform, participants: int, cells: tuple[int, int]) -> None:
    assert grid(platform, participants) == cells


def test_a_grid_holds_a_number_that_is_no_square() -> None:
    assert grid(WEB, 2, LIMITS.with_(rendered_videos_desktop_web_max=7)) == (2, 4)


def test_a_call_of_100_is_large_and_one_of_99_is_not() -> None:
    assert [is_large(number) for number in (99, 100, 101)] == [False, True, True]


def test_growing_to_100_leaves_four_and_going_back_brings_them_back() -> None:
    cameras, dominance = PEOPLE[1:30], PEOPLE[10:30]

    def seen(participants: int) -> tuple[RawId, ...]:
        return visible_videos(
            VIEWER, platform=WEB, participants=participants, cameras=cameras, dominance=dominance
        )

    small, large = seen(99), seen(100)
    assert large == tuple(PEOPLE[10:14])
    assert len(small) == 16
    came, went = newly_visible(small, large)
    assert (came, went) == (set(), set(PEOPLE[14:26]))
    assert seen(99) == small


def test_in_a_large_call_only_dominant_speakers_with_a_camera_are_seen() -> None:
    seen = visible_videos(
        VIEWER,
        platform=WEB,
        participants=100,
        cameras=[PEOPLE[5], PEOPLE[6], PEOPLE[7]],
        dominance=[PEOPLE[1], PEOPLE[7], PEOPLE[2], PEOPLE[3], PEOPLE[4], PEOPLE[5]],
    )
    assert seen == (PEOPLE[7], PEOPLE[5])


def test_in_a_small_call_who_never_spoke_is_seen_after_those_who_did() -> None:
    seen = visible_videos(
        VIEWER, platform=MOBILE, participants=9, cameras=PEOPLE[1:6], dominance=[PEOPLE[5], PEOPLE[3]]
    )
    assert seen == (PEOPLE[5], PEOPLE[3], PEOPLE[1], PEOPLE[2])


def test_the_viewer_takes_no_place_of_their_own() -> None:
    seen = visible_videos(VIEWER, platform=WEB, participants=100, cameras=PEOPLE[:9], dominance=PEOPLE[:9])
    assert seen == tuple(PEOPLE[1:5])


@pytest.mark.parametrize(("optimal", "count"), [(None, 16), (25, 16), (3, 3), (0, 0)])
def test_the_optimal_count_only_lowers(optimal: int | None, count: int) -> None:
    seen = visible_videos(
        VIEWER, platform=WEB, participants=50, cameras=PEOPLE[1:40], dominance=[], optimal=optimal
    )
    assert len(seen) == count


def test_a_newer_number_is_a_named_limit() -> None:
    limits = LIMITS.with_(rendered_videos_desktop_web_max=25)
    seen = visible_videos(
        VIEWER, platform=WEB, participants=50, cameras=PEOPLE[1:40], dominance=[], limits=limits
    )
    assert len(seen) == 25


@pytest.mark.parametrize("picture", Picture)
def test_one_video_and_one_share_are_sent(picture: Picture) -> None:
    assert may_start_sending(picture, 0)
    assert not may_start_sending(picture, 1)


def test_video_and_share_are_counted_apart() -> None:
    two_videos = LIMITS.with_(outgoing_videos_max=2)
    assert may_start_sending(Picture.VIDEO, 1, two_videos)
    assert not may_start_sending(Picture.SCREEN_SHARE, 1, two_videos)


@pytest.mark.parametrize(
    ("heights", "may"),
    [
        ([1080], True),
        ([720, 720], True),
        ([1080, 720], False),
        ([1080, 1080], False),
        ([720, 720, 720], False),
        ([1080, 540, 360, 240], True),
        ([540] * 16, True),
        ([], True),
    ],
)
def test_one_1080_or_two_720_a_page(heights: list[int], may: bool) -> None:
    assert may_receive_together(heights) is may


@pytest.mark.property
@given(
    platform=st.sampled_from(Platform),
    participants=st.integers(2, 350),
    cameras=st.lists(st.sampled_from(PEOPLE[:30])),
    dominance=st.lists(st.sampled_from(PEOPLE[:30])),
)
def test_what_is_seen_is_sent_once_by_others_and_fits(
    platform: Platform, participants: int, cameras: list[RawId], dominance: list[RawId]
) -> None:
    seen = visible_videos(
        VIEWER, platform=platform, participants=participants, cameras=cameras, dominance=dominance
    )
    assert len(seen) == len(set(seen)) <= rendered_videos_max(platform, participants)
    assert set(seen) <= set(cameras) - {VIEWER}
    if not is_large(participants):
        rest = set(cameras) - {VIEWER} - set(seen)
        assert not rest or len(seen) == rendered_videos_max(platform, participants)
