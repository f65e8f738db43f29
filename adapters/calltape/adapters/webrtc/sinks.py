"""Ears and eyes that remember: for tests, for measuring an echo, for a live display."""

from __future__ import annotations

from collections import deque

from av import VideoFrame

from calltape.adapters.webrtc.observations import LegId
from calltape.adapters.webrtc.pattern import read_stamp
from calltape.adapters.webrtc.sound import Pcm, Recording, Sound, silence

STAMPS_KEPT = 4096
"""As many stamps as there are different ones; older ones could not be told apart."""


class AudioRecorder:
    """Ears that keep the newest ``keep_s`` seconds of each peer, and count."""

    def __init__(self, keep_s: float = 120.0) -> None:
        self._keep_s = keep_s
        self.by_peer: dict[LegId, Recording] = {}
        """One recording for each peer ever heard."""
        self.frames = 0
        """Audio frames heard from everybody."""
        self.level = 0
        """Peak of the newest frame heard from anybody, 0 to 65536."""
        self.last_at_s: float | None = None
        """When the newest frame arrived."""

    def hear(self, peer: LegId, position: int, pcm: Pcm, at_s: float) -> None:
        """Keep one frame."""
        recording = self.by_peer.setdefault(peer, Recording(self._keep_s))
        recording.add(position, at_s, pcm)
        self.frames += 1
        self.level = recording.level
        self.last_at_s = at_s

    def sound(self) -> Sound:
        """What the first peer sent: in a one-to-one call, everything."""
        for recording in self.by_peer.values():
            return recording.sound()
        return Sound(0.0, silence(0))


class VideoRecorder:
    """Eyes that count pictures, know the newest one's size and read the stamps of a ``Pattern``."""

    def __init__(self) -> None:
        self.frames = 0
        """Pictures seen from everybody."""
        self.width: int | None = None
        """Of the newest picture, in pixels."""
        self.height: int | None = None
        """Of the newest picture, in pixels."""
        self.last_at_s: float | None = None
        """When the newest picture arrived."""
        self.stamps: deque[tuple[int, float]] = deque(maxlen=STAMPS_KEPT)
        """The stamps read, oldest first, each with its time of arrival."""

    def see(self, peer: LegId, frame: VideoFrame, at_s: float) -> None:  # noqa: ARG002  (VideoSink)
        """Count one picture."""
        self.frames += 1
        self.width, self.height, self.last_at_s = frame.width, frame.height, at_s
        stamp = read_stamp(frame)
        if stamp is not None:
            self.stamps.append((stamp, at_s))
