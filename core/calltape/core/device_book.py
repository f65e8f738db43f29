"""The devices of one client: what may be used, what is plugged in, what is chosen; apart from any call.

One stream a client, shared by all of its agents. In a call it is remembered which device each leg uses
(`device.selected`): `device_consequences` says what follows there from a choice here.
"""

from collections.abc import Iterator
from enum import StrEnum

import attrs

from calltape.core.call.choosing_devices import ReportDeviceSelected
from calltape.core.commands import Command, command
from calltape.core.devices import DeviceKind
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.lifecycle import Lifecycle, load
from calltape.core.platform_rows import OperatingSystem
from calltape.core.platforms import is_supported
from calltape.core.values import CommandId, Instant
from calltape.core.video_platforms import Platform


class DeviceAccess(StrEnum):
    """Whether devices may be used, under the vendor's words (`DevicePermissionAccess`).

    Meanings: `specs/device_permission.toml`.
    """

    PROMPT = "Prompt"
    GRANTED = "Granted"
    DENIED = "Denied"


class DeviceUse(StrEnum):
    """What a permission is for."""

    AUDIO = "audio"
    VIDEO = "video"


class ChoiceCause(StrEnum):
    """Why another device is in use."""

    CHOSEN = "chosen"
    """Somebody chose it."""

    DEFAULT = "default"
    """Nobody chose, and it is the system's, or the first."""

    UNPLUGGED = "unplugged"
    """The one in use is gone, and this is the system's or the next."""


DEVICE_PERMISSION: Lifecycle[DeviceAccess] = load("device_permission", DeviceAccess)


@attrs.frozen(kw_only=True)
class Device:
    """One camera, microphone or loudspeaker."""

    id: str
    """What its client calls it; the same as long as it is plugged in."""

    kind: DeviceKind
    name: str = attrs.field(default="", metadata=personal())
    """For people; may hold its owner's."""

    is_system_default: bool = False


@command
class AskDevicePermission(Command):
    """Ask the user whether microphones, cameras or both may be used."""

    client: str
    audio: bool = False
    video: bool = False


@command
class ReportDevicePermission(Command):
    """Observed: whether microphones or cameras may be used now."""

    client: str
    use: DeviceUse
    access: DeviceAccess


@command
class ReportDevices(Command):
    """Observed: these devices are plugged in, and no others."""

    client: str
    devices: tuple[Device, ...]


@command
class SelectDevice(Command):
    """Use `device`, by its id, for what its kind is for."""

    client: str
    kind: DeviceKind
    device: str = attrs.field(metadata=personal())
    platform: Platform | None = None
    """Where the client runs; None leaves it to the client whether it can."""

    system: OperatingSystem | None = None
    browser: str = ""


@command
class StartPreheat(Command):
    """Keep the devices in use ready, so that a call begins at once."""

    client: str


@command
class StopPreheat(Command):
    """Let them rest again."""

    client: str


@event("devices.permission_asked")
class DevicePermissionAsked(Event):
    """The user is being asked."""

    client: str
    use: DeviceUse


@event("devices.permission_granted")
class DevicePermissionGranted(Event):
    """Microphones or cameras may be used."""

    client: str
    use: DeviceUse


@event("devices.permission_denied")
class DevicePermissionDenied(Event):
    """Microphones or cameras may not be used."""

    client: str
    use: DeviceUse


@event("devices.permission_reset")
class DevicePermissionReset(Event):
    """What the user said is forgotten."""

    client: str
    use: DeviceUse


@event("devices.updated")
class DevicesUpdated(Event):
    """Something was plugged in or out. One of another name or that became the default is both."""

    client: str
    added: tuple[Device, ...]
    removed: tuple[str, ...]
    """Ids."""


@event("devices.choice_changed")
class DeviceChoiceChanged(Event):
    """Another device of that kind is in use, or none is there any more."""

    client: str
    kind: DeviceKind
    device: str | None = attrs.field(metadata=personal())
    cause: ChoiceCause


@event("devices.preheated")
class DevicesPreheated(Event):
    """The devices in use are kept ready."""

    client: str


@event("devices.rested")
class DevicesRested(Event):
    """They are not any more."""

    client: str


_USE = {
    DeviceKind.CAMERA: DeviceUse.VIDEO,
    DeviceKind.MICROPHONE: DeviceUse.AUDIO,
}
"""Which permission a kind needs; hearing needs none."""


def devices_stream(client: str) -> str:
    """The stream that holds one client's devices."""
    return f"devices-{client}"


@attrs.define
class DeviceBook:
    """One client's devices. `DeviceBook()` knows none, and nobody has been asked."""

    access: dict[DeviceUse, DeviceAccess] = attrs.Factory(dict[DeviceUse, DeviceAccess])
    devices: dict[str, Device] = attrs.Factory(dict[str, Device])
    """What is plugged in, by id, in the order in which it came."""

    chosen: dict[DeviceKind, str] = attrs.Factory(dict[DeviceKind, str])
    """What is in use, by kind."""

    by_hand: set[DeviceKind] = attrs.Factory(set[DeviceKind])
    """The kinds of which somebody chose the one in use."""

    is_preheated: bool = False

    def access_to(self, use: DeviceUse) -> DeviceAccess:
        """Whether microphones or cameras may be used."""
        return self.access.get(use, DEVICE_PERMISSION.initial)

    def of(self, kind: DeviceKind) -> tuple[Device, ...]:
        """The devices of that kind that are plugged in: the list that is shown."""
        return tuple(device for device in self.devices.values() if device.kind is kind)


def is_speaker_selection_available(
    platform: Platform, *, system: OperatingSystem | None = None, browser: str = ""
) -> bool:
    """Whether a loudspeaker can be chosen there; where not, the system chooses."""
    return is_supported("set_speaker", platform, system=system, browser=browser)


def decide_devices(book: DeviceBook, asked: Command) -> tuple[Event, ...]:
    """What `asked` leads to. Reads `book` and changes nothing.

    Raises:
        Refused: the device is not there, may not be used (400/40613), or loudspeakers cannot be chosen on the
            platform (405/40606).
    """
    match asked:
        case AskDevicePermission():
            wanted = [
                use for use, on in ((DeviceUse.AUDIO, asked.audio), (DeviceUse.VIDEO, asked.video)) if on
            ]
            return tuple(
                DevicePermissionAsked(client=asked.client, use=use)
                for use in wanted
                if book.access_to(use) is DeviceAccess.PROMPT
            )
        case ReportDevicePermission():
            return _permission(book, asked)
        case ReportDevices():
            return tuple(_seen(book, asked))
        case SelectDevice():
            return _select(book, asked)
        case StartPreheat():
            return () if book.is_preheated else (DevicesPreheated(client=asked.client),)
        case StopPreheat():
            return (DevicesRested(client=asked.client),) if book.is_preheated else ()
        case _:
            name = type(asked).__name__
            raise Refused(DEVICE_PERMISSION.name, "Prompt", name, "a client's devices know no such command")


_SAID: dict[DeviceAccess, type[DevicePermissionGranted | DevicePermissionDenied | DevicePermissionReset]] = {
    DeviceAccess.GRANTED: DevicePermissionGranted,
    DeviceAccess.DENIED: DevicePermissionDenied,
    DeviceAccess.PROMPT: DevicePermissionReset,
}


def _permission(book: DeviceBook, seen: ReportDevicePermission) -> tuple[Event, ...]:
    if book.access_to(seen.use) is seen.access:
        return ()
    return (_SAID[seen.access](client=seen.client, use=seen.use),)


def _seen(book: DeviceBook, seen: ReportDevices) -> Iterator[Event]:
    """What was plugged in and out, and what is in use after that."""
    there = {device.id: device for device in seen.devices}
    added = tuple(device for device in there.values() if book.devices.get(device.id) != device)
    removed = tuple(id_ for id_, device in book.devices.items() if there.get(id_) != device)
    if added or removed:
        yield DevicesUpdated(client=seen.client, added=added, removed=removed)
    for kind in DeviceKind:
        chosen = book.chosen.get(kind)
        if chosen in there and kind in book.by_hand:
            continue
        after = _usual(kind, there)
        if after != chosen:
            is_gone = chosen is not None and chosen not in there
            cause = ChoiceCause.UNPLUGGED if is_gone else ChoiceCause.DEFAULT
            yield DeviceChoiceChanged(client=seen.client, kind=kind, device=after, cause=cause)


def _usual(kind: DeviceKind, there: dict[str, Device]) -> str | None:
    """What is in use where nobody chose: the system's own, else the first, else none."""
    of_kind = [device for device in there.values() if device.kind is kind]
    default = next((device for device in of_kind if device.is_system_default), None)
    usual = default or next(iter(of_kind), None)
    return None if usual is None else usual.id


def _select(book: DeviceBook, asked: SelectDevice) -> tuple[Event, ...]:
    if reason := _unselectable(book, asked):
        use = _USE.get(asked.kind)
        state = DEVICE_PERMISSION.initial if use is None else book.access_to(use)
        raise Refused(DEVICE_PERMISSION.name, state, "SelectDevice", reason)
    if book.chosen.get(asked.kind) == asked.device and asked.kind in book.by_hand:
        return ()
    chosen = ChoiceCause.CHOSEN
    return (DeviceChoiceChanged(client=asked.client, kind=asked.kind, device=asked.device, cause=chosen),)


def _unselectable(book: DeviceBook, asked: SelectDevice) -> str:
    """Why the device cannot be chosen; empty if it can."""
    use = _USE.get(asked.kind)
    if use is not None and book.access_to(use) is not DeviceAccess.GRANTED:
        return f"there is no permission to use {use} devices; ask for it first (400/40613)"
    if asked.platform is not None and not _can_choose(asked, asked.platform):
        code = " (405/40606)" if asked.kind is DeviceKind.SPEAKER else ""
        return f"a {asked.kind} cannot be chosen on {asked.platform}; the system does it{code}"
    device = book.devices.get(asked.device)
    if device is None or device.kind is not asked.kind:
        return f"no such {asked.kind} is plugged in; choose one from the list"
    return ""


def _can_choose(asked: SelectDevice, platform: Platform) -> bool:
    return is_supported(f"set_{asked.kind}", platform, system=asked.system, browser=asked.browser)


def evolve_devices(book: DeviceBook, fact: Event) -> DeviceBook:
    """What `book` is after `fact`. Works in place on a book that the caller owns, and returns it.

    Raises:
        CorruptHistory: the event is not legal here; `book` is unchanged.
    """
    match fact:
        case (
            DevicePermissionAsked()
            | DevicePermissionGranted()
            | DevicePermissionDenied()
            | DevicePermissionReset()
        ):
            book.access[fact.use] = DEVICE_PERMISSION.after(book.access_to(fact.use), type(fact).__name__)
        case DevicesUpdated():
            if any(id_ not in book.devices for id_ in fact.removed):
                raise CorruptHistory(DEVICE_PERMISSION.name, DEVICE_PERMISSION.initial, fact.name)
            for id_ in fact.removed:
                del book.devices[id_]
            book.devices |= {device.id: device for device in fact.added}
        case DeviceChoiceChanged():
            _change_choice(book, fact)
        case DevicesPreheated() | DevicesRested():
            book.is_preheated = isinstance(fact, DevicesPreheated)
        case _:
            raise CorruptHistory(DEVICE_PERMISSION.name, DEVICE_PERMISSION.initial, fact.name)
    return book


def _change_choice(book: DeviceBook, fact: DeviceChoiceChanged) -> None:
    if fact.device is not None and fact.device not in book.devices:
        raise CorruptHistory(DEVICE_PERMISSION.name, DEVICE_PERMISSION.initial, fact.name)
    if fact.device is None:
        book.chosen.pop(fact.kind, None)
    else:
        book.chosen[fact.kind] = fact.device
    if fact.cause is ChoiceCause.CHOSEN:
        book.by_hand.add(fact.kind)
    else:
        book.by_hand.discard(fact.kind)


def device_consequences(
    fact: Event, participant: RawId, *, command_id: CommandId, at: Instant
) -> tuple[Command, ...]:
    """What `fact` means for a call that `participant` is in from this client: their leg uses the device.

    Nothing for a kind of which none is left: a call remembers what was used last.
    """
    if not isinstance(fact, DeviceChoiceChanged) or fact.device is None:
        return ()
    return (
        ReportDeviceSelected(
            id=command_id, at=at, participant=participant, kind=fact.kind, device=fact.device
        ),
    )
