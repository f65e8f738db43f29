"""What a push about a call says: the kinds and the fields that the vendor documents, as text by name.

How the vendor lays them out on the wire is not documented; this is our own layout of the same fields.
"""

from collections.abc import Mapping
from enum import IntEnum

import attrs

from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.errors import BadInput
from calltape.core.events import personal
from calltape.core.identity import Kind, RawId, parse
from calltape.core.streams import StreamKind
from calltape.core.values import CallId, Instant


class PushKind(IntEnum):
    """What a push is about, under the vendor's numbers (`PushNotificationEventType`)."""

    INCOMING_CALL = 107
    INCOMING_GROUP_CALL = 109
    STOP_RINGING = 110
    INCOMING_PSTN_CALL = 111


UNRECOGNISED = 4
"""The error flag of a payload that is no push about a call."""

UNPROCESSABLE = 8
"""The error flag of one that is, and cannot be used."""


class BadPayload(BadInput):
    """A payload that cannot be read; `flag` is the vendor's error flag, 4 or 8."""

    def __init__(self, sentence: str, flag: int) -> None:
        super().__init__(sentence, flag)
        self.flag = flag

    def __str__(self) -> str:
        return str(self.args[0])


@attrs.frozen(kw_only=True)
class PushPayload:
    """A push about a call, read."""

    kind: PushKind
    call_id: CallId
    to: RawId
    caller: RawId
    caller_display_name: str | None = attrs.field(default=None, metadata=personal())
    is_with_video: bool = False
    expires_at: Instant | None = None
    """When the call stops ringing by itself; None for a push that stops the ringing."""


def incoming_payload(call: Call, who: RawId) -> PushPayload:
    """What `who`, who is being called, is told. Reads `call`."""
    callee = call.participants[who]
    caller = _caller(call, callee)
    return PushPayload(
        kind=_incoming_kind(call, caller.id),
        call_id=call.id or CallId(""),
        to=who,
        caller=caller.id,
        caller_display_name=caller.display_name,
        is_with_video=StreamKind.VIDEO in caller.streams,
        expires_at=callee.establish_until,
    )


def stop_payload(call: Call, who: RawId) -> PushPayload:
    """What a device of `who` is told when it is to stop ringing: the call was answered elsewhere, or is over.

    Reads `call`.
    """
    caller = _caller(call, call.participants[who])
    return PushPayload(
        kind=PushKind.STOP_RINGING, call_id=call.id or CallId(""), to=who, caller=caller.id, expires_at=None
    )


def _caller(call: Call, callee: Participant) -> Participant:
    return call.participants.get(callee.other or call.starter or callee.id) or callee


def _incoming_kind(call: Call, caller: RawId) -> PushKind:
    if parse(caller).kind is Kind.PHONE_NUMBER:
        return PushKind.INCOMING_PSTN_CALL
    return PushKind.INCOMING_CALL if call.kind is CallKind.ONE_TO_ONE else PushKind.INCOMING_GROUP_CALL


def say_payload(payload: PushPayload) -> Mapping[str, str]:
    """The payload as a push service carries it: text by name. `expiresAt` is ours, in microseconds."""
    said = {
        "eventType": str(payload.kind.value),
        "callId": str(payload.call_id),
        "from": str(payload.caller),
        "to": str(payload.to),
        "incomingWithVideo": "true" if payload.is_with_video else "false",
    }
    if payload.caller_display_name is not None:
        said["fromDisplayName"] = payload.caller_display_name
    if payload.expires_at is not None:
        said["expiresAt"] = str(payload.expires_at)
    return said


def read_payload(said: Mapping[str, str]) -> PushPayload:
    """The other way.

    Raises:
        BadPayload: it is no push about a call (flag 4), or lacks what every one says (flag 8).
    """
    kinds = {str(kind.value): kind for kind in PushKind}
    kind = kinds.get(said.get("eventType", ""))
    if kind is None:
        known = ", ".join(kinds)
        raise BadPayload(f"it is no push about a call: its eventType is none of {known}", UNRECOGNISED)
    for name in ("callId", "from", "to"):
        if not said.get(name):
            raise BadPayload(f"the push does not say {name}; have it sent again", UNPROCESSABLE)
    expires_at = said.get("expiresAt")
    if expires_at is not None and not expires_at.isdecimal():
        raise BadPayload("the push does not say when it expires in whole microseconds", UNPROCESSABLE)
    if kind is not PushKind.STOP_RINGING and expires_at is None:
        raise BadPayload("the push does not say expiresAt; have it sent again", UNPROCESSABLE)
    return PushPayload(
        kind=kind,
        call_id=CallId(said["callId"]),
        to=RawId(said["to"]),
        caller=RawId(said["from"]),
        caller_display_name=said.get("fromDisplayName"),
        is_with_video=said.get("incomingWithVideo") == "true",
        expires_at=None if expires_at is None else Instant(int(expires_at)),
    )
