"""The devices somebody uses in a call: one camera, one microphone, one loudspeaker."""

from enum import StrEnum

import attrs


class DeviceKind(StrEnum):
    """What a device is for. The vendor's `DeviceType`."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"


@attrs.frozen(kw_only=True)
class Devices:
    """Which device of each kind a leg uses, by the name its endpoint knows it under.

    None where nobody said: then it is whatever the endpoint's system takes.
    """

    camera: str | None = None
    microphone: str | None = None
    speaker: str | None = None

    def of(self, kind: DeviceKind) -> str | None:
        """The device of that kind."""
        device: str | None = getattr(self, kind.value)
        return device

    def with_(self, kind: DeviceKind, device: str) -> "Devices":
        """The same with another device of that kind."""
        return attrs.evolve(self, **{kind.value: device})


UNSAID = Devices()
"""Nobody said anything about devices."""
