"""Gateways to telephones."""

from calltape.adapters.telephony.memory import (
    NO_SUCH_NUMBER,
    Happening,
    Line,
    MemoryGateway,
    announces,
    answers,
    fails,
    forwards,
    hangs_up,
    presses,
    rings,
)

__all__ = [
    "NO_SUCH_NUMBER",
    "Happening",
    "Line",
    "MemoryGateway",
    "announces",
    "answers",
    "fails",
    "forwards",
    "hangs_up",
    "presses",
    "rings",
]
