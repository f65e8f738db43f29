"""What carries data channels, as a Protocol: whoever implements it needs no more of us than the core."""

from collections.abc import Sequence
from typing import Protocol

import attrs

from calltape.core.effects import CloseChannel, CloseReceivers, DirectChannel, OpenChannel
from calltape.core.events import personal
from calltape.core.identity import RawId
from calltape.core.values import CallId

DataEffect = OpenChannel | DirectChannel | CloseReceivers | CloseChannel
"""What a `DataPort` is asked to do."""


@attrs.frozen(kw_only=True)
class DataMessage:
    """One message on its way. It is never recorded; see `calltape.core.data_messages` for what is."""

    call_id: CallId
    sender: RawId
    channel_id: int
    session: int
    sequence_number: int
    data: bytes = attrs.field(metadata=personal(), repr=False)


class DataReports(Protocol):
    """Where a data adapter says what arrives. May be called from the event loop at any time."""

    def arrived(self, receiver: RawId, message: DataMessage) -> None:
        """`message` arrived at `receiver`."""
        ...


class DataPort(Protocol):
    """Carries data channels. Contract: `calltape.conformance.DataPortContract`.

    Effects are at-least-once: opening what is open, closing what is closed must do no harm.
    """

    def start(self, reports: DataReports) -> None:
        """Begin to work; `reports` is told everything."""
        ...

    async def perform(self, call_id: CallId, effect: DataEffect) -> None:
        """Carry out `effect`. A channel whose session has begun anew carries no message of the old one."""
        ...

    async def send(self, receivers: Sequence[RawId], message: DataMessage) -> None:
        """Begin to send `message`; what no open session carries is lost without a word.

        Args:
            receivers: whom it is for at this moment, decided by the core.
        """
        ...

    async def aclose(self) -> None:
        """Stop; nothing arrives any more."""
        ...
