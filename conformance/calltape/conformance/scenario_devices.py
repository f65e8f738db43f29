"""Looks of scenarios at what belongs to a client: its devices, and what was pushed to it."""

from collections.abc import Mapping
from typing import Any

from calltape.conformance.scenario_stage import CAST, START, Stage, person, same
from calltape.core import (
    SECOND,
    DeviceKind,
    DeviceUse,
    NoticeBook,
    PushKind,
    incoming_payload,
    say_payload,
)


def look_at_permissions(stage: Stage, wanted: Mapping[str, str]) -> None:
    """Whether the client may use microphones and cameras."""
    found = {use: str(stage.devices.access_to(DeviceUse(use))) for use in wanted}
    same("the permissions", found, dict(wanted))


def look_at_listed(stage: Stage, wanted: Mapping[str, list[str]]) -> None:
    """What is plugged in, by kind."""
    found = {kind: [device.id for device in stage.devices.of(DeviceKind(kind))] for kind in wanted}
    same("the lists of devices", found, dict(wanted))


def look_at_chosen(stage: Stage, wanted: Mapping[str, str]) -> None:
    """What the client uses, by kind; empty for nothing."""
    found = {kind: stage.devices.chosen.get(DeviceKind(kind), "") for kind in wanted}
    same("the devices in use", found, dict(wanted))


def look_at_notices(stage: Stage, wanted: Mapping[str, str]) -> None:
    """Where the notifications about the present call are: by device, or "device stop"."""
    book = stage.notices.get(stage.about, NoticeBook())
    found: dict[str, str] = {}
    for key in wanted:
        device, _, stop = key.partition(" ")
        kind = PushKind.STOP_RINGING if stop else PushKind.INCOMING_CALL
        found[key] = str(book.state(device, kind))
    same("the notifications", found, dict(wanted))


def look_at_told_by_push(stage: Stage, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """What a push about the call would tell somebody who is called; `expiresAt` in seconds."""
    for name, fields in wanted.items():
        said: dict[str, Any] = dict(say_payload(incoming_payload(stage.call, person(name))))
        names = {raw: each for each, raw in CAST.items()}
        said |= {"from": names[said["from"]], "to": names[said["to"]]}
        said["expiresAt"] = (int(said["expiresAt"]) - START) / SECOND
        same(f"the push to {name}", {key: said.get(key) for key in fields}, dict(fields))
