"""Data channels: opening one, saying for whom it is, closing it, and the silence that closes its receivers.

The tape holds what a channel is and never what is sent on it. Two minutes without a message close a channel
at its receivers. The deadline is armed when it opens; when it comes, whoever counts messages says when the
last one was sent (`ReportDataChannelUsed`), and only that moves it: one event in two minutes at most, however
many messages there are. See ADR 0041.
"""

from typing import Any

import attrs

from calltape.core.call.rooms import Events, changes, decides, moves_machine, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.data_channels import (
    ChannelCloseCause,
    ChannelPriority,
    Channels,
    DataChannel,
    Reliability,
    bitrate_ceiling_bps,
    free_channel_id,
    state_of_channel,
)
from calltape.core.effects import CloseChannel, CloseReceivers, DirectChannel, Effect, OpenChannel
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, DATA_CHANNEL, DataChannelState
from calltape.core.values import Instant, later


@command
class OpenDataChannel(Command):
    """`participant` wants to send on a channel; on one that they have, a new session begins."""

    participant: RawId
    channel_id: int = 0
    """1 to 65535; 0 takes the lowest that they do not use."""

    recipients: tuple[RawId, ...] = ()
    """Whom it is for; empty for everybody."""

    reliability: Reliability = Reliability.LOSSY
    priority: ChannelPriority = ChannelPriority.NORMAL
    bitrate_bps: int | None = None
    """How fast it should send, in bits per second; None, or more than there is, takes all there is."""


@command
class SetDataChannelRecipients(Command):
    """What `participant` sends on the channel from now on is for `recipients`; for everybody if empty."""

    participant: RawId
    channel_id: int
    recipients: tuple[RawId, ...]


@command
class CloseDataChannel(Command):
    """`participant` sends no more on the channel."""

    participant: RawId
    channel_id: int


@command
class ReportDataChannelUsed(Command):
    """Observed: the last message of the session went out at `used_at`."""

    participant: RawId
    channel_id: int
    session: int
    used_at: Instant


@event("data_channel.opened")
class DataChannelOpened(Event):
    """Somebody may send on a channel; everything about it was decided."""

    participant: RawId
    channel_id: int
    session: int
    """Counts the sessions of the call's data channels."""

    recipients: tuple[RawId, ...] = ()
    reliability: Reliability
    priority: ChannelPriority
    bitrate_bps: int
    silent_at: Instant
    """When its receivers close it if nothing comes."""


@event("data_channel.directed")
class DataChannelDirected(Event):
    """The channel is for others from now on; for everybody if none is named."""

    participant: RawId
    channel_id: int
    recipients: tuple[RawId, ...]


@event("data_channel.used")
class DataChannelUsed(Event):
    """The channel was not silent: that begins anew. One that its receivers had closed is open again."""

    participant: RawId
    channel_id: int
    silent_at: Instant


@event("data_channel.silenced")
class DataChannelSilenced(Event):
    """Nothing came for so long that the receivers closed the channel."""

    participant: RawId
    channel_id: int


@event("data_channel.closed")
class DataChannelClosed(Event):
    """A session of a channel is over."""

    participant: RawId
    channel_id: int
    session: int
    cause: ChannelCloseCause


# ── decisions ──


@decides(OpenDataChannel)
def _open(call: Call, asked: OpenDataChannel, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    if fault := _opening_fault(me, asked, limits) or _recipients_fault(call, me, asked.recipients, limits):
        raise _refused(me, asked, fault)
    channel_id = asked.channel_id or free_channel_id(me.channels, limits)
    if channel_id is None:
        raise _refused(me, asked, "every channel number is in use; close one")
    ceiling = bitrate_ceiling_bps(asked.reliability, asked.priority, limits)
    opened = DataChannelOpened(
        participant=me.id,
        channel_id=channel_id,
        session=call.channel_sessions + 1,
        recipients=asked.recipients,
        reliability=asked.reliability,
        priority=asked.priority,
        bitrate_bps=ceiling if asked.bitrate_bps is None else min(asked.bitrate_bps, ceiling),
        silent_at=later(asked.at, limits.data_channel_idle_close_s),
    )
    if channel_id not in me.channels:
        return (opened,)
    return (_closed(me, channel_id, ChannelCloseCause.SUPERSEDED), opened)


def _opening_fault(me: Participant, asked: OpenDataChannel, limits: Limits) -> str:
    if me.endpoint is None:
        return "a telephone has no data channels"
    if not 0 <= asked.channel_id <= limits.data_channel_id_max:
        return f"a channel number is 1 to {limits.data_channel_id_max}, or 0 for any"
    if asked.bitrate_bps is not None and asked.bitrate_bps <= 0:
        return "a bitrate is more than 0 bits per second"
    return ""


def _recipients_fault(call: Call, me: Participant, recipients: tuple[RawId, ...], limits: Limits) -> str:
    """What is wrong with whom a channel is for; empty when nothing is."""
    if len(recipients) > limits.data_channel_recipients_max:
        return f"a channel names at most {limits.data_channel_recipients_max} recipients; none is everybody"
    if len(set(recipients)) < len(recipients):
        return "a recipient is named twice"
    if me.id in recipients:
        return "nobody sends to themselves"
    for who in recipients:
        person = call.participants.get(who)
        if person is None or not person.is_present:
            return f"{who} is not in the call"
    return ""


@decides(SetDataChannelRecipients)
def _direct(call: Call, asked: SetDataChannelRecipients, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    channel = _require_channel(me, asked.channel_id, asked)
    if fault := _recipients_fault(call, me, asked.recipients, limits):
        raise _refused(me, asked, fault)
    if set(channel.recipients) == set(asked.recipients):
        return ()
    directed = DataChannelDirected(
        participant=me.id, channel_id=asked.channel_id, recipients=asked.recipients
    )
    return (directed,)


@decides(CloseDataChannel)
def _close(call: Call, asked: CloseDataChannel, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    _require_channel(me, asked.channel_id, asked)
    return (_closed(me, asked.channel_id, ChannelCloseCause.SENDER_CLOSED),)


@decides(ReportDataChannelUsed)
def _was_used(call: Call, seen: ReportDataChannelUsed, limits: Limits) -> Events:
    me = call.participants[seen.participant]
    channel = _require_channel(me, seen.channel_id, seen)
    if channel.session != seen.session:
        raise _refused(me, seen, "a newer session of the channel took its place")
    if seen.used_at > seen.at:
        raise _refused(me, seen, "a message of the future was not sent yet")
    silent_at = later(seen.used_at, limits.data_channel_idle_close_s)
    if silent_at <= channel.silent_at:
        return ()  # known already
    return (DataChannelUsed(participant=me.id, channel_id=seen.channel_id, silent_at=silent_at),)


def silenced(me: Participant, at: Instant) -> Events:
    """What silence until `at` does to the open channels of `me`."""
    return tuple(
        DataChannelSilenced(participant=me.id, channel_id=channel.channel_id)
        for channel in me.channels.values()
        if channel.state is DataChannelState.OPEN and channel.silent_at <= at
    )


def _require_channel(me: Participant, channel_id: int, asked: Command) -> DataChannel:
    channel = me.channels.get(channel_id)
    if channel is None:
        state, name = DATA_CHANNEL.initial, type(asked).__name__
        why = f"{me.id} has no data channel {channel_id}"
        raise Refused(DATA_CHANNEL.name, state, name, why, DATA_CHANNEL.accepted(state))
    return channel


def _closed(me: Participant, channel_id: int, cause: ChannelCloseCause) -> DataChannelClosed:
    session = me.channels[channel_id].session
    return DataChannelClosed(participant=me.id, channel_id=channel_id, session=session, cause=cause)


def _refused(me: Participant, asked: Command, why: str) -> Refused:
    state = me.call_state
    return Refused(CALL.name, state, type(asked).__name__, why, CALL.accepted(state))


# ── changes ──


def _keep(participant: Participant, channels: Channels) -> None:
    """These are the participant's channels now, with the deadline that follows from them."""
    participant.channels = channels
    running = (each.silent_at for each in channels.values() if each.state is DataChannelState.OPEN)
    participant.channel_until = min(running, default=None)


@changes(DataChannelOpened)
def _has_opened(call: Call, participant: Participant, fact: DataChannelOpened) -> None:
    call.channel_sessions = fact.session
    channel = DataChannel(
        channel_id=fact.channel_id,
        session=fact.session,
        recipients=fact.recipients,
        reliability=fact.reliability,
        priority=fact.priority,
        bitrate_bps=fact.bitrate_bps,
        silent_at=fact.silent_at,
    )
    _keep(participant, {**participant.channels, fact.channel_id: channel})


@changes(DataChannelDirected)
def _is_for(call: Call, participant: Participant, fact: DataChannelDirected) -> None:
    _change(participant, fact.channel_id, recipients=fact.recipients)


@changes(DataChannelUsed)
def _goes_on(call: Call, participant: Participant, fact: DataChannelUsed) -> None:
    _change(participant, fact.channel_id, silent_at=fact.silent_at, state=DataChannelState.OPEN)


@changes(DataChannelSilenced)
def _fell_silent(call: Call, participant: Participant, fact: DataChannelSilenced) -> None:
    _change(participant, fact.channel_id, state=DataChannelState.SILENT)


def _change(participant: Participant, channel_id: int, **facets: Any) -> None:
    channel = attrs.evolve(participant.channels[channel_id], **facets)
    _keep(participant, {**participant.channels, channel_id: channel})


@changes(DataChannelClosed)
def _has_closed(call: Call, participant: Participant, fact: DataChannelClosed) -> None:
    _keep(participant, {n: each for n, each in participant.channels.items() if n != fact.channel_id})


def _state_of(participant: Participant, fact: Event) -> DataChannelState:
    channel_id: int = getattr(fact, "channel_id", 0)
    return state_of_channel(participant.channels, channel_id)


moves_machine(DATA_CHANNEL, _state_of)


# ── reactions ──


@reacts(DataChannelOpened)
def _do_open(call: Call, fact: DataChannelOpened) -> tuple[Effect, ...]:
    effect = OpenChannel(
        participant=fact.participant,
        endpoint=call.participants[fact.participant].endpoint,
        channel=call.participants[fact.participant].channels[fact.channel_id],
    )
    return (effect,)


@reacts(DataChannelDirected)
def _do_direct(call: Call, fact: DataChannelDirected) -> tuple[Effect, ...]:
    effect = DirectChannel(
        participant=fact.participant,
        endpoint=call.participants[fact.participant].endpoint,
        channel_id=fact.channel_id,
        recipients=fact.recipients,
    )
    return (effect,)


@reacts(DataChannelSilenced)
def _let_go(call: Call, fact: DataChannelSilenced) -> tuple[Effect, ...]:
    endpoint = call.participants[fact.participant].endpoint
    return (CloseReceivers(participant=fact.participant, endpoint=endpoint, channel_id=fact.channel_id),)


@reacts(DataChannelClosed)
def _do_close(call: Call, fact: DataChannelClosed) -> tuple[Effect, ...]:
    effect = CloseChannel(
        participant=fact.participant,
        endpoint=call.participants[fact.participant].endpoint,
        channel_id=fact.channel_id,
        session=fact.session,
    )
    return (effect,)
