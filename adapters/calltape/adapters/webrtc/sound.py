"""Pieces of sound with a place in time: what was sent, what was heard.

All sound inside this package is 48 kHz, mono, signed 16 bit: Opus runs at 48 kHz, and one channel is
what a microphone gives.
"""

from __future__ import annotations

from collections import deque

import attrs
import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]
"""48 kHz mono signed 16-bit samples."""

RATE = 48_000
"""Samples per second."""
FRAME = 960
"""Samples per audio frame: 20 ms, what Opus is sent in."""


def silence(count: int) -> Pcm:
    """``count`` samples of nothing."""
    return np.zeros(count, dtype=np.int16)


def level(pcm: Pcm) -> int:
    """The peak of ``pcm`` on the SDK's scale, 0 (digital silence) to 65536 (full scale)."""
    if not len(pcm):
        return 0
    return 2 * int(np.max(np.abs(pcm.astype(np.int32))))


@attrs.frozen(eq=False)
class Sound:
    """A stretch of sound and when it began."""

    started_s: float
    """When the first sample was sent or heard, in seconds of the media's clock."""
    pcm: Pcm

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / RATE


class Recording:
    """Keeps the newest ``keep_s`` seconds of a stream, placing each frame by its sample position.

    Gaps (a hold, lost packets) become silence, so that time in the recording is time in the world.
    """

    def __init__(self, keep_s: float = 120.0) -> None:
        self._keep = int(keep_s * RATE)
        self._frames: deque[tuple[int, float, Pcm]] = deque()
        self.samples = 0
        """Samples ever added, also those no longer kept."""
        self.level = 0
        """Peak of the newest frame, 0 to 65536."""

    def add(self, position: int, at_s: float, pcm: Pcm) -> None:
        """Add a frame whose first sample has the number ``position``; it was here at ``at_s``."""
        self._frames.append((position, at_s, pcm))
        self.samples += len(pcm)
        self.level = level(pcm)
        while self._frames and position - self._frames[0][0] > self._keep:
            self._frames.popleft()

    def sound(self) -> Sound:
        """Everything kept, as one piece.

        Its start is the earliest that any frame allows: a frame can be late, none can be early.
        """
        if not self._frames:
            return Sound(0.0, silence(0))
        first = self._frames[0][0]
        end = max(position + len(pcm) for position, _, pcm in self._frames)
        whole = silence(end - first)
        for position, _, pcm in self._frames:
            if position >= first:  # a frame that came after a newer one and before all that is kept
                whole[position - first : position - first + len(pcm)] = pcm
        started_s = min(at_s - (position - first) / RATE for position, at_s, _ in self._frames)
        return Sound(started_s, whole)
