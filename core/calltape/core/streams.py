"""What a participant sends beside sound: a video of their own, and a share of their screen.

One of each at most. A stream that is not there has no entry; where one is, `Stream` says how far it is. What
a viewer measures of it (whether anything arrives, and how large) decides nothing about the call: that is in
the viewer's media stream, as `ReceptionChanged`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from calltape.core.events import personal
from calltape.core.lifecycle import Lifecycle
from calltape.core.states import SHARE_STREAM, VIDEO_STREAM, StreamState


class StreamKind(StrEnum):
    """What a stream shows, under the SDK's names."""

    VIDEO = "Video"
    SCREEN_SHARING = "ScreenSharing"


class ShareSurface(StrEnum):
    """What is shared."""

    SCREEN = "screen"
    WINDOW = "window"
    TAB = "tab"


class StopCause(StrEnum):
    """Why a stream stopped: the SDK's two that are facts, and four of ours.

    The SDK's third, `sessionEnded`, is the participant's leaving.
    """

    APP_REQUESTED = "appRequested"
    TRACK_ENDED = "trackEnded"
    """The source ended by itself: a camera was unplugged, a shared window closed."""

    WITHDRAWN = "withdrawn"
    """Asked to stop before anybody could see it."""

    HELD = "held"
    """Its sender holds the call, and a share does not go on under a hold."""

    TAKEN_OVER = "takenOver"
    """Somebody else shares now."""

    FORBIDDEN = "forbidden"
    """Its sender may not send it any more."""

    @property
    def is_reported(self) -> bool:
        """Whether whoever sent the stream has stopped it already; nobody need tell them to."""
        return self in {StopCause.APP_REQUESTED, StopCause.TRACK_ENDED}


@attrs.frozen(kw_only=True)
class Stream:
    """One stream that starts, is seen, or stops."""

    state: StreamState
    source: str | None = attrs.field(default=None, metadata=personal())
    """The camera, as its owner's endpoint calls it; None is the usual one, or no camera at all."""

    surface: ShareSurface | None = None
    """What is shared; None for a video."""

    with_audio: bool = False
    """Whether the system's sound is shared too."""

    @property
    def is_available(self) -> bool:
        """Whether the others may look at it."""
        return self.state in _AVAILABLE


_AVAILABLE = {StreamState.STARTED, StreamState.STOPPING}

Streams = dict[StreamKind, Stream]
"""What a participant sends, without what is stopped. Never changed: another one takes its place."""

STREAM_LIFECYCLES: Mapping[StreamKind, Lifecycle[StreamState]] = MappingProxyType(
    {StreamKind.VIDEO: VIDEO_STREAM, StreamKind.SCREEN_SHARING: SHARE_STREAM}
)
"""The lifecycle of each kind."""


def state_in(streams: Streams, kind: StreamKind) -> StreamState:
    """How far the stream of that kind is."""
    stream = streams.get(kind)
    return StreamState.STOPPED if stream is None else stream.state


def moved(streams: Streams, kind: StreamKind, state: StreamState) -> Streams:
    """`streams` with the one of that kind in `state`."""
    if state is StreamState.STOPPED:
        return {other: stream for other, stream in streams.items() if other is not kind}
    stream = streams.get(kind)
    return {**streams, kind: Stream(state=state) if stream is None else attrs.evolve(stream, state=state)}


def changed(streams: Streams, kind: StreamKind, **facets: Any) -> Streams:
    """`streams` with other facets of the one of that kind, which is there."""
    return {**streams, kind: attrs.evolve(streams[kind], **facets)}
