"""Devices that are plugged in by calling a function: the reference adapter of the port `DeviceSource`."""

from calltape.core import Device, DeviceAccess, DeviceKind, DeviceReports, DeviceUse


class MemoryDevices:
    """See `DeviceSource`. For who embeds the core and knows the devices otherwise, and for tests."""

    def __init__(self, *devices: Device, answers: dict[DeviceUse, DeviceAccess] | None = None) -> None:
        """A source with these devices plugged in.

        Args:
            devices: what is there from the start.
            answers: what the user will say when asked; what is not in it stays unanswered until `say`.
        """
        self._reports: DeviceReports | None = None
        self._devices = {device.id: device for device in devices}
        self._answers = dict(answers or {})
        self._access: dict[DeviceUse, DeviceAccess] = {}
        self.in_use: dict[DeviceKind, str] = {}
        """What was asked to be used, by kind."""

        self.is_preheated = False

    def plug(self, device: Device) -> None:
        """Plug one in, or change what is said of it."""
        self._devices[device.id] = device
        self._tell_devices()

    def unplug(self, device: str) -> None:
        """Take the one of that id away."""
        self._devices.pop(device, None)
        self._tell_devices()

    def say(self, use: DeviceUse, access: DeviceAccess) -> None:
        """The user says it, asked or unasked."""
        self._access[use] = access
        if self._reports is not None:
            self._reports.permission_seen(use, access)

    def start(self, reports: DeviceReports) -> None:
        """See `DeviceSource.start`."""
        self._reports = reports
        self._tell_devices()
        for use, access in self._access.items():
            reports.permission_seen(use, access)

    async def ask(self, use: DeviceUse) -> None:
        """See `DeviceSource.ask`."""
        access = self._access.get(use) or self._answers.get(use)
        if access is not None:
            self.say(use, access)

    async def use(self, kind: DeviceKind, device: str) -> None:
        """See `DeviceSource.use`."""
        if device in self._devices:
            self.in_use[kind] = device

    async def preheat(self, is_on: bool) -> None:
        """See `DeviceSource.preheat`."""
        self.is_preheated = is_on

    async def aclose(self) -> None:
        """See `DeviceSource.aclose`."""
        self._reports = None
        self.is_preheated = False

    def _tell_devices(self) -> None:
        if self._reports is not None:
            self._reports.devices_seen(tuple(self._devices.values()))
