"""Who can be seen, and what may be sent: pure functions over the limits.

Who is how dominant comes in as a list; measuring it is somebody else's business. The overview says of the
limits on incoming video that the SDK does not enforce them; here they are what a view goes by.
"""

from collections.abc import Iterable, Sequence, Set
from math import isqrt

from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.video_platforms import Picture, Platform, rendered_videos_max


def visible_videos(
    viewer: RawId,
    *,
    platform: Platform,
    participants: int,
    cameras: Sequence[RawId],
    dominance: Sequence[RawId],
    optimal: int | None = None,
    limits: Limits = LIMITS,
) -> tuple[RawId, ...]:
    """Whose video `viewer` can see, the most dominant first.

    In a large call (100 people or more) only the four most dominant speakers with their camera on can be
    seen; whoever is not ranked cannot. Below, everybody's camera can be seen up to what the platform shows:
    those who are ranked first, then the others in the order they are given.

    Args:
        viewer: whose view it is; nobody sees themselves as a remote video.
        platform: where the viewer is.
        participants: how many people are in the call, the viewer included.
        cameras: who has a camera on.
        dominance: who speaks, the most dominant first; not everybody needs to be ranked.
        optimal: the viewer's optimal video count, where it is known; it lowers what is shown.
        limits: the numbers to go by.
    """
    sending = dict.fromkeys(who for who in cameras if who != viewer)
    ranked = dict.fromkeys(who for who in dominance if who in sending)
    can_be_seen = ranked if is_large(participants, limits) else {**ranked, **sending}
    most = rendered_videos_max(platform, participants, limits)
    return tuple(can_be_seen)[: most if optimal is None else min(most, optimal)]


def is_large(participants: int, limits: Limits = LIMITS) -> bool:
    """Whether a call of so many people shows fewer videos: 100 and more."""
    return participants >= limits.large_call_participants_min


def grid(platform: Platform, participants: int, limits: Limits = LIMITS) -> tuple[int, int]:
    """Rows and columns that hold every incoming video: 4 by 4 on a desktop, 2 by 2 in a large call."""
    most = rendered_videos_max(platform, participants, limits)
    rows = isqrt(most)
    return rows, -(-most // rows)


def newly_visible(before: Iterable[RawId], now: Sequence[RawId]) -> tuple[Set[RawId], Set[RawId]]:
    """Who came into view and who went out of it."""
    was, is_now = frozenset(before), frozenset(now)
    return is_now - was, was - is_now


def may_start_sending(picture: Picture, sending: int, limits: Limits = LIMITS) -> bool:
    """Whether one more of this kind may be sent beside the `sending` that are: one video and one share.

    The service limits page says one video *or* one share; see the conflict of `outgoing_videos_max`.
    """
    most = limits.outgoing_videos_max if picture is Picture.VIDEO else limits.outgoing_shares_max
    return sending < most


def may_receive_together(heights_px: Iterable[int], limits: Limits = LIMITS) -> bool:
    """Whether one page may receive videos of these heights at once: one of 1080, or two of 720.

    A 1080 counts as all of what is allowed, a 720 as half of it; anything smaller is free.
    """
    heights = tuple(heights_px)
    full = sum(height > 720 for height in heights)
    half = sum(720 >= height > 540 for height in heights)
    allowed_full, allowed_half = limits.incoming_1080p_videos_max, limits.incoming_720p_videos_max
    return full * allowed_half + half * allowed_full <= allowed_full * allowed_half
