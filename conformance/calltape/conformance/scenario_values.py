"""Values that the steps of a scenario write in their own way: devices, kinds, ratings."""

from collections.abc import Mapping
from typing import Any

from calltape.core import Device, DeviceKind, PushKind, Rating, RatingScale, ReactionKind


def device_of(written: Mapping[str, Any]) -> Device:
    """A device that is plugged in, the usual one of its system where it says so."""
    is_default = bool(written.get("is_system_default"))
    return Device(id=written["id"], kind=DeviceKind(written["kind"]), is_system_default=is_default)


def kind_of(value: Any) -> object:
    """What a push or a device is for, or how somebody reacts."""
    if isinstance(value, int):
        return PushKind(value)
    if value in set(ReactionKind):
        return ReactionKind(value)
    return DeviceKind(value) if value in set(DeviceKind) else value


def rating_of(written: Mapping[str, Any]) -> Rating:
    """A rating as a step has it."""
    scale = RatingScale(**written.get("scale", {}))
    return Rating(score=written["score"], issues=tuple(written.get("issues", ())), scale=scale)
