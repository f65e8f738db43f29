"""What a leg is equipped with: a microphone, a camera, ears and eyes, each of them optional."""

from __future__ import annotations

from typing import Protocol

import attrs
from av import VideoFrame

from calltape.adapters.webrtc.observations import LegId
from calltape.adapters.webrtc.sound import Pcm, Recording


class AudioSource(Protocol):
    """Something that can be listened to. It is read every 20 ms for as long as the leg sends."""

    @property
    def sent(self) -> Recording:
        """What really went out: zeros while muted, nothing while held. The leg writes it."""
        ...

    def read(self, count: int, at_s: float) -> Pcm:
        """Exactly the next ``count`` samples, which leave at ``at_s``."""
        ...


class VideoSource(Protocol):
    """Something that can be seen. It sets its own pace."""

    async def frame(self) -> VideoFrame:
        """Wait until the next picture is due and return it."""
        ...

    def close(self) -> None:
        """Let go of files and devices. Called once, when the leg closes."""
        ...


class AudioSink(Protocol):
    """Where a leg's incoming sound goes."""

    def hear(self, peer: LegId, position: int, pcm: Pcm, at_s: float) -> None:
        """Take one decoded frame from ``peer``; ``position`` is its first sample's number."""
        ...


class VideoSink(Protocol):
    """Where a leg's incoming pictures go."""

    def see(self, peer: LegId, frame: VideoFrame, at_s: float) -> None:
        """Take one decoded picture from ``peer``. The picture must not be changed."""
        ...


@attrs.frozen
class MediaKit:
    """A leg's equipment. What is None is not sent, or is thrown away on arrival."""

    audio: AudioSource | None = None
    video: VideoSource | None = None
    ears: AudioSink | None = None
    eyes: VideoSink | None = None
