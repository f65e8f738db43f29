"""What tells two places of a call apart: everything it knows, but for what is left out by name.

A facet that a room adds is told apart from the day it is there; what may be forgotten has to be listed here,
with the reason why nothing that a law asks or a decision chooses between can depend on it.
"""

from collections.abc import Hashable, Mapping
from operator import attrgetter
from types import MappingProxyType

import attrs

from calltape.core.call import Call, Participant

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "instants": "when a deadline passes; whether it runs is told apart, and any that runs may be next",
        "reasons": "why somebody left; only whether they have a reason is told apart. No decision asks which",
        "endpoints": "which of somebody's endpoints it is; how many there are in which state is told apart",
        "sources": "which camera or surface a stream shows; how far each stream is is told apart",
        "transfers": "to whom and why not, and where the call comes from; how far one is is told apart",
        "counters": "how often something was asked for, where that only gives the next one its number",
    }
)
"""What two calls may differ in and still be the same place."""

_COUNTERS = {"tones_requested", "tones_received", "hands_raised", "channel_sessions"}
_APART = {
    *_COUNTERS,
    *("participants", "end_reason", "ends_by", "offers", "endpoint", "streams", "effects", "channels"),
    *("transfer", "tones", "recordings", "breakouts", "origin"),
}
"""Fields that are not told apart as they are: see `_person`, `_whole`."""


def _told(kind: type) -> tuple[str, ...]:
    names = (field.name for field in attrs.fields(kind))
    return tuple(name for name in names if name not in _APART and not name.endswith("_until"))


_of_person = attrgetter(*_told(Participant))
_of_call = attrgetter(*_told(Call))
_untils = attrgetter(*(f.name for f in attrs.fields(Participant) if f.name.endswith("_until")))


class Keys:
    """Gives every place a key: equal for two calls exactly when they are the same place."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __call__(self, call: Call) -> Hashable:
        """The key of `call`; means something among the keys of this object alone."""
        return self._number(_whole(call)), *(
            self._number(_person(each)) for each in call.participants.values()
        )

    def _number(self, part: Hashable) -> int:
        """Parts come again and again: a number takes their place, or the keys would fill the memory."""
        return self._numbers.setdefault(part, len(self._numbers))


def _whole(call: Call) -> Hashable:
    made = tuple((name, each.kind, each.state, each.needs_consent) for name, each in call.recordings.items())
    rooms = tuple((room.id, room.state, room.invitees) for room in call.breakouts.rooms.values())
    waits = (call.ends_by is not None, call.breakouts.ends_at is not None, call.breakouts.is_return_disabled)
    return _of_call(call), call.end_reason is not None, made, rooms, waits


def _person(person: Participant) -> Hashable:
    return (
        _of_person(person),
        tuple(at is not None for at in _untils(person)),
        person.end_reason is not None,
        person.endpoint is not None and person.offers.get(person.endpoint, True),
        tuple(sorted(person.offers.values())),
        tuple(sorted((kind, each.state) for kind, each in person.streams.items())),
        tuple(sorted((effect, use.state) for effect, use in person.effects.items())),
        tuple(sorted((number, each.state) for number, each in person.channels.items())),
        None if person.transfer is None else person.transfer.state,
        len(person.tones),
    )
