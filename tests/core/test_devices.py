"""Devices of a leg: one of each kind, and marked as personal wherever their names go."""

import attrs
import pytest

from calltape.core import DeviceKind, Devices, DeviceSelected, ReportDeviceSelected
from calltape.core.devices import UNSAID

pytestmark = pytest.mark.example


@pytest.mark.parametrize("kind", DeviceKind)
def test_another_device_of_a_kind_leaves_the_others_alone(kind: DeviceKind) -> None:
    used = Devices(camera="c", microphone="m", speaker="s")
    other = used.with_(kind, "other")
    assert other.of(kind) == "other"
    assert [other.of(each) for each in DeviceKind if each is not kind] == [
        used.of(each) for each in DeviceKind if each is not kind
    ]
    assert UNSAID.of(kind) is None


@pytest.mark.parametrize("kind", [DeviceSelected, ReportDeviceSelected])
def test_the_name_of_a_device_is_personal(kind: type) -> None:
    assert {field.name for field in attrs.fields(kind) if field.metadata.get("personal")} == {"device"}
