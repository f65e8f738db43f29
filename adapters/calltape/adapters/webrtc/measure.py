"""Find what was sent in what came back: how alike they are, and how long it took.

The likeness is the normalised cross-correlation: 1 for the same sound at any loudness, about 0 for sounds
that have nothing to do with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import attrs
import numpy as np
import numpy.typing as npt

from calltape.adapters.webrtc.sound import RATE, Sound

Signal = npt.NDArray[np.float64]

_SLOW = 6
"""Compared at 8 kHz: enough for a voice, 36 times cheaper than 48 kHz, and still exact to 0.13 ms."""
_SLOW_RATE = RATE // _SLOW
SEGMENT_S = 1.0
"""Length of the pieces that are looked for when nothing is known of the echo's windows."""
HOP_S = 0.25
AGREE_S = 0.005
"""Neighbouring pieces that came back together differ by less than this in delay."""
PATH_MAX_S = 1.0
"""A window is looked for up to this much later than a path without delay would bring it."""
LOUD = 0.05
"""A piece quieter than this fraction of the whole (RMS) says nothing."""


class Window(Protocol):
    """One stretch that an echo heard and said again; ``echo.EchoWindow`` is one."""

    @property
    def heard_from_s(self) -> float:
        """When the echo heard its first sample."""
        ...

    @property
    def played_from_s(self) -> float:
        """When the echo began to say it again."""
        ...

    @property
    def length_s(self) -> float:
        """How long it is."""
        ...


@attrs.frozen
class Echoed:
    """What came back."""

    correlation: float
    """0 to 1. With windows: the mean over all windows played back, weighted by length. Without: the mean over
    the neighbouring pieces that came back together and fit best."""
    delay_ms: float | None
    """From a sound being sent to its being heard again, the echo's keeping it included. None if nothing was
    compared."""
    path_delay_ms: float | None
    """The same without the echo's keeping it. None if the windows are not known."""
    pieces: int
    """Windows (or pieces) that the result rests on."""
    compared_s: float
    """Seconds of sound that the result rests on."""


@attrs.frozen
class _Fit:
    """Where one piece of what was sent fits best into what was received."""

    correlation: float
    delay_s: float
    length_s: float
    held_back_s: float | None = None


def compare(sent: Sound, received: Sound, windows: Iterable[Window] = ()) -> Echoed:
    """How much of ``sent`` is in ``received``, and how late.

    With the echo's ``windows`` every stretch that was played back counts, whether it fits or not. Without,
    the best fitting pieces are taken.
    """
    known = list(windows)
    slow_sent, slow_received = _slow(sent), _slow(received)
    if known:
        fits = _window_fits(slow_sent, sent.started_s, slow_received, received.started_s, known)
    else:
        fits = _best_run(_piece_fits(slow_sent, sent.started_s, slow_received, received.started_s))
    if not fits:
        return Echoed(0.0, None, None, 0, 0.0)
    weights = np.array([fit.length_s for fit in fits])
    correlation = float(np.average([fit.correlation for fit in fits], weights=weights))
    held = [(fit.delay_s - fit.held_back_s) * 1000 for fit in fits if fit.held_back_s is not None]
    return Echoed(
        correlation=min(1.0, max(0.0, correlation)),
        delay_ms=float(np.median([fit.delay_s for fit in fits])) * 1000,
        path_delay_ms=float(np.median(held)) if held else None,
        pieces=len(fits),
        compared_s=float(weights.sum()),
    )


def picture_delay_ms(made_at_s: Mapping[int, float], seen: Sequence[tuple[int, float]]) -> float | None:
    """How long a picture took to the mirror and back (the median), from its stamp; None if none came back."""
    delays = [at_s - made_at_s[stamp] for stamp, at_s in seen if made_at_s.get(stamp, at_s) < at_s]
    return float(np.median(delays)) * 1000 if delays else None


def _slow(sound: Sound) -> Signal:
    """8 kHz, everything above 3.4 kHz removed first."""
    reach = 4 * _SLOW
    taps = np.sinc(2 * 3400 / RATE * np.arange(-reach, reach + 1)) * np.hamming(2 * reach + 1)
    samples = sound.pcm.astype(np.float64)
    if len(samples) <= 2 * reach:
        return samples[::_SLOW]
    filtered: Signal = np.convolve(samples, taps / taps.sum(), mode="same")[::_SLOW]  # pyright: ignore[reportAssignmentType]
    return filtered


def _fit(piece: Signal, place: Signal) -> tuple[float, int]:
    """The best correlation of ``piece`` anywhere within ``place``, and at which sample."""
    if len(place) < len(piece) or not len(piece):
        return 0.0, 0
    size = 1 << (len(place) + len(piece) - 1).bit_length()
    spectrum = np.fft.rfft(place, size) * np.conj(np.fft.rfft(piece, size))
    products = np.fft.irfft(spectrum, size)[: len(place) - len(piece) + 1]
    energy = np.concatenate([[0.0], np.cumsum(place**2)])
    local = energy[len(piece) :] - energy[: -len(piece)]
    # A stretch far quieter than the loudest is no echo; dividing by its energy would only magnify its noise.
    floor = max(1e-9, 1e-3 * float(local.max()))
    likeness = products / np.sqrt(float((piece**2).sum() or 1e-9) * np.maximum(local, floor))
    best = int(np.argmax(likeness))
    return float(likeness[best]), best


def _window_fits(
    sent: Signal, sent_s: float, received: Signal, received_s: float, windows: Sequence[Window]
) -> list[_Fit]:
    """Each window that was played back for at least half a second: what the echo heard, found again.

    The echo heard the window's first sample a little after it was sent, so the stretch is taken from a little
    later on than the window says: that part of it was heard for certain.
    """
    fits: list[_Fit] = []
    for window in windows:
        held_back_s = window.played_from_s - window.heard_from_s
        heard_again_s = received_s + len(received) / _SLOW_RATE - window.played_from_s - PATH_MAX_S / 4
        length_s = min(window.length_s - PATH_MAX_S / 4, heard_again_s)
        start = round((window.heard_from_s - sent_s) * _SLOW_RATE)
        if length_s < 0.5 or start < 0:
            continue
        piece = sent[start : start + int(length_s * _SLOW_RATE)]
        earliest = max(0, round((window.played_from_s - received_s) * _SLOW_RATE))
        place = received[earliest : earliest + len(piece) + int(PATH_MAX_S * _SLOW_RATE)]
        correlation, at = _fit(piece, place)
        delay_s = received_s + (earliest + at) / _SLOW_RATE - (sent_s + start / _SLOW_RATE)
        fits.append(_Fit(correlation, delay_s, len(piece) / _SLOW_RATE, held_back_s))
    return fits


def _piece_fits(sent: Signal, sent_s: float, received: Signal, received_s: float) -> list[_Fit]:
    """Every loud enough piece of what was sent, and where it fits best among what was heard later."""
    count, hop = int(SEGMENT_S * _SLOW_RATE), int(HOP_S * _SLOW_RATE)
    loud = LOUD * float(np.sqrt(np.mean(sent**2))) if len(sent) else 0.0
    fits: list[_Fit] = []
    for start in range(0, len(sent) - count + 1, hop):
        piece = sent[start : start + count]
        if float(np.sqrt(np.mean(piece**2))) <= loud:
            continue
        earliest = max(0, round((sent_s + start / _SLOW_RATE - received_s) * _SLOW_RATE))
        correlation, at = _fit(piece, received[earliest:])
        delay_s = received_s + (earliest + at) / _SLOW_RATE - (sent_s + start / _SLOW_RATE)
        fits.append(_Fit(correlation, delay_s, HOP_S))
    return fits


def _best_run(fits: Sequence[_Fit]) -> list[_Fit]:
    """The best fitting piece and its neighbours that came back with it, at the same delay.

    The outermost neighbours reach beyond what was echoed and agree only in part; they are left out.
    """
    if not fits:
        return []
    best = max(range(len(fits)), key=lambda index: fits[index].correlation)
    first = last = best
    while first > 0 and abs(fits[first - 1].delay_s - fits[best].delay_s) < AGREE_S:
        first -= 1
    while last + 1 < len(fits) and abs(fits[last + 1].delay_s - fits[best].delay_s) < AGREE_S:
        last += 1
    edge = min(round(SEGMENT_S / HOP_S) - 1, (last - first) // 2)
    return list(fits[first + edge : last + 1 - edge])
