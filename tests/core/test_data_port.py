"""A message on its way is never shown, wherever it is printed."""

import pytest

from calltape.core.data_port import DataMessage
from calltape.core.identity import RawId
from calltape.core.values import CallId

pytestmark = pytest.mark.example


def test_what_a_message_says_is_not_in_its_text() -> None:
    message = DataMessage(
        call_id=CallId("call-1"),
        sender=RawId("8:echo123"),
        channel_id=1,
        session=1,
        sequence_number=0,
        data=b"secret",
    )
    assert "secret" not in repr(message)
    assert message.data == b"secret"
