"""How many remote videos a viewer had best show: a count that changes, but not too often.

Somebody measures bandwidth and performance and says what would be best now. A change is announced at once
unless the last one is younger than the cool-down; then it waits, and only what is best at the end of the wait
is announced. Time comes in; `due_at` says when to look again. Optimal video count docs.
"""

from enum import StrEnum

import attrs

from calltape.core.errors import BadInput
from calltape.core.limits import LIMITS, Limits
from calltape.core.values import Instant, later
from calltape.core.video_platforms import Platform, rendered_videos_max
from calltape.core.video_policy import is_large


class OvcChangeReason(StrEnum):
    """Why the count changed, in the SDK's words. Web SDK 2.0.0 typings."""

    BANDWIDTH = "bandwidth"
    PERFORMANCE = "performance"
    EXTERNAL_LIMIT = "externalLimit"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class OptimalVideoCount:
    """The announced count, and what would be best now."""

    count: int
    """What was announced last."""

    changed_at: Instant | None = None
    """When that was; None if it was never changed."""

    best: int
    """What would be best; another number than `count` while a change waits."""

    reason: OvcChangeReason = OvcChangeReason.UNKNOWN
    """Why `best` is what it is."""


@attrs.frozen(kw_only=True)
class VideoCountChange:
    """One announcement."""

    at: Instant
    before: int
    after: int
    reason: OvcChangeReason


Step = tuple[OptimalVideoCount, VideoCountChange | None]
"""The next state, and what there is to announce."""


def first_video_count(platform: Platform, participants: int, limits: Limits = LIMITS) -> OptimalVideoCount:
    """The count before anything was measured: all the platform can show. Our choice, no page says it."""
    most = rendered_videos_max(platform, participants, limits)
    return OptimalVideoCount(count=most, best=most)


def best_video_count(
    measured: int,
    reason: OvcChangeReason,
    *,
    platform: Platform,
    participants: int,
    limits: Limits = LIMITS,
) -> tuple[int, OvcChangeReason]:
    """What was measured, held within what the platform and the size of the call allow.

    Where the size of the call is what limits, the reason is the outside limit.
    """
    most = rendered_videos_max(platform, participants, limits)
    if measured <= most:
        return measured, reason
    return most, OvcChangeReason.EXTERNAL_LIMIT if is_large(participants, limits) else reason


def take_best(
    state: OptimalVideoCount, best: int, reason: OvcChangeReason, at: Instant, limits: Limits = LIMITS
) -> Step:
    """What follows from `best` being best at `at`.

    Raises:
        BadInput: the count is less than 0.
    """
    if best < 0:
        raise BadInput(f"an optimal video count of {best} makes no sense; give 0 or more")
    state = attrs.evolve(state, best=best, reason=reason)
    due = due_at(state, limits)
    if best == state.count or (due is not None and at < due):
        return state, None
    changed = attrs.evolve(state, count=best, changed_at=at)
    return changed, VideoCountChange(at=at, before=state.count, after=best, reason=reason)


def look_again(state: OptimalVideoCount, at: Instant, limits: Limits = LIMITS) -> Step:
    """What follows from time having come to `at`."""
    return take_best(state, state.best, state.reason, at, limits)


def due_at(state: OptimalVideoCount, limits: Limits = LIMITS) -> Instant | None:
    """When a waiting change may be announced; None when none waits or nothing holds it up."""
    if state.best == state.count or state.changed_at is None:
        return None
    return later(state.changed_at, limits.optimal_video_count_cooldown_s)
