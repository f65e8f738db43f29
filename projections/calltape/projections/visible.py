"""`visible_videos`: whose video each viewer of a call can see.

Nothing is worked out until somebody looks, and says for whom, on which platform, and who speaks. The row
keeps who has a camera on, in the order in which they turned it on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from calltape.core import CallId, Platform, RawId, Recorded, StreamKind, rendered_videos_max
from calltape.core import visible_videos as policy
from calltape.core.limits import LIMITS, Limits

from .call_events import call_of
from .followed import Followed, layout_number, step
from .projection import Projection


@attrs.define(kw_only=True)
class CallVideos(Followed):
    """The videos of one call."""

    call_id: CallId | None = None
    cameras: dict[RawId, int] = attrs.Factory(dict[RawId, int])
    """Whose camera can be seen by others, the first to turn it on first, with the event that began it."""

    @property
    def participants(self) -> int:
        """How many are in the call or on their way into it."""
        return self.call.present

    @property
    def sharer(self) -> RawId | None:
        """Whose share can be seen, beside the videos."""
        return self.call.sharer

    def seen_by(
        self,
        viewer: RawId,
        platform: Platform,
        *,
        dominance: Sequence[RawId] = (),
        optimal: int | None = None,
        limits: Limits = LIMITS,
    ) -> tuple[RawId, ...]:
        """Whose video `viewer` can see: `calltape.core.visible_videos` of the call as it is.

        Args:
            viewer: whose view it is.
            platform: where they are.
            dominance: who speaks, the most dominant first, such as `Speakers.ranking` of the call; without it
                nobody is ranked, and in a call of 100 or more nobody can be seen.
            optimal: the viewer's optimal video count, where it is known.
            limits: the numbers to go by.
        """
        return policy(
            viewer,
            platform=platform,
            participants=self.participants,
            cameras=tuple(self.cameras),
            dominance=dominance,
            optimal=optimal,
            limits=limits,
        )


@attrs.frozen(kw_only=True)
class ShownVideos:
    """A row as readers are shown it, as long as nobody says who speaks."""

    call_id: CallId | None
    participants: int
    sharer: RawId | None
    cameras: tuple[RawId, ...]
    most: Mapping[Platform, int]
    """How many videos each platform shows in a call of so many."""

    views: Mapping[RawId, tuple[RawId, ...]]
    """Whom each of those present can see on a desktop browser, which shows the most."""

    illegal_version: int | None


def shown_videos(row: CallVideos) -> ShownVideos:
    """The row as readers are shown it."""
    people = [who for who, person in row.call.participants.items() if person.is_present]
    return ShownVideos(
        call_id=row.call_id,
        participants=row.participants,
        sharer=row.sharer,
        cameras=tuple(row.cameras),
        most={platform: rendered_videos_max(platform, row.participants) for platform in Platform},
        views={who: row.seen_by(who, Platform.DESKTOP_WEB) for who in people},
        illegal_version=row.illegal_version,
    )


def _fold(row: CallVideos, recorded: Recorded) -> CallVideos:
    if row.illegal_version is not None or not step(row, recorded):
        return row
    row.call_id = row.call.id
    fact: Any = recorded.event
    who: RawId | None = getattr(fact, "participant", None)
    if who is not None:
        video = row.call.participants[who].streams.get(StreamKind.VIDEO)
        if video is None or not video.is_available:
            row.cameras.pop(who, None)
        elif who not in row.cameras:
            row.cameras[who] = recorded.version
    return row


VISIBLE_VIDEOS = Projection(
    name="visible_videos",
    schema=layout_number(CallVideos),
    key=call_of,
    initial=CallVideos,
    fold=_fold,
    row_type=CallVideos,
    shown=shown_videos,
)
"""Whose video can be seen by whom, a row for each call."""
