"""The pictures that one sends in a call: a video of one's own, and a share of one's screen."""

import attrs

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.failing import OperationFailed
from calltape.core import (
    CallState,
    ConstrainOwnVideo,
    Refused,
    ShareFailed,
    ShareStopped,
    ShareSurface,
    StartShare,
    StartVideo,
    StopShare,
    StopVideo,
    Stream,
    StreamKind,
    StreamState,
    SwitchSource,
    VideoConstraints,
    VideoFailed,
    VideoStopped,
)
from calltape.core.video_constraints import UNCONSTRAINED


@attrs.frozen(kw_only=True)
class VideoOptions:
    """With which video somebody comes into a call. Without these the camera is off."""

    source: str | None = None
    """The camera, as the endpoint calls it; None for the one that was chosen last, or else the usual one."""

    constraints: VideoConstraints = UNCONSTRAINED


class SendingCall(AskedCall):
    """What one does with one's own pictures."""

    @property
    def local_video_streams(self) -> dict[StreamKind, Stream]:
        """What this side sends, or is about to: a video and a share at most."""
        return dict(self.me.streams)

    @property
    def is_local_video_started(self) -> bool:
        """Whether the others may look at this side's video."""
        return self._is_available(StreamKind.VIDEO)

    @property
    def is_screen_sharing_on(self) -> bool:
        """Whether the others may look at this side's share."""
        return self._is_available(StreamKind.SCREEN_SHARING)

    @property
    def video_constraints(self) -> VideoConstraints:
        """What this side's video may be at most."""
        return self.me.video_constraints

    async def start_video(self, source: str | None = None) -> None:
        """Let the others see this side's camera; returns when they can.

        Args:
            source: which camera; None for the one that was chosen last, or else the usual one.

        Raises:
            Refused: a video runs already, the call is not up, or the role does not allow it.
            OperationFailed: it did not start.
        """
        failed = (VideoFailed, VideoStopped)
        await self.ask(StartVideo, failed, lambda: self._is_started(StreamKind.VIDEO), source=source)

    async def stop_video(self) -> None:
        """Let the others see the camera no more; returns when they cannot.

        Raises:
            Refused: no video runs.
            OperationFailed: it may still be seen.
        """
        await self.ask(StopVideo, (VideoFailed,), lambda: StreamKind.VIDEO not in self.me.streams)

    async def switch_source(self, source: str) -> None:
        """Show another camera's picture on the video that runs.

        Raises:
            Refused: no video runs.
        """
        await self._give(SwitchSource, source=source)

    async def set_constraints(self, constraints: VideoConstraints) -> None:
        """Keep one's video within bounds: 0 takes a maximum away, None keeps what was said of it before.

        Raises:
            Refused: a maximum is less than 0, or the call is over.
        """
        await self._give(ConstrainOwnVideo, constraints=constraints)

    async def start_screen_sharing(
        self,
        *,
        surface: ShareSurface = ShareSurface.SCREEN,
        with_audio: bool = False,
        source: str | None = None,
    ) -> None:
        """Share a screen, a window or a tab; returns when the others can see it, and nobody else's any more.

        Args:
            surface: what is shared.
            with_audio: the system's sound too.
            source: which one, as the endpoint calls it; None leaves the choice to it.

        Raises:
            Refused: a share runs already, the call is not up, or the role does not allow it.
            OperationFailed: it did not start.
        """
        await self.ask(
            StartShare,
            (ShareFailed, ShareStopped),
            lambda: self._is_started(StreamKind.SCREEN_SHARING),
            surface=surface,
            with_audio=with_audio,
            source=source,
        )

    async def stop_screen_sharing(self) -> None:
        """Share no more; returns when nobody can see it.

        Raises:
            Refused: nothing is shared.
            OperationFailed: it may still be seen.
        """
        await self.ask(StopShare, (ShareFailed,), lambda: StreamKind.SCREEN_SHARING not in self.me.streams)

    async def begin_with(self, options: VideoOptions) -> None:
        """Start the video that one came with, once the call is up. For the agent."""
        try:
            if options.constraints != UNCONSTRAINED:
                await self.set_constraints(options.constraints)
            if await self.wait_for("Connected") is CallState.CONNECTED:
                await self.start_video(options.source)
        except (Refused, OperationFailed):
            return  # that it has no video is on the tape, and shows

    def _is_started(self, kind: StreamKind) -> bool:
        stream = self.me.streams.get(kind)
        return stream is not None and stream.state is StreamState.STARTED

    def _is_available(self, kind: StreamKind) -> bool:
        stream = self.me.streams.get(kind)
        return stream is not None and stream.is_available
