"""The reference device source passes the published contract."""

import pytest

from calltape.adapters.devices import MemoryDevices
from calltape.conformance.device_source import DeviceSourceContract
from calltape.core import Device, DeviceAccess, DeviceSource, DeviceUse

pytestmark = pytest.mark.contract


class TestMemoryDevices(DeviceSourceContract):
    @pytest.fixture
    def source(self) -> MemoryDevices:
        return MemoryDevices()

    def plug(self, source: DeviceSource, device: Device) -> None:
        assert isinstance(source, MemoryDevices)
        source.plug(device)

    def unplug(self, source: DeviceSource, device: str) -> None:
        assert isinstance(source, MemoryDevices)
        source.unplug(device)

    def say(self, source: DeviceSource, use: DeviceUse, access: DeviceAccess) -> None:
        assert isinstance(source, MemoryDevices)
        source.say(use, access)
