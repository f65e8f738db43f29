"""A generated moving picture, each frame of it stamped with its number.

The stamp is a row of black and white blocks, large enough to survive a video codec. A mirrored picture
that comes back says which one it is, so its way there and back can be timed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from av import VideoFrame

NUMBERS = 4096
"""Stamps run from 0 to 4095 and start again: at 15 frames a second that is 4.5 minutes."""
_NUMBER_BITS = 12
_CHECK_BITS = 4
_BLOCK_WIDTH = 32
_BLOCK_HEIGHT = 16
_STAMP_WIDTH = (_NUMBER_BITS + _CHECK_BITS) * _BLOCK_WIDTH
_DARK, _LIGHT = 16, 235
"""Black and white of video levels (ITU-R BT.601)."""

Luma = npt.NDArray[np.uint8]


def _check(number: int) -> int:
    """Four bits that are wrong if any one block was misread, and right for a plain wall by rare luck only."""
    return ((number >> 8) ^ (number >> 4) ^ number ^ 0b1010) & 0b1111


def write_stamp(luma: Luma, number: int) -> None:
    """Draw ``number`` (modulo 4096) into the upper left corner of a luma plane at least 512 wide."""
    number %= NUMBERS
    bits = number << _CHECK_BITS | _check(number)
    for index in range(_NUMBER_BITS + _CHECK_BITS):
        on = bits >> (_NUMBER_BITS + _CHECK_BITS - 1 - index) & 1
        luma[:_BLOCK_HEIGHT, index * _BLOCK_WIDTH : (index + 1) * _BLOCK_WIDTH] = _LIGHT if on else _DARK


def read_stamp(frame: VideoFrame) -> int | None:
    """The number drawn into ``frame``, or None where there is none that can be read."""
    if frame.width < _STAMP_WIDTH or frame.format.name != "yuv420p":
        return None
    plane = frame.planes[0]
    rows: Luma = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    bits = 0
    for index in range(_NUMBER_BITS + _CHECK_BITS):
        left = index * _BLOCK_WIDTH
        # The middle of the block: its edges are where a codec smears.
        block = rows[4 : _BLOCK_HEIGHT - 4, left + 8 : left + _BLOCK_WIDTH - 8]
        bits = bits << 1 | int(float(block.mean()) > (_DARK + _LIGHT) / 2)
    number = bits >> _CHECK_BITS
    return number if bits & ((1 << _CHECK_BITS) - 1) == _check(number) else None


class Pattern:
    """A camera that films drifting squares: cheap to make, real work for a codec."""

    def __init__(
        self,
        width: int = 640,
        height: int = 360,
        frame_rate: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if width < _STAMP_WIDTH or width % 2 or height < 2 * _BLOCK_HEIGHT or height % 2:
            raise ValueError(
                f"A pattern of {width} x {height} cannot be stamped: "
                f"give even numbers, at least {_STAMP_WIDTH} x {2 * _BLOCK_HEIGHT}."
            )
        self._width, self._height, self._frame_s = width, height, 1 / frame_rate
        self._clock = clock
        self._due_s: float | None = None
        self._wall = _wall(width, height)
        self.frames = 0
        """Frames made so far."""
        self.made_at_s: dict[int, float] = {}
        """When the newest frame with each stamp was made."""

    async def frame(self) -> VideoFrame:
        """The next picture, when it is due. A picture that is already late is not hurried after."""
        now = self._clock()
        due_s = now if self._due_s is None else self._due_s
        if due_s > now:
            await asyncio.sleep(due_s - now)
        self._due_s = max(due_s, now - self._frame_s) + self._frame_s
        picture = self._draw(self.frames)
        self.made_at_s[self.frames % NUMBERS] = self._clock()
        self.frames += 1
        return picture

    def close(self) -> None:
        """Nothing to let go of."""

    def _draw(self, number: int) -> VideoFrame:
        shift = number * 2 % self._width
        yuv = np.full((self._height * 3 // 2, self._width), 128, dtype=np.uint8)
        yuv[: self._height] = self._wall[:, shift : shift + self._width]
        yuv[self._height : self._height * 5 // 4] += np.uint8(number % 64)  # the U plane: a slow hue
        write_stamp(yuv, number)
        return VideoFrame.from_ndarray(yuv, format="yuv420p")


def _wall(width: int, height: int, seed: int = 7) -> Luma:
    """A wall of grey squares, twice as wide as the picture so that it can drift past and start again."""
    size = (height // 20 + 1, width // 20 + 1)
    squares = np.random.default_rng(seed).integers(40, 200, size, dtype=np.uint8)
    wall = squares.repeat(20, axis=0).repeat(20, axis=1)[:height, :width]
    return np.concatenate([wall, wall], axis=1)
