"""The pictures that one sees in a call: which the others send, which of them arrive, and how large."""

from collections.abc import Sequence

import attrs

from calltape.core import (
    LIMITS,
    Call,
    Limits,
    Participant,
    Platform,
    RawId,
    ReceptionChanged,
    StreamKind,
    visible_videos,
)
from calltape.core.optimal_video_count import first_video_count


@attrs.frozen(kw_only=True)
class RemoteVideoStream:
    """A video or a share that another participant sends."""

    kind: StreamKind
    is_available: bool
    """Whether it may be looked at: a fact of the call. Show it only while it is."""

    is_receiving: bool = False
    """Whether its picture arrives here, as far as this endpoint's media says so. Not while it is available:
    show that one waits."""

    width_px: int | None = None
    """How wide the picture is that arrives; None while none does, or nobody measured it."""

    height_px: int | None = None


Receptions = dict[tuple[RawId, StreamKind], ReceptionChanged]
"""What arrives here, by sender and kind, as it was measured last."""


def remote_streams(person: Participant, receptions: Receptions) -> tuple[RemoteVideoStream, ...]:
    """What `person` sends, as somebody sees it at whose endpoint `receptions` were measured."""
    found: list[RemoteVideoStream] = []
    for kind, stream in person.streams.items():
        seen = receptions.get((person.id, kind)) if stream.is_available else None
        is_receiving = seen is not None and seen.is_receiving
        found.append(
            RemoteVideoStream(
                kind=kind,
                is_available=stream.is_available,
                is_receiving=is_receiving,
                width_px=seen.width_px if seen is not None and is_receiving else None,
                height_px=seen.height_px if seen is not None and is_receiving else None,
            )
        )
    return tuple(found)


def still_available(call: Call, receptions: Receptions) -> Receptions:
    """Those of `receptions` that are about streams that may be looked at; of what ended nothing is left."""
    return {
        (sender, kind): seen
        for (sender, kind), seen in receptions.items()
        if (person := call.participants.get(sender)) is not None
        and (stream := person.streams.get(kind)) is not None
        and stream.is_available
    }


def seen_by(
    call: Call, viewer: RawId, platform: Platform, dominance: Sequence[RawId], limits: Limits = LIMITS
) -> tuple[RawId, ...]:
    """Whose video `viewer` can see now; see `visible_videos`."""
    cameras = [
        person.id
        for person in call.participants.values()
        if (stream := person.streams.get(StreamKind.VIDEO)) is not None and stream.is_available
    ]
    return visible_videos(
        viewer,
        platform=platform,
        participants=call.present,
        cameras=cameras,
        dominance=dominance,
        limits=limits,
    )


def videos_to_show(call: Call, platform: Platform, limits: Limits = LIMITS) -> int:
    """How many videos had best be shown before anything was measured."""
    return first_video_count(platform, call.present, limits).count
