"""The contract of device sources finds sources that break it."""

import pytest

from calltape.conformance.device_source import CAMERA, DeviceSourceContract, Noted
from calltape.core import Device, DeviceAccess, DeviceKind, DeviceReports, DeviceSource, DeviceUse

pytestmark = pytest.mark.contract


class Careless:
    """Tells only what is new, answers for the user, and goes on after closing."""

    def __init__(self) -> None:
        self.reports: DeviceReports = Noted()

    def start(self, reports: DeviceReports) -> None:
        self.reports = reports

    async def ask(self, use: DeviceUse) -> None:
        self.reports.permission_seen(use, DeviceAccess.GRANTED)

    async def use(self, kind: DeviceKind, device: str) -> None:
        raise LookupError(device)

    async def preheat(self, is_on: bool) -> None:
        return

    async def aclose(self) -> None:
        return


class _Careless(DeviceSourceContract):
    def plug(self, source: DeviceSource, device: Device) -> None:
        assert isinstance(source, Careless)
        source.reports.devices_seen((device,))

    def unplug(self, source: DeviceSource, device: str) -> None:
        assert isinstance(source, Careless)
        source.reports.devices_seen(())

    def say(self, source: DeviceSource, use: DeviceUse, access: DeviceAccess) -> None:
        assert isinstance(source, Careless)
        source.reports.permission_seen(use, access)


class Stubborn(Careless):
    """Tells the first answer to each question only."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[DeviceUse] = set()

    def tell(self, use: DeviceUse, access: DeviceAccess) -> None:
        if use not in self._told:
            self._told.add(use)
            self.reports.permission_seen(use, access)


class _Settled(_Careless):
    def say(self, source: DeviceSource, use: DeviceUse, access: DeviceAccess) -> None:
        assert isinstance(source, Stubborn)
        source.tell(use, access)


def test_a_source_that_never_changes_its_mind_is_found() -> None:
    with pytest.raises(AssertionError):
        _Settled().test_a_change_of_mind_is_told_unasked(Stubborn())


@pytest.mark.parametrize(
    ("test", "error"),
    [
        ("test_what_is_there_is_told_at_once", AssertionError),
        ("test_every_change_is_told_with_all_that_is_there", AssertionError),
        ("test_who_is_asked_may_take_their_time", AssertionError),
        ("test_asking_again_tells_what_was_said", AssertionError),
        ("test_using_what_is_gone_does_no_harm", LookupError),
        ("test_nothing_is_told_after_closing", AssertionError),
    ],
)
def test_a_careless_source_is_found(test: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        getattr(_Careless(), test)(Careless())


def test_what_must_be_overridden_says_so() -> None:
    with pytest.raises(NotImplementedError, match="override `plug`"):
        DeviceSourceContract().plug(Careless(), CAMERA)
