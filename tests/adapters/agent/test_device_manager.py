"""The façade's devices: asked for, chosen, unplugged in a call, and shared by the agents of a client."""

import asyncio

import pytest

from calltape.adapters.agent import CallClient
from calltape.adapters.devices import MemoryDevices
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.core import (
    Device,
    DeviceAccess,
    DeviceKind,
    DeviceUse,
    Platform,
    RawId,
    Refused,
    devices_stream,
)

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:test_alice")
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"
MICROPHONE, CAMERA = DeviceKind.MICROPHONE, DeviceKind.CAMERA
BUILT_IN = Device(id="built-in", kind=MICROPHONE, is_system_default=True)
HEADSET = Device(id="headset", kind=MICROPHONE)


def client(log: MemoryLog, source: MemoryDevices) -> CallClient:
    return CallClient(log, media=InstantMedia(), devices=source, clock=SimulatedClock(), with_echo=False)


async def test_a_choice_reaches_the_calls_and_so_does_the_plug() -> None:
    log = MemoryLog()
    source = MemoryDevices(BUILT_IN, HEADSET, answers={DeviceUse.AUDIO: DeviceAccess.GRANTED})
    async with client(log, source) as at:
        manager = at.device_manager()
        assert at.device_manager() is manager
        alice = await at.create_call_agent(ALICE)
        call = await alice.join(GROUP)
        await at.runtime.drained()

        async def used() -> str | None:
            await at.runtime.drained()
            return (await at.runtime.call(call.id)).participants[ALICE].devices.microphone

        assert manager.selected(MICROPHONE) == BUILT_IN
        assert await used() == "built-in"
        with pytest.raises(Refused, match="400/40613"):
            await manager.select(MICROPHONE, "headset")
        assert await manager.ask_device_permission(audio=True) == {DeviceUse.AUDIO: True}
        await manager.select(MICROPHONE, "headset")
        assert await used() == "headset"
        assert source.in_use[MICROPHONE] == "headset"
        source.unplug("headset")
        assert await used() == "built-in"
        assert manager.devices(MICROPHONE) == (BUILT_IN,)
        source.unplug("built-in")
        assert await used() == "built-in", "a call remembers what was used last"
        assert manager.selected(MICROPHONE) is None
    names = [each.name for each in log.events(devices_stream("client"))]
    assert names[0] == "devices.updated"
    assert names.count("devices.choice_changed") == 4


async def test_a_question_stays_until_it_is_answered() -> None:
    source = MemoryDevices()
    async with client(MemoryLog(), source) as at:
        manager = at.device_manager()
        asking = asyncio.ensure_future(manager.ask_device_permission(audio=True, video=True))
        await at.runtime.drained()
        assert not asking.done()
        source.say(DeviceUse.AUDIO, DeviceAccess.GRANTED)
        source.say(DeviceUse.VIDEO, DeviceAccess.DENIED)
        async with asyncio.timeout(5):
            assert await asking == {DeviceUse.AUDIO: True, DeviceUse.VIDEO: False}


async def test_preheating_and_what_the_platform_allows() -> None:
    source = MemoryDevices(Device(id="tv", kind=DeviceKind.SPEAKER))
    async with client(MemoryLog(), source) as at:
        manager = at.device_manager(platform=Platform.ANDROID)
        await at.runtime.drained()
        assert not manager.is_speaker_selection_available
        with pytest.raises(Refused, match="405/40606"):
            await manager.select(DeviceKind.SPEAKER, "tv")
        await manager.start_preheat()
        assert source.is_preheated
        await manager.stop_preheat()
        assert not source.is_preheated
