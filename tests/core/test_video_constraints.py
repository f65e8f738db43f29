"""At most: what a constraint comes to, which sizes are sent, which one a viewer gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.errors import BadInput
from calltape.core.limits import LIMITS
from calltape.core.video_constraints import (
    UNCONSTRAINED,
    VideoConstraints,
    constrained,
    effective_constraint,
    layer_height_px,
    receive_height_px,
    simulcast_heights_px,
)
from calltape.core.video_platforms import VIDEO, Platform

pytestmark = pytest.mark.example

LADDER = (720, 540, 360, 240, 180)


def test_absent_keeps_zero_removes_and_a_number_replaces() -> None:
    first = constrained(UNCONSTRAINED, VideoConstraints(frame_height_max_px=360, frame_rate_max_fps=15))
    assert first == VideoConstraints(frame_height_max_px=360, frame_rate_max_fps=15)
    second = constrained(first, VideoConstraints(frame_height_max_px=0, bitrate_max_bps=500_000))
    assert second == VideoConstraints(frame_rate_max_fps=15, bitrate_max_bps=500_000)
    assert constrained(second, VideoConstraints()) == second
    assert constrained(second, VideoConstraints(frame_rate_max_fps=0, bitrate_max_bps=0)) == UNCONSTRAINED


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="bitrate_max_bps is -1; give a number, 0 to take it away"):
        constrained(UNCONSTRAINED, VideoConstraints(bitrate_max_bps=-1))


@pytest.mark.parametrize(
    ("maximum", "effective"),
    [
        (720, 720),
        (719, 540),
        (480, 360),
        (360, 360),
        (200, 180),
        (100, 180),
        (2000, 720),
        (None, 720),
        (0, 720),
    ],
)
def test_what_at_most_comes_to(maximum: int | None, effective: int) -> None:
    assert effective_constraint(maximum, LADDER) == effective


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(BadInput, match="no supported value is given"):
        effective_constraint(360, ())


@pytest.mark.parametrize(
    ("asked", "received"),
    [(None, 1080), (2160, 1080), (1080, 1080), (1079, 720), (600, 540), (240, 240), (100, 240)],
)
def test_the_receive_ladder(asked: int | None, received: int) -> None:
    assert receive_height_px(asked, Platform.DESKTOP_WEB) == received


def test_the_receive_ladder_ends_where_the_platform_does() -> None:
    assert receive_height_px(None, Platform.IOS, LIMITS.with_(receive_height_px=720)) == 720


@pytest.mark.parametrize(
    ("asked", "layers", "send", "sent"),
    [
        ([720, 180], 2, 720, (720, 180)),
        ([720, 360, 180], 2, 720, (720, 180)),
        ([720, 360, 180], 3, 720, (720, 360, 180)),
        ([720, 540, 360, 240, 180], 3, 720, (720, 540, 180)),
        ([360, 360], 2, 720, (360,)),
        ([1080], 2, 720, (720,)),
        ([720, 180], 1, 720, (720,)),
        ([720, 180], 2, 360, (360, 180)),
        ([100], 2, 720, (180,)),
        ([], 2, 720, ()),
    ],
)
def test_which_sizes_are_sent(asked: list[int], layers: int, send: int, sent: tuple[int, ...]) -> None:
    assert simulcast_heights_px(asked, layers=layers, send_height_px=send) == sent


def test_a_viewer_gets_a_size_that_is_sent() -> None:
    assert [layer_height_px(asked, (720, 180)) for asked in (720, 540, 180, 90)] == [720, 180, 180, 180]
    with pytest.raises(BadInput, match="no supported value"):
        layer_height_px(360, ())


@pytest.mark.property
@given(
    asked=st.lists(st.integers(1, 1200), min_size=1, max_size=20),
    layers=st.integers(1, 3),
    send=st.sampled_from(VIDEO.simulcast_heights_px),
)
def test_every_viewer_gets_something_and_the_tallest_wish_is_met(
    asked: list[int], layers: int, send: int
) -> None:
    sent = simulcast_heights_px(asked, layers=layers, send_height_px=send)
    assert 1 <= len(sent) <= layers
    assert list(sent) == sorted(set(sent), reverse=True)
    assert sent[0] <= send
    got = [layer_height_px(height, sent) for height in asked]
    assert max(got) == sent[0]
    assert layers == 1 or all(g <= max(height, 180) for g, height in zip(got, asked, strict=True))
