"""How the steps of a scenario become commands: what they leave out, and how their fields are read."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from calltape.conformance.scenario_stage import CAST, GROUP_ID, ROOM_ID, START, Stage, Step, person
from calltape.conformance.scenario_values import context_of, device_of, kind_of, rating_of
from calltape.core import (
    COMMANDS,
    REGISTRY,
    BadSpec,
    CallId,
    ChannelPriority,
    Command,
    CommandId,
    DeviceAccess,
    DeviceUse,
    EffectError,
    Modality,
    OperatingSystem,
    Platform,
    PushBook,
    RawId,
    RecordingKind,
    Reliability,
    Role,
    Room,
    RoomPass,
    Scope,
    ShareSurface,
    Source,
    StreamEffect,
    SurveyCategory,
    Tone,
    Wait,
    later,
    room_pass,
    tones_of,
)
from calltape.core.video_constraints import VideoConstraints


def command_of(stage: Stage, step: Step, number: int) -> Command:
    """The command that `step` gives for the `number`-th time.

    Raises:
        BadSpec: there is no such command, field or person.
    """
    kind: Any = COMMANDS.get(step["do"])
    if kind is None:
        raise BadSpec(f"there is no command {step['do']!r}")
    stage.commands_given += 1
    given = {
        "id": CommandId(str(step.get("id", f"command-{stage.commands_given}"))),
        "at": later(START, stage.now_s),
        **_defaults(stage.about, step, frozenset(field.name for field in attrs.fields(kind)), number),
        **{name: _value(name, value, number) for name, value in step.get("with", {}).items()},
    }
    if step["do"] == "SendPush":
        given["registered_until"] = stage.pushes.get(RawId(str(given["user"])), PushBook()).until(
            str(given["device"])
        )
    if "room" in {field.name for field in attrs.fields(kind)} and "participant" in given:
        given["room"] = _pass_of(stage, given)
    try:
        command: Command = kind(**given)
    except TypeError as wrong:
        raise BadSpec(f"{step['do']} cannot be given so: {wrong}") from wrong
    return command


def _pass_of(stage: Stage, given: Mapping[str, Any]) -> RoomPass:
    """What the one room says of who comes."""
    room = stage.rooms.get(ROOM_ID, Room())
    return room_pass(room, ROOM_ID, given["participant"], given["at"])


def _defaults(about: str, step: Step, fields: frozenset[str], number: int) -> Mapping[str, object]:
    """What need not be said: the person from `who`, their desk, the call's name, the one group."""
    found: dict[str, object] = {}
    who = step.get("who")
    for name in ("participant", "user"):
        if name in fields and who is not None:
            found[name] = person(who, number)
    if "endpoint" in fields and who is not None and not person(who, number).startswith("4:"):
        found["endpoint"] = f"{who}/desk".format(n=number)
    if "client" in fields:
        found["client"] = "client-1"
    if "call_id" in fields:
        found["call_id"] = CallId(about)
    if "room_id" in fields and "participant" not in fields:
        found["room_id"] = ROOM_ID
    if "group_id" in fields:
        found["group_id"] = GROUP_ID
    return found


def _value(name: str, value: Any, number: int) -> object:
    match name:
        case "to" | "participant" | "by" | "initiator" | "target" | "transferor":
            return person(value, number)
        case "callees" | "participants" | "recipients" | "invitees":
            return tuple(person(each, number) for each in value)
        case "devices":
            return tuple(device_of(each) for each in value)
        case "payload":
            return _payload(value)
        case "valid_from" | "valid_until" | "expires_at" | "used_at" | "ends_at":
            return later(START, value)
        case "roles":
            return {person(name, number): Role(role) for name, role in value.items()}
        case "scopes":
            return tuple(Scope(each) for each in value)
        case "kind":
            return kind_of(value)
        case "reason":
            code, _, subcode = value.partition("/")
            return REGISTRY.reason(int(code), int(subcode) if subcode != "-" else None, source=Source.REMOTE)
        case _ if name in _READ:
            return _READ[name](value)
        case _:
            return value


_READ: Mapping[str, Callable[[Any], object]] = {
    "role": Role,
    "wait": Wait,
    "surface": ShareSurface,
    "modality": Modality,
    "what": RecordingKind,
    "ratings": lambda written: {SurveyCategory(name): rating_of(each) for name, each in written.items()},
    "reliability": Reliability,
    "priority": ChannelPriority,
    "use": DeviceUse,
    "access": DeviceAccess,
    "system": OperatingSystem,
    "effect": StreamEffect,
    "error": EffectError,
    "platform": Platform,
    "supported": tuple,
    "room_ids": tuple,
    "constraints": lambda maxima: VideoConstraints(**maxima),
    "custom_context": context_of,
    "tone": Tone,
    "tones": tones_of,
}
"""How a field is read, whoever it is about."""


def _payload(written: Mapping[str, Any]) -> Mapping[str, str]:
    """A push as a push service carries it, people and moments being written as everywhere in scenarios."""
    said: dict[str, str] = {}
    for name, value in written.items():
        if name in {"from", "to"} and value in CAST:
            said[name] = person(value)
        else:
            said[name] = value if isinstance(value, str) else str(later(START, value))
    return said
