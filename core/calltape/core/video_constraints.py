"""How tall, how fast and how heavy a video may be: what is asked, and what that comes to.

A constraint says "at most". What it comes to is the nearest lower value that exists, and the smallest where
none is low enough. Zero takes a constraint away, and one that is not mentioned stays. Video constraints docs.
"""

from collections.abc import Iterable, Sequence

import attrs

from calltape.core.errors import BadInput
from calltape.core.limits import LIMITS, Limits
from calltape.core.video_platforms import VIDEO, Platform, receive_height_max_px


@attrs.frozen(kw_only=True)
class VideoConstraints:
    """What a sent video may be at most. Asked: None keeps and 0 removes. In force: None is unlimited."""

    frame_height_max_px: int | None = None
    frame_rate_max_fps: int | None = None
    bitrate_max_bps: int | None = None


UNCONSTRAINED = VideoConstraints()
"""No constraint at all."""


def constrained(previous: VideoConstraints, asked: VideoConstraints) -> VideoConstraints:
    """The constraints in force after `asked`.

    Raises:
        BadInput: a constraint is less than 0.
    """
    in_force: dict[str, int | None] = {}
    for name, maximum in attrs.asdict(asked).items():
        if maximum is not None and maximum < 0:
            raise BadInput(f"{name} is {maximum}; give a number, 0 to take it away, or nothing to keep it")
        in_force[name] = getattr(previous, name) if maximum is None else maximum or None
    return VideoConstraints(**in_force)


def effective_constraint(maximum: int | None, supported: Iterable[int]) -> int:
    """What "at most `maximum`" comes to: the nearest lower value that exists, else the smallest.

    Args:
        maximum: None or 0 for no constraint.
        supported: the values that exist, in any order.

    Raises:
        BadInput: none exists.
    """
    values = sorted(supported)
    if not values:
        raise BadInput("no supported value is given; name at least one")
    low_enough = [value for value in values if not maximum or value <= maximum]
    return low_enough[-1] if low_enough else values[0]


def receive_height_px(asked_px: int | None, platform: Platform, limits: Limits = LIMITS) -> int:
    """The step of the receive ladder for a view of `asked_px`, as far as the platform goes."""
    most = receive_height_max_px(platform, limits)
    return effective_constraint(min(asked_px or most, most), VIDEO.receive_heights_px)


def simulcast_heights_px(asked_px: Iterable[int], *, layers: int, send_height_px: int) -> tuple[int, ...]:
    """Which sizes a sender sends for what its viewers ask, tallest first.

    Each wish is put on the simulcast ladder, as tall as the sender goes. Where more sizes are wished than
    may be sent, the tallest and the smallest stay, then the next tallest; which ones is our choice, since
    no page says it. Nobody asking is nothing sent.
    """
    steps = [height for height in VIDEO.simulcast_heights_px if height <= send_height_px]
    wished = sorted({effective_constraint(height, steps) for height in asked_px}, reverse=True)
    if len(wished) <= layers:
        return tuple(wished)
    return (*wished[: layers - 1], wished[-1]) if layers > 1 else (wished[0],)


def layer_height_px(asked_px: int, sent_px: Sequence[int]) -> int:
    """Which of the sizes that are sent a viewer gets: nothing is transcoded, so one of them.

    Raises:
        BadInput: nothing is sent.
    """
    return effective_constraint(asked_px, sent_px)
