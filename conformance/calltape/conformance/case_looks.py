"""What a case may look at of the states that an implementation shows, and how it is written down.

A case says `legs = { alice = "Connected" }`; an implementation shows of each participant an object with the
key `leg`. The keys of both, and what they hold, stand here and in `docs/reference/conformance-protocol.md`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from calltape.conformance.scenario_stage import CAST, person

States = Mapping[str, Any]
"""What an implementation shows of one call: `call`, and `participants` by raw id."""

ABSENT: Mapping[str, Any] = {"leg": "None", "roster": "Idle", "left": None}
"""What is seen of somebody whom the implementation does not mention."""

PERSONAL: Mapping[str, str] = {
    "legs": "leg",
    "roster": "roster",
    "left": "left",
    "muted": "muted",
    "hears_nothing": "hears_nothing",
    "video": "video",
    "share": "share",
    "applied": "effects",
    "roles": "role",
    "permitted": "permitted",
    "breakouts": "breakout",
    "transfers": "transfer",
    "forwarded_to": "forwarded_to",
    "hands": "hand",
    "spotlight": "spotlight",
    "captions": "captions",
    "consents": "lacks_consent",
    "channels": "channels",
}
"""What a step looks at of each person whom it names: the key in the case, and in what is shown."""

OF_THE_CALL = ("now", "recordings")
LOOKS = (*PERSONAL, "offers", *OF_THE_CALL)
"""Every key under which a step may say which states are to be seen."""

NAMES: Mapping[str, str] = {raw: name for name, raw in CAST.items()}
_NOTHING = "nothing"


def seen(states: States, look: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What `states` show where a step wants `wanted`, written as the step writes it."""
    if look == "offers":
        return {place: _offer(states, place) for place in wanted}
    if look in OF_THE_CALL:
        shown = states["call"] if look == "now" else states["call"].get("recordings", {})
        return {key: _written(shown.get(key, _NOTHING), key) for key in wanted}
    key = PERSONAL[look]
    return {name: _written(_of(states, name).get(key, _NOTHING), key) for name in wanted}


def _of(states: States, name: str) -> Mapping[str, Any]:
    """What is shown of whom the case calls `name`."""
    who, _, number = name.partition("-")
    raw = person(who, int(number) if number else 1)
    shown: Mapping[str, Any] = states["participants"].get(raw, ABSENT)
    return shown


def _offer(states: States, place: str) -> str:
    return str(_of(states, place.split("/", maxsplit=1)[0]).get("offers", {}).get(place, "None"))


def _written(value: Any, key: str) -> Any:
    write = _WRITE.get(key)
    return value if write is None or value == _NOTHING else write(value)


_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "left": lambda value: value or "",
    "ended": lambda value: value or "",
    "forwarded_to": lambda value: NAMES.get(value, value) if value else "",
}
"""What a case writes otherwise than an implementation shows it."""
