"""The contract of the `PushSender` port, as a pytest class that any adapter's tests may inherit.

An adapter's own test is a class, a fixture, and how to look into a device's inbox::

    class TestMemoryPushSender(PushSenderContract):
        gone = "broken"

        @pytest.fixture
        def sender(self) -> MemoryPushSender: ...

        def inbox(self, sender, device): ...

Needs the extra ``calltape[testing]``.
"""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from calltape.core.outside import PushSender

_RING: Mapping[str, str] = {
    "eventType": "107",
    "callId": "call-1",
    "from": "8:acs:resource_alice",
    "to": "8:acs:resource_bob",
    "fromDisplayName": "Älice “A” \U0001f4de",
    "expiresAt": "1700000085000000",
}
_STOP: Mapping[str, str] = {**_RING, "eventType": "110"}


class PushSenderContract:
    """What every `PushSender` does. Override the fixture `sender`, `inbox`, and `gone`."""

    gone = ""
    """A device that nothing reaches, with the sender of the fixture."""

    @pytest.fixture
    def sender(self) -> PushSender:
        """A sender to which the devices `phone` and `tablet` can be reached."""
        raise NotImplementedError("override the fixture `sender`")

    def inbox(self, sender: PushSender, device: str) -> Sequence[Mapping[str, str]]:
        """What `device` got, oldest first."""
        raise NotImplementedError("override `inbox`")

    def test_what_is_sent_arrives_word_for_word(self, sender: PushSender) -> None:
        """Text in any script, at the one device that is meant."""
        outcome = asyncio.run(sender.send("phone", _RING))
        assert outcome.is_delivered
        assert list(self.inbox(sender, "phone")) == [_RING]
        assert list(self.inbox(sender, "tablet")) == []

    def test_a_payload_is_not_changed_afterwards(self, sender: PushSender) -> None:
        """What the caller does with its own mapping later is its own affair."""
        mine = dict(_RING)
        asyncio.run(sender.send("phone", mine))
        mine["eventType"] = "110"
        assert list(self.inbox(sender, "phone")) == [_RING]

    def test_one_after_the_other_arrive_in_that_order(self, sender: PushSender) -> None:
        """A stop that was awaited after its ring comes after it."""

        async def both() -> None:
            await sender.send("phone", _RING)
            await sender.send("phone", _STOP)

        asyncio.run(both())
        assert list(self.inbox(sender, "phone")) == [_RING, _STOP]

    def test_the_same_twice_does_no_harm(self, sender: PushSender) -> None:
        """Effects are performed at least once; the device tells duplicates."""

        async def twice() -> list[bool]:
            return [(await sender.send("phone", _RING)).is_delivered for _ in range(2)]

        assert asyncio.run(twice()) == [True, True]

    def test_a_device_that_is_gone_is_an_outcome_and_no_error(self, sender: PushSender) -> None:
        """It says so in words, and the others are reached as before."""
        outcome = asyncio.run(sender.send(self.gone, _RING))
        assert not outcome.is_delivered
        assert outcome.words
        assert asyncio.run(sender.send("tablet", _RING)).is_delivered

    def test_closing_twice_is_harmless(self, sender: PushSender) -> None:
        """As with every port."""

        async def close() -> None:
            await sender.aclose()
            await sender.aclose()

        asyncio.run(close())
