"""The devices of a client, shared by its agents: permission, lists, choice, and what calls are told."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from calltape.adapters.agent.changes import Changes
from calltape.adapters.deciding import DEVICES, record
from calltape.adapters.runtime import Runtime
from calltape.core import (
    AskDevicePermission,
    CallId,
    Command,
    CommandId,
    Device,
    DeviceAccess,
    DeviceBook,
    DeviceChoiceChanged,
    DeviceKind,
    DeviceSource,
    DevicesUpdated,
    DeviceUse,
    Event,
    Platform,
    ReportDevicePermission,
    ReportDevices,
    ReportDeviceSelected,
    SelectDevice,
    StartPreheat,
    StopPreheat,
    devices_stream,
    evolve_devices,
    is_speaker_selection_available,
)
from calltape.core import Call as CallModel
from calltape.core.events import Recorded

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class DeviceManager:
    """See `CallClient.device_manager`, which makes it and ends it."""

    def __init__(
        self,
        runtime: Runtime,
        source: DeviceSource,
        client: str,
        agents: Callable[[], Sequence["CallAgent"]],
        platform: Platform | None,
    ) -> None:
        self._runtime = runtime
        self._source = source
        self._client = client
        self._agents = agents
        self._platform = platform
        self._book = DeviceBook()
        self._turn = asyncio.Lock()
        self._said = asyncio.Event()
        self.devices_updated: Changes[DevicesUpdated] = Changes()
        """What was plugged in and out."""

        self.choice_changed: Changes[DeviceChoiceChanged] = Changes()
        """Another device in use."""

        self._stop = runtime.listen(self._follow)
        source.start(self)

    # --- what it shows

    def devices(self, kind: DeviceKind) -> tuple[Device, ...]:
        """What is plugged in of that kind."""
        return self._book.of(kind)

    def selected(self, kind: DeviceKind) -> Device | None:
        """What is in use of that kind; None where none is plugged in."""
        chosen = self._book.chosen.get(kind)
        return None if chosen is None else self._book.devices[chosen]

    @property
    def is_speaker_selection_available(self) -> bool:
        """Whether a loudspeaker can be chosen here; so it is taken to be where nobody said what runs here."""
        return self._platform is None or is_speaker_selection_available(self._platform)

    # --- what it does

    async def ask_device_permission(
        self, *, audio: bool = False, video: bool = False
    ) -> dict[DeviceUse, bool]:
        """Ask for what is wanted, and return when all of it was answered: whether it may be used.

        A question may stay unanswered for as long as the user likes; cancel, to wait no longer.
        """
        wanted = [use for use, on in ((DeviceUse.AUDIO, audio), (DeviceUse.VIDEO, video)) if on]
        await self._give(AskDevicePermission, audio=audio, video=video)
        for use in wanted:
            await self._source.ask(use)
        while any(self._book.access_to(use) is DeviceAccess.PROMPT for use in wanted):
            self._said.clear()
            await self._said.wait()
        return {use: self._book.access_to(use) is DeviceAccess.GRANTED for use in wanted}

    async def select(self, kind: DeviceKind, device: str) -> None:
        """Use the device of that id, in the calls of this client too.

        Raises:
            Refused: it is not there, may not be used, or cannot be chosen on this platform.
        """
        await self._give(SelectDevice, kind=kind, device=device, platform=self._platform)

    async def start_preheat(self) -> None:
        """Keep the devices in use ready."""
        await self._give(StartPreheat)
        await self._source.preheat(is_on=True)

    async def stop_preheat(self) -> None:
        """Let them rest."""
        await self._give(StopPreheat)
        await self._source.preheat(is_on=False)

    async def aclose(self) -> None:
        """Let all devices go. For the client."""
        self._stop()
        await self._source.aclose()
        self.devices_updated.end()
        self.choice_changed.end()

    # --- what the source reports

    def permission_seen(self, use: DeviceUse, access: DeviceAccess) -> None:
        """See `DeviceReports.permission_seen`."""
        self._runtime.spawn(self._observe(ReportDevicePermission, use=use, access=access))

    def devices_seen(self, devices: tuple[Device, ...]) -> None:
        """See `DeviceReports.devices_seen`."""
        self._runtime.spawn(self._observe(ReportDevices, devices=devices))

    async def _observe(self, seen: type[Command], /, **fields: Any) -> None:
        await self._give(seen, **fields)

    async def _give(self, asked: type[Command], /, **fields: Any) -> None:
        """Record, keep up, and do what follows; one at a time, in the order in which it came."""
        runtime = self._runtime
        make: Any = asked
        command = make(id=CommandId(runtime.new_id()), at=runtime.clock.now(), client=self._client, **fields)
        async with self._turn:
            stream = devices_stream(self._client)
            recorded = await asyncio.to_thread(record, runtime.log, stream, DEVICES, command, runtime.limits)
            for each in recorded:
                evolve_devices(self._book, each.event)
                await self._tell(each.event)
        self._said.set()

    async def _tell(self, fact: Event) -> None:
        if isinstance(fact, DevicesUpdated):
            self.devices_updated.tell(fact)
        if not isinstance(fact, DeviceChoiceChanged):
            return
        self.choice_changed.tell(fact)
        if fact.device is None:
            return
        await self._source.use(fact.kind, fact.device)
        for agent in self._agents():
            for call in agent.calls:
                await self._report(call.id, agent, fact.kind, fact.device)

    async def _report(self, call_id: CallId, agent: "CallAgent", kind: DeviceKind, device: str) -> None:
        who = agent.raw_id
        await self._runtime.report(call_id, ReportDeviceSelected, participant=who, kind=kind, device=device)

    def _follow(self, call_id: CallId, model: CallModel, recorded: tuple[Recorded, ...]) -> None:
        """A leg that begins here uses what is in use here."""
        for each in recorded:
            if each.event.name not in {"participant.joined", "call.accepted"}:
                continue
            for agent in self._agents():
                me = model.participants.get(agent.raw_id)
                if me is not None and me.endpoint == agent.endpoint:
                    for kind, device in self._book.chosen.items():
                        self._runtime.spawn(self._report(call_id, agent, kind, device))
