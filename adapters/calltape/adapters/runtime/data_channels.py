"""Messages on data channels: numbered, handed to whoever carries them, told as facts of the media streams.

The call hears of them when its silence deadline comes: then the last message's time is reported, which moves
it. So a busy channel costs the call one event in two minutes.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from calltape.core import (
    CallId,
    DataChannelState,
    DataMessage,
    DataMessageSent,
    DataPort,
    Instant,
    RawId,
    Refused,
    ReportDataChannelUsed,
    channel_for,
    message_received,
    message_sent,
    receivers_of,
)
from calltape.core.effects import OpenChannel

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

Arrival = Callable[[DataMessage], None]


@attrs.define
class _Use:
    """What is known of a session that was sent on."""

    count: int = 0
    used_at: Instant | None = None


class DataChannels:
    """Sends and receives for all calls of a runtime."""

    def __init__(self, runtime: "Runtime", port: DataPort) -> None:
        self.port = port
        self._runtime = runtime
        self._uses: dict[CallId, dict[int, _Use]] = {}
        """By session: its numbers are unique in a call."""

        self._listeners: dict[tuple[CallId, RawId], list[Arrival]] = {}
        port.start(self)

    async def send(self, call_id: CallId, sender: RawId, channel_id: int, data: bytes) -> DataMessageSent:
        """Send `data` on a channel of `sender`; returns when it is on its way.

        Raises:
            Refused: there is no such channel, the call is not up for them, or the message is too large.
        """
        call = await self._runtime.call(call_id)
        channel = channel_for(call, sender, channel_id, size_bytes=len(data), limits=self._runtime.limits)
        use = self._use(call_id, channel.session)
        fact = message_sent(call_id, sender, channel, number=use.count, size_bytes=len(data))
        use.count += 1  # before anything is awaited, so that no number is given twice
        use.used_at = now = self._runtime.clock.now()
        self._runtime.measured(call_id, sender, fact)
        if channel.state is DataChannelState.SILENT:
            await self._report(call_id, sender, channel_id, channel.session, now)
        if fact.sequence_number == 0:  # the effect may still be under way, or was lost with a process
            opening = OpenChannel(participant=sender, endpoint=None, channel=channel)
            await self.port.perform(call_id, opening)
        message = DataMessage(
            call_id=call_id,
            sender=sender,
            channel_id=channel_id,
            session=fact.session,
            sequence_number=fact.sequence_number,
            data=data,
        )
        await self.port.send(receivers_of(call, sender, channel), message)
        return fact

    def _use(self, call_id: CallId, session: int) -> _Use:
        return self._uses.setdefault(call_id, {}).setdefault(session, _Use())

    def listen(self, call_id: CallId, receiver: RawId, listener: Arrival) -> Callable[[], None]:
        """Tell `listener` of every message that arrives at `receiver`; returns how to stop."""
        listeners = self._listeners.setdefault((call_id, receiver), [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def arrived(self, receiver: RawId, message: DataMessage) -> None:
        """See `DataReports.arrived`. What comes too late, or is for somebody else, is let go."""
        call = self._runtime.at_hand(message.call_id)
        if call is None:
            return
        sent = DataMessageSent(
            call_id=message.call_id,
            participant=message.sender,
            channel_id=message.channel_id,
            session=message.session,
            sequence_number=message.sequence_number,
            size_bytes=len(message.data),
        )
        try:
            fact = message_received(call, receiver, sent)
        except Refused:
            return
        self._runtime.measured(message.call_id, receiver, fact)
        for listener in tuple(self._listeners.get((message.call_id, receiver), ())):
            listener(message)

    async def before_silence(self, call_id: CallId, sender: RawId) -> None:
        """Report what was sent since, before silence is taken to have fallen."""
        call = await self._runtime.call(call_id)
        person = call.participants.get(sender)
        for channel in () if person is None else tuple(person.channels.values()):
            use = self._uses.get(call_id, {}).get(channel.session)
            if use is not None and use.used_at is not None and channel.state is DataChannelState.OPEN:
                await self._report(call_id, sender, channel.channel_id, channel.session, use.used_at)

    async def _report(
        self, call_id: CallId, sender: RawId, channel_id: int, session: int, used_at: Instant
    ) -> None:
        await self._runtime.report(
            call_id,
            ReportDataChannelUsed,
            participant=sender,
            channel_id=channel_id,
            session=session,
            used_at=used_at,
        )

    def forget(self, call_id: CallId) -> None:
        """The call is over."""
        self._uses.pop(call_id, None)
        for key in [key for key in self._listeners if key[0] == call_id]:
            del self._listeners[key]
