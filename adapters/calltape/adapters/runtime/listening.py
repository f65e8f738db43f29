"""Who listens: added, and taken out again as often as they like."""

import contextlib
from collections.abc import Callable
from typing import TypeVar

_Heard = TypeVar("_Heard")


def joined(listeners: list[_Heard], listener: _Heard) -> Callable[[], None]:
    """Add a listener; returns how to take it out again, which does nothing the second time."""
    listeners.append(listener)

    def stop() -> None:
        with contextlib.suppress(ValueError):
            listeners.remove(listener)

    return stop
