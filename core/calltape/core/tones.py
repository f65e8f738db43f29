"""The tones of a telephone's keys (DTMF), and what a leg remembers of those that are on their way."""

from enum import StrEnum

import attrs

from calltape.core.errors import BadInput
from calltape.core.events import personal
from calltape.core.values import Instant


class Tone(StrEnum):
    """One key of a telephone. The SDK's `DtmfTone`, all 17 of it."""

    NUM_0 = "Num0"
    NUM_1 = "Num1"
    NUM_2 = "Num2"
    NUM_3 = "Num3"
    NUM_4 = "Num4"
    NUM_5 = "Num5"
    NUM_6 = "Num6"
    NUM_7 = "Num7"
    NUM_8 = "Num8"
    NUM_9 = "Num9"
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    STAR = "Star"
    POUND = "Pound"
    FLASH = "Flash"
    """The hook, pressed for a moment; no sound of its own."""


_KEYS = {
    **{tone.value[-1]: tone for tone in Tone if tone.value.startswith("Num")},
    **{tone.value: tone for tone in (Tone.A, Tone.B, Tone.C, Tone.D)},
    "*": Tone.STAR,
    "#": Tone.POUND,
    "!": Tone.FLASH,
}


def tones_of(keys: str) -> tuple[Tone, ...]:
    """The tones of `keys`, as a telephone has them: `0` to `9`, `A` to `D`, `*` and `#`; `!` is flash.

    Raises:
        BadInput: a character is no key.
    """
    for key in keys:
        if key not in _KEYS:
            raise BadInput(f"{key!r} is no key of a telephone; use 0 to 9, A to D, *, # and ! for flash")
    return tuple(_KEYS[key] for key in keys)


@attrs.frozen(kw_only=True)
class TonesOnTheirWay:
    """What a telephone is to be sent and has not been reported to have been sent."""

    sequence: int
    """Counts the requests of the call, from 1 on."""

    tones: tuple[Tone, ...] = attrs.field(metadata=personal())
    until: Instant
    """When silence means that they were not sent."""
