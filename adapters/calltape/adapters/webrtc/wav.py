"""Sound files in and out."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from calltape.adapters.webrtc.sound import RATE, Pcm


class BadMedia(ValueError):
    """A media file that cannot be used. The message is one sentence: which, what is wrong, what to do."""


def read_sound(path: str | Path) -> Pcm:
    """All of an audio file (WAV of any rate and channels, or whatever else FFmpeg reads), 48 kHz mono.

    Raises BadMedia if it cannot be read, holds no audio stream, or holds no sample.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadMedia(
                    f"There is no sound in {path}: give a WAV file, or another with an audio stream."
                )
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            pieces = [
                piece.to_ndarray().reshape(-1)
                for frame in [*container.decode(audio=0), None]
                for piece in resampler.resample(frame)
            ]
    except (FFmpegError, OSError) as problem:
        reason = problem.strerror or type(problem).__name__
        raise BadMedia(f"The sound file {path} cannot be read ({reason}): give a WAV file.") from problem
    pcm: Pcm = np.concatenate([*pieces, np.zeros(0, np.int16)]).astype(np.int16)
    if not len(pcm):
        raise BadMedia(f"The sound file {path} is empty: give a WAV file that holds some sound.")
    return pcm


def write_wav(path: str | Path, pcm: Pcm) -> None:
    """Write 48 kHz mono 16-bit samples as a WAV file. Raises BadMedia if the file cannot be written."""
    try:
        with Path(path).open("wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(pcm.astype("<i2").tobytes())
    except OSError as problem:
        raise BadMedia(f"The sound file {path} cannot be written ({problem.strerror}).") from problem
