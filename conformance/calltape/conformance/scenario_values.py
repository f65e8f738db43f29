"""Values that the steps of a scenario write in their own way: devices, kinds, ratings, custom context."""

from collections.abc import Iterable, Mapping
from typing import Any

from calltape.core import (
    LIMITS,
    ContextHeader,
    CustomContext,
    Device,
    DeviceKind,
    PushKind,
    Rating,
    RatingScale,
    ReactionKind,
    context_from_sip,
)


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


def context_of(written: Mapping[str, Any]) -> CustomContext | None:
    """What a step gives: under `from_sip` the headers of a call that comes in over SIP.

    Headers are pairs, so that a key can stand there twice.
    """
    if "from_sip" in written:
        return context_from_sip([(name, value) for name, value in written["from_sip"]], LIMITS)
    return CustomContext(
        user_to_user=written.get("user_to_user"),
        sip_headers=_headers(written.get("sip_headers", ())),
        voip_headers=_headers(written.get("voip_headers", ())),
    )


def _headers(pairs: Iterable[tuple[str, str]]) -> tuple[ContextHeader, ...]:
    return tuple(ContextHeader(key, value) for key, value in pairs)
