"""The contract of data channels finds what is wrong with an adapter."""

from collections.abc import Callable, Sequence

import pytest

from calltape.adapters.runtime import InstantData
from calltape.conformance import data_port
from calltape.conformance.data_port import DataPortContract
from calltape.core import CallId, DataEffect, DataMessage, DataPort, RawId
from calltape.core.effects import CloseChannel, CloseReceivers, OpenChannel

pytestmark = pytest.mark.contract


class Deaf(InstantData):
    """Loses every second message."""

    async def send(self, receivers: Sequence[RawId], message: DataMessage) -> None:
        if message.sequence_number % 2 == 0:
            await super().send(receivers, message)


class Forgetful(InstantData):
    """Takes closing receivers for closing the channel."""

    async def perform(self, call_id: CallId, effect: DataEffect) -> None:
        await super().perform(call_id, effect)
        if isinstance(effect, CloseReceivers):
            self._sessions.clear()


class Careless(InstantData):
    """Does not look which session is closed."""

    async def perform(self, call_id: CallId, effect: DataEffect) -> None:
        if isinstance(effect, CloseChannel):
            self._sessions.pop((call_id, effect.participant, effect.channel_id), None)
        else:
            await super().perform(call_id, effect)


class Open(InstantData):
    """Carries whatever it is given."""

    async def send(self, receivers: Sequence[RawId], message: DataMessage) -> None:
        assert self._reports is not None
        for receiver in receivers:
            self._reports.arrived(receiver, message)


class Fragile(InstantData):
    """Takes a repetition for a mistake."""

    async def perform(self, call_id: CallId, effect: DataEffect) -> None:
        if isinstance(effect, OpenChannel):
            key = (call_id, effect.participant, effect.channel.channel_id)
            assert self._sessions.get(key) != effect.channel.session
        await super().perform(call_id, effect)


class Undying(InstantData):
    """Goes on after it was closed."""

    async def aclose(self) -> None:
        return


@pytest.mark.parametrize(
    ("make", "test"),
    [
        (Deaf, "test_a_message_arrives_at_whom_it_is_for"),
        (Deaf, "test_a_durable_channel_keeps_the_order"),
        (Forgetful, "test_silence_closes_nothing_for_good"),
        (Careless, "test_a_new_session_takes_the_place_of_the_old_one"),
        (Open, "test_a_closed_channel_carries_nothing"),
        (Open, "test_channels_of_other_calls_and_numbers_are_apart"),
        (Undying, "test_after_closing_nothing_arrives"),
        (Fragile, "test_what_is_repeated_does_no_harm"),
    ],
)
def test_a_wrong_adapter_is_found_out(
    make: Callable[[], DataPort], test: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_port, "WAIT_S", 0.05)
    with pytest.raises((AssertionError, TimeoutError)):
        getattr(DataPortContract(), test)(make)
