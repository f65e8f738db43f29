"""A voice that nobody has: syllables with a pitch contour, formants, consonants and pauses.

It stands in for a person where a test or a demonstration needs speech-like sound that an echo can be found
in. The same seed always gives the same sound. No syllable is like another, so that a stretch of a second
fits in one place only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from calltape.adapters.webrtc.sound import RATE, Pcm

Signal = npt.NDArray[np.float64]

_RATE = 16_000
"""Synthesised at 16 kHz, which holds all of a telephone's voice, and then brought to 48 kHz."""
_HARMONIC_MAX_HZ = 3_800.0
_FORMANT_WIDTHS_HZ = (90.0, 120.0, 170.0)
_VOWELS_HZ = (
    (730.0, 1090.0, 2440.0),
    (270.0, 2290.0, 3010.0),
    (300.0, 870.0, 2240.0),
    (530.0, 1840.0, 2480.0),
    (570.0, 840.0, 2410.0),
    (660.0, 1720.0, 2410.0),
    (490.0, 1350.0, 1690.0),
)
"""First three formants of vowels as spoken by men (Peterson and Barney, 1952)."""


def speak(seconds: float, seed: int = 1) -> Pcm:
    """``seconds`` of voice, peak at about 60 % of full scale."""
    random = np.random.default_rng(seed)
    wanted = int(seconds * _RATE)
    pieces: list[Signal] = []
    have = 0
    while have < wanted:
        for piece in _word(random):
            pieces.append(piece)
            have += len(piece)
    slow = np.concatenate(pieces)[:wanted]
    times = np.arange(int(seconds * RATE)) / RATE
    fast = np.interp(times, np.arange(wanted) / _RATE, slow)
    pcm: Pcm = (fast / max(1e-9, float(np.abs(fast).max())) * 20_000).astype(np.int16)
    return pcm


def _word(random: np.random.Generator) -> list[Signal]:
    """One to four syllables on a falling pitch, and a pause."""
    pitch_hz = float(random.uniform(95.0, 190.0))
    pieces: list[Signal] = []
    for _ in range(int(random.integers(1, 5))):
        if random.random() < 0.6:
            pieces.append(_consonant(random))
        end_hz = pitch_hz * float(random.uniform(0.82, 1.12))
        pieces.append(_vowel(random, pitch_hz, end_hz))
        pitch_hz = end_hz
    pieces.append(np.zeros(int(random.uniform(0.04, 0.22) * _RATE)))
    return pieces


def _consonant(random: np.random.Generator) -> Signal:
    """A short hiss."""
    count = int(random.uniform(0.03, 0.09) * _RATE)
    hiss = np.diff(random.uniform(-1.0, 1.0, count + 1))
    return hiss * np.hanning(count) * 0.12


def _vowel(random: np.random.Generator, from_hz: float, to_hz: float) -> Signal:
    """Harmonics of a gliding, slightly trembling pitch, shaped by formants that glide between two vowels."""
    count = int(random.uniform(0.09, 0.24) * _RATE)
    progress = np.linspace(0.0, 1.0, count)
    tremble = 1 + 0.03 * np.interp(progress, np.linspace(0, 1, 7), random.uniform(-1.0, 1.0, 7))
    pitch_hz = (from_hz + (to_hz - from_hz) * progress) * tremble
    phase = 2 * np.pi * np.cumsum(pitch_hz) / _RATE
    start, end = (np.array(_VOWELS_HZ[int(random.integers(len(_VOWELS_HZ)))]) for _ in range(2))
    formants_hz = start[:, None] + (end - start)[:, None] * progress
    sound = np.zeros(count)
    for harmonic in range(1, int(_HARMONIC_MAX_HZ / pitch_hz.max()) + 1):
        gain = sum(
            1 / (1 + ((harmonic * pitch_hz - centre) / width) ** 2)
            for centre, width in zip(formants_hz, _FORMANT_WIDTHS_HZ, strict=True)
        )
        sound += gain * np.sin(harmonic * phase + float(random.uniform(0, 2 * np.pi)))
    loudness = float(random.uniform(0.4, 1.0))
    return sound * np.sin(np.pi * progress) ** 0.6 * loudness
