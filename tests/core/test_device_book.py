"""The devices of a client: laws over everything that can be plugged, said and chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    DEVICE_PERMISSION,
    AskDevicePermission,
    ChoiceCause,
    Command,
    CommandId,
    CorruptHistory,
    Device,
    DeviceAccess,
    DeviceBook,
    DeviceChoiceChanged,
    DeviceKind,
    DevicePermissionAsked,
    DevicePermissionDenied,
    DevicePermissionGranted,
    DevicePermissionReset,
    DevicesUpdated,
    DeviceUse,
    Event,
    Instant,
    OperatingSystem,
    Platform,
    RawId,
    Refused,
    ReportDevicePermission,
    ReportDevices,
    ReportDeviceSelected,
    SelectDevice,
    StartPreheat,
    StopPreheat,
    UnregisterPush,
    decide_devices,
    device_consequences,
    devices_stream,
    digest,
    evolve_devices,
    is_speaker_selection_available,
)

pytestmark = pytest.mark.property

NEEDS = {DeviceKind.CAMERA: DeviceUse.VIDEO, DeviceKind.MICROPHONE: DeviceUse.AUDIO}
CLIENT, ID, AT = "client-1", CommandId("id"), Instant(0)
PLUGS = (
    Device(id="built-in", kind=DeviceKind.MICROPHONE, is_system_default=True),
    Device(id="headset", kind=DeviceKind.MICROPHONE),
    Device(id="headset", kind=DeviceKind.MICROPHONE, is_system_default=True),
    Device(id="webcam", kind=DeviceKind.CAMERA),
    Device(id="tv", kind=DeviceKind.SPEAKER),
)

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        AskDevicePermission, id=st.just(ID), at=st.just(AT), client=st.just(CLIENT), audio=st.booleans()
    ),
    st.builds(
        ReportDevicePermission,
        id=st.just(ID),
        at=st.just(AT),
        client=st.just(CLIENT),
        use=st.sampled_from(list(DeviceUse)),
        access=st.sampled_from(list(DeviceAccess)),
    ),
    st.builds(
        ReportDevices,
        id=st.just(ID),
        at=st.just(AT),
        client=st.just(CLIENT),
        devices=st.lists(st.sampled_from(PLUGS), unique_by=lambda device: device.id).map(tuple),
    ),
    st.builds(
        SelectDevice,
        id=st.just(ID),
        at=st.just(AT),
        client=st.just(CLIENT),
        kind=st.sampled_from(list(DeviceKind)),
        device=st.sampled_from(("built-in", "headset", "webcam", "tv", "gone")),
        platform=st.sampled_from((None, Platform.DESKTOP_WEB, Platform.ANDROID)),
    ),
    st.builds(StartPreheat, id=st.just(ID), at=st.just(AT), client=st.just(CLIENT)),
    st.builds(StopPreheat, id=st.just(ID), at=st.just(AT), client=st.just(CLIENT)),
)


def step(book: DeviceBook, command: Command) -> tuple[Event, ...]:
    """Decide and fold; refused means unchanged, and deciding changes nothing."""
    before = digest(book)
    try:
        events = decide_devices(book, command)
    except Refused:
        events = ()
    assert digest(book) == before
    for event in events:
        evolve_devices(book, event)
    return events


@given(st.lists(COMMANDS, max_size=25))
def test_what_is_chosen_is_there(commands: list[Command]) -> None:
    book, history = DeviceBook(), list[Event]()
    for command in commands:
        history += step(book, command)
        for kind, device in book.chosen.items():
            assert book.devices[device].kind is kind
        for kind in DeviceKind:
            assert (kind in book.chosen) == bool(book.of(kind))
    again = DeviceBook()
    for event in history:
        evolve_devices(again, event)
    assert again == book


@given(st.lists(COMMANDS, max_size=25))
def test_what_may_not_be_used_cannot_be_chosen(commands: list[Command]) -> None:
    book = DeviceBook()
    for command in commands:
        allowed = {use: book.access_to(use) for use in DeviceUse}
        for event in step(book, command):
            if isinstance(event, DeviceChoiceChanged) and event.cause is ChoiceCause.CHOSEN:
                use = {DeviceKind.CAMERA: DeviceUse.VIDEO, DeviceKind.MICROPHONE: DeviceUse.AUDIO}.get(
                    event.kind
                )
                assert use is None or allowed[use] is DeviceAccess.GRANTED


@given(st.lists(COMMANDS, max_size=25), COMMANDS)
def test_the_same_twice_is_said_once(commands: list[Command], last: Command) -> None:
    book = DeviceBook()
    for command in (*commands, last):
        step(book, command)
    if not isinstance(last, AskDevicePermission):
        assert step(book, last) == ()


@pytest.mark.parametrize("access", DEVICE_PERMISSION.states)
@pytest.mark.parametrize(
    "kind",
    [DevicePermissionAsked, DevicePermissionGranted, DevicePermissionDenied, DevicePermissionReset],
)
def test_every_permission_event_in_every_state(access: DeviceAccess, kind: type[Event]) -> None:
    fact = kind(client=CLIENT, use=DeviceUse.AUDIO)  # type: ignore[call-arg]
    book = DeviceBook(access={DeviceUse.AUDIO: access})
    rows = [row for row in DEVICE_PERMISSION.rows if row.source == access and row.emits == kind.__name__]
    if rows:
        assert evolve_devices(book, fact).access_to(DeviceUse.AUDIO) == rows[0].target
    else:
        with pytest.raises(CorruptHistory):
            evolve_devices(book, fact)
        assert book == DeviceBook(access={DeviceUse.AUDIO: access})


@pytest.mark.parametrize(
    "fact",
    [
        DevicesUpdated(client=CLIENT, added=(), removed=("gone",)),
        DeviceChoiceChanged(client=CLIENT, kind=DeviceKind.CAMERA, device="gone", cause=ChoiceCause.CHOSEN),
    ],
)
def test_what_was_never_plugged_in_is_a_corrupt_history(fact: Event) -> None:
    book = DeviceBook()
    with pytest.raises(CorruptHistory):
        evolve_devices(book, fact)
    assert book == DeviceBook()


def test_a_leg_uses_what_its_client_chose() -> None:
    me = RawId("8:acs:alice")
    changed = DeviceChoiceChanged(
        client=CLIENT, kind=DeviceKind.CAMERA, device="webcam", cause=ChoiceCause.DEFAULT
    )
    assert device_consequences(changed, me, command_id=ID, at=AT) == (
        ReportDeviceSelected(id=ID, at=AT, participant=me, kind=DeviceKind.CAMERA, device="webcam"),
    )
    none_left = DeviceChoiceChanged(
        client=CLIENT, kind=DeviceKind.CAMERA, device=None, cause=ChoiceCause.UNPLUGGED
    )
    assert device_consequences(none_left, me, command_id=ID, at=AT) == ()


def test_where_a_loudspeaker_can_be_chosen() -> None:
    can = {platform.value for platform in Platform if is_speaker_selection_available(platform)}
    assert can == {"desktop_web", "mobile_web", "windows"}
    assert not is_speaker_selection_available(
        Platform.MOBILE_WEB, system=OperatingSystem.IOS, browser="safari"
    )


def test_what_is_not_about_devices_is_refused() -> None:
    with pytest.raises(Refused, match="devices know no such command"):
        decide_devices(DeviceBook(), UnregisterPush(id=ID, at=AT, user=RawId("8:acs:alice")))
    assert devices_stream(CLIENT) == "devices-client-1"
