"""Data channels, as one agent's user has them: senders they opened, and receivers of what others send."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from calltape.adapters.agent.changes import Changes
from calltape.core import (
    CallId,
    ChannelPriority,
    CloseDataChannel,
    DataChannelClosed,
    DataChannelOpened,
    DataChannelSilenced,
    DataMessage,
    OpenDataChannel,
    ParticipantDropped,
    ParticipantLeft,
    RawId,
    Recorded,
    Reliability,
    SetDataChannelRecipients,
    raw_id,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent

_KBPS = 1000


@attrs.frozen(kw_only=True)
class ReceivedMessage:
    """What arrived."""

    sequence_number: int
    """Counts what the sender sent; gaps show what was lost."""

    data: bytes = attrs.field(repr=False)


class DataChannelSender:
    """One's own end of a channel. Made by `DataChannelFeature.create_sender`."""

    def __init__(self, agent: "CallAgent", call_id: CallId, channel_id: int) -> None:
        self.channel_id = channel_id
        self.max_message_size = agent.runtime.limits.data_channel_message_max_bytes
        """In bytes."""

        self._agent = agent
        self._call_id = call_id

    async def send_message(self, data: bytes) -> None:
        """Send `data` to whomever the channel is for.

        Raises:
            Refused: it is too large, the channel is closed, or the call is not up for this side.
        """
        channels = self._agent.runtime.data_channels
        await channels.send(self._call_id, self._agent.raw_id, self.channel_id, data)

    async def set_participants(self, identifiers: Sequence[str]) -> None:
        """Send to these from now on; to everybody if there are none.

        Raises:
            BadInput: one of them is no raw id.
            Refused: there are too many, or one is not in the call.
        """
        recipients = tuple(raw_id(each) for each in identifiers)
        await self._agent.runtime.give(
            self._call_id,
            SetDataChannelRecipients,
            participant=self._agent.raw_id,
            channel_id=self.channel_id,
            recipients=recipients,
        )

    async def close(self) -> None:
        """Send no more.

        Raises:
            Refused: it is closed already.
        """
        await self._agent.runtime.give(
            self._call_id, CloseDataChannel, participant=self._agent.raw_id, channel_id=self.channel_id
        )


class DataChannelReceiver:
    """The other end of somebody's channel."""

    def __init__(self, channel_id: int, sender: RawId) -> None:
        self.channel_id = channel_id
        self.sender = sender
        self.message_ready: Changes[None] = Changes()
        """Something can be read; ends when the channel closes."""

        self.is_closed = False
        self._waiting: deque[ReceivedMessage] = deque()

    def read_message(self) -> ReceivedMessage | None:
        """The oldest message that was not read; None when there is none."""
        return self._waiting.popleft() if self._waiting else None

    def take_in(self, message: DataMessage) -> None:
        """A message arrived. For the feature."""
        self._waiting.append(ReceivedMessage(sequence_number=message.sequence_number, data=message.data))
        self.message_ready.tell(None)

    def close(self) -> None:
        """Nothing more comes. For the feature."""
        self.is_closed = True
        self.message_ready.end()


class DataChannelFeature:
    """The data channels of one call, for one agent: `call.data_channels`."""

    def __init__(self, agent: "CallAgent", call_id: CallId) -> None:
        self.receiver_created: Changes[DataChannelReceiver] = Changes()
        """A channel of somebody's, with its first message."""

        self._agent = agent
        self._call_id = call_id
        self._receivers: dict[tuple[RawId, int], DataChannelReceiver] = {}
        self._stop = agent.runtime.data_channels.listen(call_id, agent.raw_id, self._take_in)

    async def create_sender(
        self,
        *,
        channel_id: int = 0,
        participants: Sequence[str] = (),
        reliability: Reliability = Reliability.LOSSY,
        priority: ChannelPriority = ChannelPriority.NORMAL,
        bitrate_kbps: int | None = None,
    ) -> DataChannelSender:
        """Open a channel.

        Args:
            channel_id: 1 to 65535; 0 takes the lowest that this side does not use. One that it uses is
                closed by this.
            participants: whom it is for; everybody if there are none.
            reliability: whether messages may be lost.
            priority: whether it goes before other channels.
            bitrate_kbps: how fast it should send; None for as fast as its kind may.

        Raises:
            BadInput: a participant is no raw id.
            Refused: the call is not up for this side, or a value makes no sense.
        """
        recorded = await self._agent.runtime.give(
            self._call_id,
            OpenDataChannel,
            participant=self._agent.raw_id,
            channel_id=channel_id,
            recipients=tuple(raw_id(each) for each in participants),
            reliability=reliability,
            priority=priority,
            bitrate_bps=None if bitrate_kbps is None else bitrate_kbps * _KBPS,
        )
        (opened,) = (each.event for each in recorded if isinstance(each.event, DataChannelOpened))
        return DataChannelSender(self._agent, self._call_id, opened.channel_id)

    def _take_in(self, message: DataMessage) -> None:
        key = (message.sender, message.channel_id)
        receiver = self._receivers.get(key)
        if receiver is None:
            receiver = self._receivers[key] = DataChannelReceiver(message.channel_id, message.sender)
            receiver.take_in(message)
            self.receiver_created.tell(receiver)
            return
        receiver.take_in(message)

    def follow(self, recorded: Recorded) -> None:
        """Close what was closed. For the call."""
        match recorded.event:
            case DataChannelClosed(participant=who, channel_id=number):
                self._close(who, number)
            case DataChannelSilenced(participant=who, channel_id=number):
                self._close(who, number)
            case ParticipantLeft(participant=who) | ParticipantDropped(participant=who):
                for sender, number in list(self._receivers):
                    if sender == who:
                        self._close(sender, number)
            case _:
                pass

    def _close(self, sender: RawId, channel_id: int) -> None:
        receiver = self._receivers.pop((sender, channel_id), None)
        if receiver is not None:
            receiver.close()

    def end(self) -> None:
        """The call is over. For the call."""
        for sender, number in list(self._receivers):
            self._close(sender, number)
        self.receiver_created.end()
