"""The contract of push senders finds senders that break it."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from calltape.conformance.push_sender import PushSenderContract
from calltape.core import PushOutcome, PushSender

pytestmark = pytest.mark.contract


class Careless:
    """Keeps the caller's own mapping, forgets letters, raises for who is gone."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Mapping[str, str]]] = []
        self.is_closed = False

    async def send(self, device: str, payload: Mapping[str, str]) -> PushOutcome:
        if device == "gone":
            raise ConnectionError(device)
        self.sent.insert(0, (device, payload))
        return PushOutcome(is_delivered=all(device != other for other, _ in self.sent[1:]))

    async def aclose(self) -> None:
        if self.is_closed:
            raise RuntimeError("closed twice")
        self.is_closed = True


class _Careless(PushSenderContract):
    gone = "gone"

    def inbox(self, sender: PushSender, device: str) -> Sequence[Mapping[str, str]]:
        assert isinstance(sender, Careless)
        return [payload for to, payload in sender.sent if to == device]


@pytest.mark.parametrize(
    ("test", "error"),
    [
        ("test_a_payload_is_not_changed_afterwards", AssertionError),
        ("test_one_after_the_other_arrive_in_that_order", AssertionError),
        ("test_the_same_twice_does_no_harm", AssertionError),
        ("test_a_device_that_is_gone_is_an_outcome_and_no_error", ConnectionError),
        ("test_closing_twice_is_harmless", RuntimeError),
    ],
)
def test_a_careless_sender_is_found(test: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        getattr(_Careless(), test)(Careless())


class Plain(Careless):
    """Knows only its own alphabet."""

    async def send(self, device: str, payload: Mapping[str, str]) -> PushOutcome:
        told = {key: value.encode("ascii", "replace").decode() for key, value in payload.items()}
        return await super().send(device, told)


def test_a_sender_that_changes_words_is_found() -> None:
    with pytest.raises(AssertionError):
        _Careless().test_what_is_sent_arrives_word_for_word(Plain())


def test_what_must_be_overridden_says_so() -> None:
    with pytest.raises(NotImplementedError, match="override `inbox`"):
        PushSenderContract().inbox(Careless(), "phone")
    assert asyncio.run(Careless().send("phone", {})).is_delivered
