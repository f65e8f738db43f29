"""What a trace claims to be about: all that calltape knows, or some levels of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from calltape.adapters.codec import split_topic
from calltape.core import EVENTS, LIFECYCLES, BadInput
from calltape.core.levels import claimed_levels


class _Fates(dict[str, str]):
    """By topic what becomes of an event, each settled when it is first met."""

    def __init__(self, events: frozenset[str]) -> None:
        super().__init__()
        self._events = events

    def __missing__(self, topic: str) -> str:
        self[topic] = fate = self._settle(topic)
        return fate

    def _settle(self, topic: str) -> str:
        try:
            name, shape = split_topic(topic)
        except BadInput:
            return JUDGED  # where it is found to be damaged
        if name not in EVENTS or shape > EVENTS[name].shape:
            return UNKNOWN
        return JUDGED if name in self._events else OUTSIDE


JUDGED, OUTSIDE, UNKNOWN = "judged", "outside", "unknown"
"""An event is judged; or it is passed over as one of another level, or as one that nobody knows."""


@attrs.frozen
class Claim:
    """Some levels, and what they need."""

    levels: tuple[str, ...]
    fates: Mapping[str, str]
    """By topic: `JUDGED`, `OUTSIDE` or `UNKNOWN`."""


def claim_of(names: Sequence[str]) -> Claim | None:
    """The claim to these levels and what they need; None, which is everything, where none is named.

    Raises:
        BadInput: there is no such level.
    """
    if not names:
        return None
    levels = claimed_levels(names)
    events = frozenset[str]().union(*(level.events for level in levels))
    return Claim(tuple(level.name for level in levels), _Fates(events))


def moves_something(name: str) -> bool:
    """Whether an event of that stored name takes a machine of some lifecycle to another state."""
    kind: Any = EVENTS.get(name)
    return kind is not None and kind.__name__ in _MOVING


_MOVING = frozenset(
    row.emits for life in LIFECYCLES.values() for row in life.rows if row.source != row.target
)
