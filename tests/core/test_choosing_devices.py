"""A device is remembered for as long as its leg lives, and a refused report leaves no trace."""

import pytest

from calltape.core import (
    Call,
    CallId,
    CommandId,
    DeviceKind,
    EndpointId,
    Instant,
    Join,
    RawId,
    Refused,
    ReportDeviceSelected,
    decide,
    evolve,
)

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:resource_alice")
JOIN = Join(
    id=CommandId("j"),
    at=Instant(0),
    call_id=CallId("c"),
    participant=ALICE,
    endpoint=EndpointId("a"),
    group_id="g",
)


def report(device: str) -> ReportDeviceSelected:
    return ReportDeviceSelected(
        id=CommandId("d"), at=Instant(1), participant=ALICE, kind=DeviceKind.SPEAKER, device=device
    )


def test_a_copy_keeps_its_own_devices() -> None:
    call = Call()
    for event in (*decide(call, JOIN), *decide(_after(JOIN), report("tv"))):
        evolve(call, event)
    kept = call.copy()
    for event in decide(call, report("headset")):
        evolve(call, event)
    assert kept.participants[ALICE].devices.speaker == "tv"
    assert call.participants[ALICE].devices.speaker == "headset"


def _after(join: Join) -> Call:
    call = Call()
    for event in decide(call, join):
        evolve(call, event)
    return call


def test_a_device_without_a_name_is_refused_and_changes_nothing() -> None:
    call = _after(JOIN)
    before = call.copy()
    with pytest.raises(Refused, match="no speaker is named; name the one that is used"):
        decide(call, report(""))
    assert call == before
