"""The media of the echo service ``8:echo123``: it greets, listens, says again what it heard, and mirrors.

An ordinary leg's equipment: nothing else in the package knows that an echo exists.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import attrs
import numpy as np
from av import VideoFrame

from calltape.adapters.webrtc.kit import MediaKit
from calltape.adapters.webrtc.observations import LegId
from calltape.adapters.webrtc.sound import RATE, Pcm, Recording, silence

WINDOWS_S = (1.5, 2.0, 3.0, 5.0)
"""How long the echo listens each time; the last for ever after. It cannot know how long a call will be, so it
begins short: after 0.6 s of greeting, 1.5 s of listening and as much of playing, a 5 s call heard itself."""
_CHIME_HZ = (659.3, 880.0, 1108.7)
"""E5, A5, C#6: a chord no voice sings."""
_CHIME_STEP_S = 0.2


def chime() -> Pcm:
    """The greeting: three falling-off bell tones, 0.6 s."""
    times = np.arange(int(_CHIME_STEP_S * RATE)) / RATE
    rise = np.minimum(1.0, times / 0.01)
    tones = [rise * np.exp(-times * 12) * np.sin(2 * np.pi * hz * times) for hz in _CHIME_HZ]
    pcm: Pcm = (np.concatenate(tones) * 8_000).astype(np.int16)
    return pcm


@attrs.frozen
class EchoWindow:
    """One stretch of sound that the echo heard and said again. Times are of the media's clock."""

    heard_from_s: float
    played_from_s: float
    length_s: float
    """How long it listened: at most so much is played back."""

    @property
    def held_back_s(self) -> float:
        """How long the echo kept each sound before it said it again."""
        return self.played_from_s - self.heard_from_s


class EchoVoice:
    """Ears and mouth of the echo. It listens only while it does not speak."""

    def __init__(self, windows_s: Sequence[float] = WINDOWS_S) -> None:
        self.sent = Recording()
        """See ``AudioSource.sent``."""
        self.windows: list[EchoWindow] = []
        """What was heard and said again so far, in order; the newest may still be playing."""
        self._windows_s = list(windows_s)
        self._saying: Pcm = chime()
        self._heard: list[Pcm] = []
        self._heard_samples = 0
        self._heard_from_s = 0.0
        self._peer: LegId | None = None

    @property
    def is_listening(self) -> bool:
        """True while what arrives is kept."""
        return not len(self._saying)

    def hear(self, peer: LegId, position: int, pcm: Pcm, at_s: float) -> None:  # noqa: ARG002  (AudioSink)
        """Keep what is heard while listening. In a group the echo listens to whoever speaks to it first."""
        self._peer = self._peer or peer
        if not self.is_listening or peer != self._peer or self._heard_samples >= self._wanted():
            return
        if not self._heard:
            self._heard_from_s = at_s
        self._heard.append(pcm)
        self._heard_samples += len(pcm)

    def read(self, count: int, at_s: float) -> Pcm:
        """Say the next piece of the greeting or of what was heard; silence while listening."""
        if self.is_listening:
            if self._heard_samples < self._wanted():
                return silence(count)
            self._begin_saying(at_s)
        piece, self._saying = self._saying[:count], self._saying[count:]
        return np.concatenate([piece, silence(count - len(piece))])

    def _wanted(self) -> int:
        return int(self._windows_s[min(len(self.windows), len(self._windows_s) - 1)] * RATE)

    def _begin_saying(self, at_s: float) -> None:
        self._saying = np.concatenate(self._heard)
        self.windows.append(EchoWindow(self._heard_from_s, at_s, len(self._saying) / RATE))
        self._heard, self._heard_samples = [], 0


class Mirror:
    """Eyes and camera of the echo: every picture goes straight back; if it is slow, only the newest."""

    def __init__(self) -> None:
        self._newest: VideoFrame | None = None
        self._arrived = asyncio.Event()
        self.frames = 0
        """Pictures sent back."""

    def see(self, peer: LegId, frame: VideoFrame, at_s: float) -> None:  # noqa: ARG002  (VideoSink)
        """Keep the newest picture."""
        self._newest = frame
        self._arrived.set()

    async def frame(self) -> VideoFrame:
        """The next picture that arrives."""
        await self._arrived.wait()
        self._arrived.clear()
        picture = self._newest
        if picture is None:
            raise AssertionError("a picture arrived, and there is none")
        self.frames += 1
        return picture

    def close(self) -> None:
        """Forget the newest picture."""
        self._newest = None


class EchoKit:
    """The equipment of one call's echo: give ``kit`` to ``WebRtcMedia.open``. One for each call."""

    def __init__(self, windows_s: Sequence[float] = WINDOWS_S, *, video: bool = True) -> None:
        self.voice = EchoVoice(windows_s)
        self.mirror = Mirror()
        self.kit = MediaKit(
            audio=self.voice,
            ears=self.voice,
            video=self.mirror if video else None,
            eyes=self.mirror if video else None,
        )

    @property
    def windows(self) -> tuple[EchoWindow, ...]:
        """What was heard and said again so far."""
        return tuple(self.voice.windows)
