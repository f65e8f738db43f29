"""The contract of the `DeviceSource` port, as a pytest class that any adapter's tests may inherit.

An adapter's own test gives the fixture `source` and says how the outside moves: how a device is plugged in
and out, and how the user answers. Needs the extra ``calltape[testing]``.
"""

import asyncio

import pytest

from calltape.core.device_book import Device, DeviceAccess, DeviceUse
from calltape.core.devices import DeviceKind
from calltape.core.outside import DeviceSource

HEADSET = Device(id="headset", kind=DeviceKind.MICROPHONE, name="Headset")
CAMERA = Device(id="camera", kind=DeviceKind.CAMERA, name="Camera", is_system_default=True)


class Noted:
    """Reports that notes what it is told."""

    def __init__(self) -> None:
        self.devices: list[tuple[Device, ...]] = []
        self.access: list[tuple[DeviceUse, DeviceAccess]] = []

    def permission_seen(self, use: DeviceUse, access: DeviceAccess) -> None:
        """See `DeviceReports.permission_seen`."""
        self.access.append((use, access))

    def devices_seen(self, devices: tuple[Device, ...]) -> None:
        """See `DeviceReports.devices_seen`."""
        self.devices.append(devices)


class DeviceSourceContract:
    """What every `DeviceSource` does. Override the fixture `source`, `plug`, `unplug` and `say`."""

    @pytest.fixture
    def source(self) -> DeviceSource:
        """A source with nothing plugged in, whose user has not been asked."""
        raise NotImplementedError("override the fixture `source`")

    def plug(self, source: DeviceSource, device: Device) -> None:
        """Plug `device` in."""
        raise NotImplementedError("override `plug`")

    def unplug(self, source: DeviceSource, device: str) -> None:
        """Take the one of that id away."""
        raise NotImplementedError("override `unplug`")

    def say(self, source: DeviceSource, use: DeviceUse, access: DeviceAccess) -> None:
        """Let the user answer, or change their mind."""
        raise NotImplementedError("override `say`")

    def test_what_is_there_is_told_at_once(self, source: DeviceSource) -> None:
        """Also what came before anybody watched."""
        self.plug(source, CAMERA)
        noted = Noted()
        source.start(noted)
        assert noted.devices == [(CAMERA,)]

    def test_every_change_is_told_with_all_that_is_there(self, source: DeviceSource) -> None:
        """Whole lists, so that a lost report does no lasting harm."""
        noted = Noted()
        source.start(noted)
        self.plug(source, CAMERA)
        self.plug(source, HEADSET)
        self.unplug(source, CAMERA.id)
        assert [set(each) for each in noted.devices] == [set(), {CAMERA}, {CAMERA, HEADSET}, {HEADSET}]

    def test_who_is_asked_may_take_their_time(self, source: DeviceSource) -> None:
        """Asking returns; the answer is told when it is given."""
        noted = Noted()
        source.start(noted)
        asyncio.run(source.ask(DeviceUse.AUDIO))
        assert noted.access == []
        self.say(source, DeviceUse.AUDIO, DeviceAccess.GRANTED)
        assert noted.access == [(DeviceUse.AUDIO, DeviceAccess.GRANTED)]

    def test_asking_again_tells_what_was_said(self, source: DeviceSource) -> None:
        """Who denied is not asked again."""
        noted = Noted()
        source.start(noted)
        self.say(source, DeviceUse.VIDEO, DeviceAccess.DENIED)
        asyncio.run(source.ask(DeviceUse.VIDEO))
        assert noted.access == [(DeviceUse.VIDEO, DeviceAccess.DENIED)] * 2

    def test_a_change_of_mind_is_told_unasked(self, source: DeviceSource) -> None:
        """The settings of the system are open at any time."""
        noted = Noted()
        source.start(noted)
        for access in (DeviceAccess.GRANTED, DeviceAccess.DENIED, DeviceAccess.PROMPT):
            self.say(source, DeviceUse.VIDEO, access)
        assert [access for _, access in noted.access] == ["Granted", "Denied", "Prompt"]

    def test_using_what_is_gone_does_no_harm(self, source: DeviceSource) -> None:
        """It was unplugged while somebody chose it."""
        source.start(Noted())
        asyncio.run(source.use(DeviceKind.CAMERA, "gone"))

    def test_nothing_is_told_after_closing(self, source: DeviceSource) -> None:
        """And closing and preheating twice are harmless."""

        async def end() -> None:
            await source.preheat(is_on=True)
            await source.preheat(is_on=True)
            await source.aclose()
            await source.aclose()

        noted = Noted()
        source.start(noted)
        asyncio.run(end())
        self.plug(source, HEADSET)
        self.say(source, DeviceUse.AUDIO, DeviceAccess.GRANTED)
        assert (noted.devices, noted.access) == ([()], [])
