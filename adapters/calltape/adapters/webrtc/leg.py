"""One participant's media: its microphone and camera, shared by all the links it has."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame
from av.frame import Frame

from calltape.adapters.webrtc.kit import AudioSource, MediaKit, VideoSource
from calltape.adapters.webrtc.observations import LegId
from calltape.adapters.webrtc.sound import FRAME, RATE, Pcm, level, silence

_logger = logging.getLogger(__name__)

VIDEO_RATE = 90_000
"""RTP clock of video, ticks per second (RFC 3551)."""
LATE_MAX_S = 0.5
"""A microphone further behind than this (the machine stood still) skips ahead instead of hurrying."""
_QUEUED = {"audio": 10, "video": 1}
"""Frames that may wait for a link's encoder before the oldest is dropped: 200 ms of sound, one picture."""


class LegTrack(MediaStreamTrack):
    """One link's share of a leg's microphone or camera."""

    def __init__(self, kind: str, feed: Feed) -> None:
        super().__init__()
        self.kind = kind
        self._feed = feed
        self._queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._most = _QUEUED[kind]
        self.carried: Callable[[], bool] = lambda: True
        """Whether the link lets through what the sender takes: it does not while held."""
        self.frames = 0
        """Frames taken by the sender and let through."""
        self.size: tuple[int, int] | None = None
        """Width and height of the newest picture taken."""

    async def recv(self) -> Frame:
        """The next frame; the first call is what starts the leg's microphone or camera."""
        if self.readyState != "live":
            raise MediaStreamError
        self._feed.join(self)
        frame = await self._queue.get()
        if frame is None:
            raise MediaStreamError
        self.frames += int(self.carried())
        if isinstance(frame, VideoFrame):
            self.size = (frame.width, frame.height)
        return frame

    def push(self, frame: Frame) -> None:
        """Offer a frame; if the encoder is behind, the oldest waiting frame makes room."""
        while self._queue.qsize() >= self._most:
            self._queue.get_nowait()
        self._queue.put_nowait(frame)

    def stop(self) -> None:
        """End the track, and wake a sender that waits for it."""
        super().stop()
        self._feed.leave(self)
        self._queue.put_nowait(None)


class Feed:
    """Runs one source for all the tracks that want it, from the first track's first frame on."""

    def __init__(self) -> None:
        self._tracks: list[LegTrack] = []
        self._task: asyncio.Task[None] | None = None
        self.failed: Callable[[], None] = lambda: None
        """Called once the source has failed: nothing comes of it any more."""

    def join(self, track: LegTrack) -> None:
        """Add a track, once."""
        if track not in self._tracks:
            self._tracks.append(track)
        if self._task is None:
            self._task = asyncio.create_task(self._run_to_the_end())

    def leave(self, track: LegTrack) -> None:
        """Remove a track, if it is there."""
        if track in self._tracks:
            self._tracks.remove(track)

    async def close(self) -> None:
        """Stop the source and wait until it has stopped."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def run(self) -> None:
        """Read the source for ever."""
        raise NotImplementedError

    async def _run_to_the_end(self) -> None:
        try:
            await self.run()
        except Exception:  # a source is anybody's code: the call goes on without it
            _logger.exception("a media source failed; the leg sends nothing of this kind any more")
            self.failed()


class Microphone(Feed):
    """Reads an audio source every 20 ms, hushes it while muted, and writes down what went out."""

    def __init__(self, source: AudioSource, clock: Callable[[], float], carried: Callable[[], bool]) -> None:
        super().__init__()
        self._source = source
        self._clock = clock
        self._carried = carried
        self._muted = False
        self.level = 0
        """Peak of the newest frame sent, 0 to 65536."""
        self._peak = 0

    def take_peak(self) -> int:
        """Peak of what the source gave since this was last asked, 0 to 65536: also while muted."""
        peak, self._peak = self._peak, 0
        return peak

    def set_muted(self, muted: bool) -> None:
        """Send digital silence from the next frame on, or stop doing so."""
        self._muted = muted

    async def run(self) -> None:
        """See ``Feed.run``."""
        started_s, position = self._clock(), 0
        while True:
            self._speak(position)
            position += FRAME
            wait_s = started_s + position / RATE - self._clock()
            if wait_s < -LATE_MAX_S:
                position += int(-wait_s * RATE) // FRAME * FRAME
            await asyncio.sleep(max(0.0, wait_s))

    def _speak(self, position: int) -> None:
        now = self._clock()
        pcm = self._source.read(FRAME, now)
        self._peak = max(self._peak, level(pcm))
        if self._muted:
            pcm = silence(FRAME)
        self.level = level(pcm)
        if self._carried():
            self._source.sent.add(position, now, pcm)
        for track in list(self._tracks):
            track.push(_audio_frame(pcm, position))


def _audio_frame(pcm: Pcm, position: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.pts = position
    frame.time_base = Fraction(1, RATE)
    return frame


class Camera(Feed):
    """Takes pictures at the source's own pace and stamps them with the leg's time."""

    def __init__(self, source: VideoSource, clock: Callable[[], float]) -> None:
        super().__init__()
        self._source = source
        self._clock = clock
        self.frames = 0
        """Pictures the source gave."""
        self.size: tuple[int, int] | None = None
        """Width and height of the newest one."""

    async def run(self) -> None:
        """See ``Feed.run``."""
        started_s: float | None = None
        while True:
            picture = await self._source.frame()
            now = self._clock()
            started_s = now if started_s is None else started_s
            picture.pts = round((now - started_s) * VIDEO_RATE)
            picture.time_base = Fraction(1, VIDEO_RATE)
            self.frames += 1
            self.size = (picture.width, picture.height)
            for track in list(self._tracks):
                track.push(picture)

    async def close(self) -> None:
        """Stop, and let go of the source."""
        await super().close()
        self._source.close()


class LegState(StrEnum):
    """What was last said about a leg."""

    OPEN = "open"
    CONNECTED = "connected"
    LOST = "lost"


class Leg:
    """A leg and its equipment. Which links it has is the links' business (``WebRtcMedia`` keeps them)."""

    def __init__(
        self, leg_id: LegId, kit: MediaKit, clock: Callable[[], float], carried: Callable[[], bool]
    ) -> None:
        """``carried`` says whether any link lets through what the leg sends."""
        self.id = leg_id
        self.kit = kit
        self.state = LegState.OPEN
        self.holds = False
        """True while this leg itself holds; what its peers do is theirs."""
        self.is_cut = False
        self.is_incoming_audio_muted = False
        """True while its ears are given nothing."""
        self.microphone = None if kit.audio is None else Microphone(kit.audio, clock, carried)
        """None where the leg sends no sound."""
        self.camera = None if kit.video is None else Camera(kit.video, clock)
        """None where the leg sends no pictures."""

    def track(self, kind: str) -> LegTrack | None:
        """A new track for one link, or None where the leg sends nothing of this kind."""
        feed = self.microphone if kind == "audio" else self.camera
        return LegTrack(kind, feed) if feed is not None else None

    async def close(self) -> None:
        """Stop the microphone and the camera."""
        for feed in (self.microphone, self.camera):
            if feed is not None:
                await feed.close()
