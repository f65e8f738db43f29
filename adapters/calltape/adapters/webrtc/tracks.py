"""Microphones and cameras: a sound file, the generated voice, a video file. (``pattern`` draws one.)"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from av import VideoFrame
from av.error import FFmpegError

from calltape.adapters.webrtc.sound import Pcm, Recording, silence
from calltape.adapters.webrtc.synthesis import speak
from calltape.adapters.webrtc.wav import BadMedia, read_sound

VOICE_S = 20.0
"""The generated voice starts again after so long."""
WIDTH_MAX, HEIGHT_MAX = 640, 360
"""Larger video files are scaled down to fit: more is too much for a software codec on a small machine."""


class PcmSource:
    """A microphone in front of which a piece of sound is played, once or for ever."""

    def __init__(self, pcm: Pcm, *, looped: bool = True) -> None:
        """Raises ValueError for an empty piece."""
        if not len(pcm):
            raise ValueError("A sound source needs at least one sample.")
        self._pcm = pcm
        self._looped = looped
        self._next = 0
        self.sent = Recording()
        """See ``AudioSource.sent``."""

    def read(self, count: int, at_s: float) -> Pcm:  # noqa: ARG002  (AudioSource)
        """The next samples; after the end the beginning again, or silence."""
        wanted = np.arange(self._next, self._next + count)
        self._next += count
        if self._looped:
            return self._pcm[wanted % len(self._pcm)]
        piece = self._pcm[wanted[0] : wanted[-1] + 1]
        return np.concatenate([piece, silence(count - len(piece))])


def wav_source(path: str | Path, *, looped: bool = False) -> PcmSource:
    """A microphone that plays a sound file. Raises BadMedia if the file cannot be used."""
    return PcmSource(read_sound(path), looped=looped)


def voice_source(seed: int = 1) -> PcmSource:
    """A microphone with the generated voice in front of it."""
    return PcmSource(_voice(seed))


@lru_cache(maxsize=4)
def _voice(seed: int) -> Pcm:
    return speak(VOICE_S, seed)


class VideoFile:
    """A camera that plays a video file for ever, at the file's own pace, scaled to fit 640 x 360."""

    def __init__(self, path: str | Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises BadMedia if the file cannot be read or holds no picture."""
        self._path = path
        self._clock = clock
        self._playing = threading.Lock()
        self._pictures = self._play()
        self._first: VideoFrame | None = self._next_picture()
        self._due_s: float | None = None

    async def frame(self) -> VideoFrame:
        """The next picture, when it is due."""
        picture, self._first = self._first, None
        if picture is None:
            picture = await asyncio.to_thread(self._next_picture)
        now = self._clock()
        due_s = now if self._due_s is None else max(self._due_s, now - self._frame_s)
        if due_s > now:
            await asyncio.sleep(due_s - now)
        self._due_s = due_s + self._frame_s
        return picture

    def close(self) -> None:
        """Close the file, once the picture being decoded is done."""
        with self._playing:
            self._pictures.close()

    def _next_picture(self) -> VideoFrame:
        try:
            with self._playing:
                return next(self._pictures)
        except (FFmpegError, OSError) as problem:
            reason = problem.strerror or type(problem).__name__
            raise BadMedia(
                f"The video file {self._path} cannot be read ({reason}): give another one."
            ) from problem

    def _play(self) -> Generator[VideoFrame, None, None]:
        while True:
            with av.open(str(self._path)) as container:
                if not container.streams.video:
                    raise BadMedia(f"There is no picture in {self._path}: give a file with a video stream.")
                stream = container.streams.video[0]
                self._frame_s = 1 / float(stream.average_rate or 25)
                shown = False
                for picture in container.decode(stream):
                    shown = True
                    yield _fitted(picture)
                if not shown:
                    raise BadMedia(f"There is no picture in {self._path}: give a file with a video stream.")


def _fitted(picture: VideoFrame) -> VideoFrame:
    scale = min(1.0, WIDTH_MAX / picture.width, HEIGHT_MAX / picture.height)
    width, height = (max(2, int(side * scale) // 2 * 2) for side in (picture.width, picture.height))
    return picture.reformat(width=width, height=height, format="yuv420p")
