"""Which camera, microphone and loudspeaker a leg uses: facts that its endpoint reports.

Choosing is the endpoint's own affair, done before and during calls, so there is nothing to ask for. The call
remembers what was chosen. A camera and a video are one matter: a video that runs shows what the chosen camera
sees, and a camera that a video is started with or switched to is chosen by that.
"""

import attrs

from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, Participant
from calltape.core.call.video import switched_to
from calltape.core.commands import Command, command
from calltape.core.devices import DeviceKind
from calltape.core.errors import Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import Kind, RawId, parse
from calltape.core.limits import Limits
from calltape.core.states import CALL


@command
class ReportDeviceSelected(Command):
    """Observed: `participant` uses `device` from now on. A telephone's devices are nobody's business."""

    participant: RawId
    kind: DeviceKind
    device: str = attrs.field(metadata=personal())
    """The name under which the endpoint knows it: not empty."""


@event("device.selected")
class DeviceSelected(Event):
    """Somebody uses another camera, microphone or loudspeaker."""

    participant: RawId
    kind: DeviceKind
    device: str = attrs.field(metadata=personal())
    """The name under which the endpoint knows it; may hold its owner's."""


@decides(ReportDeviceSelected)
def _selected(call: Call, seen: ReportDeviceSelected, limits: Limits) -> Events:
    person = call.participants[seen.participant]
    reason = ""
    if not seen.device:
        reason = f"no {seen.kind} is named; name the one that is used"
    elif parse(seen.participant).kind is Kind.PHONE_NUMBER:
        reason = "a telephone has no devices that a call could know of"
    if reason:
        state = person.call_state
        raise Refused(CALL.name, state, "ReportDeviceSelected", reason, CALL.accepted(state))
    if person.devices.of(seen.kind) == seen.device:
        return ()
    selected = DeviceSelected(participant=seen.participant, kind=seen.kind, device=seen.device)
    return (selected, *(switched_to(person, seen.device) if seen.kind is DeviceKind.CAMERA else ()))


@changes(DeviceSelected)
def _uses(call: Call, participant: Participant, fact: DeviceSelected) -> None:
    participant.devices = participant.devices.with_(fact.kind, fact.device)
