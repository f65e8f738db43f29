"""The reference push sender passes the published contract."""

from collections.abc import Mapping, Sequence

import pytest

from calltape.adapters.pushing import MemoryPushSender
from calltape.conformance.push_sender import PushSenderContract
from calltape.core import PushSender

pytestmark = pytest.mark.contract


class TestMemoryPushSender(PushSenderContract):
    gone = "broken"

    @pytest.fixture
    def sender(self) -> MemoryPushSender:
        sender = MemoryPushSender()
        sender.break_device("broken", "410 Gone")
        return sender

    def inbox(self, sender: PushSender, device: str) -> Sequence[Mapping[str, str]]:
        assert isinstance(sender, MemoryPushSender)
        return sender.inboxes.get(device, [])
