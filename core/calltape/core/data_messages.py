"""What is sent on data channels, as facts of the media streams: that there was a message, never what it said.

They decide nothing about the call and can be pruned without changing it. `receivers_of` says who gets a
message now, `channel_for` whether one may be sent; `message_sent` and `message_received` make the facts.
"""

from calltape.core.call.state import Call, Participant
from calltape.core.data_channels import DataChannel
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.states import CALL, DATA_CHANNEL, CallState
from calltape.core.values import CallId

SEQUENCE_NUMBERS = 2**32
"""How many sequence numbers there are: unsigned, 32 bits; after the last comes 0. Data channel docs."""


@event("media.message_sent")
class DataMessageSent(Event):
    """Somebody sent a message on one of their data channels."""

    call_id: CallId
    participant: RawId
    channel_id: int
    session: int
    sequence_number: int
    """Counts the session's messages from 0; 32 bits."""

    size_bytes: int


@event("media.message_received")
class DataMessageReceived(Event):
    """A message of `sender` arrived at `participant`."""

    call_id: CallId
    participant: RawId
    sender: RawId
    channel_id: int
    session: int
    sequence_number: int
    size_bytes: int


def receivers_of(call: Call, sender: RawId, channel: DataChannel) -> tuple[RawId, ...]:
    """Who gets what `sender` sends on `channel` now: of those it is for the ones that are connected, in the
    order of their first appearance. Reads every participant for a channel to everybody.
    """
    named = [call.participants[who] for who in channel.recipients if who in call.participants]
    people = named if channel.recipients else call.participants.values()
    return tuple(person.id for person in people if person.id != sender and _flows(person))


def _flows(person: Participant) -> bool:
    """Whether data reaches them: connected, not on a hold, and no telephone."""
    return person.call_state is CallState.CONNECTED and person.endpoint is not None


def channel_for(
    call: Call, sender: RawId, channel_id: int, *, size_bytes: int, limits: Limits = LIMITS
) -> DataChannel:
    """The channel on which `sender` may send a message of `size_bytes` now.

    Raises:
        Refused: they are not connected, have no such channel, or the message is too large.
    """
    person = call.participants.get(sender)
    if person is None or not _flows(person):
        state = CALL.initial if person is None else person.call_state
        raise Refused(CALL.name, state, "send", "nothing is sent but in a connected call", ())
    channel = person.channels.get(channel_id)
    if channel is None:
        why = f"{sender} has no data channel {channel_id}; open it first"
        raise Refused(DATA_CHANNEL.name, DATA_CHANNEL.initial, "send", why, ("OpenDataChannel",))
    if size_bytes > limits.data_channel_message_max_bytes:
        most = limits.data_channel_message_max_bytes
        why = f"a message has at most {most} bytes, and this one has {size_bytes}"
        raise Refused(DATA_CHANNEL.name, channel.state, "send", why, ())
    return channel


def message_sent(
    call_id: CallId, sender: RawId, channel: DataChannel, *, number: int, size_bytes: int
) -> DataMessageSent:
    """The fact that `sender` sent a message of `size_bytes`, the session's `number`-th from 0."""
    return DataMessageSent(
        call_id=call_id,
        participant=sender,
        channel_id=channel.channel_id,
        session=channel.session,
        sequence_number=number % SEQUENCE_NUMBERS,
        size_bytes=size_bytes,
    )


def message_received(call: Call, receiver: RawId, message: DataMessageSent) -> DataMessageReceived:
    """The fact that `message` arrived at `receiver`.

    Raises:
        Refused: a newer session took the place of the message's, or it is not for them (any more).
    """
    sender = call.participants.get(message.participant)
    channel = None if sender is None else sender.channels.get(message.channel_id)
    if channel is None or channel.session != message.session:
        state = DATA_CHANNEL.initial if channel is None else channel.state
        raise Refused(DATA_CHANNEL.name, state, "receive", "the session of the channel is over", ())
    if receiver not in receivers_of(call, message.participant, channel):
        raise Refused(DATA_CHANNEL.name, channel.state, "receive", f"it is not for {receiver} now", ())
    return DataMessageReceived(
        call_id=message.call_id,
        participant=receiver,
        sender=message.participant,
        channel_id=message.channel_id,
        session=message.session,
        sequence_number=message.sequence_number,
        size_bytes=message.size_bytes,
    )


def lost_between(earlier: int, number: int) -> int:
    """How many messages are missing between two sequence numbers that arrived one after the other.

    Of a number that is not later (it arrived out of order, or twice) none.
    """
    ahead = (number - earlier) % SEQUENCE_NUMBERS
    return ahead - 1 if 0 < ahead < SEQUENCE_NUMBERS // 2 else 0
