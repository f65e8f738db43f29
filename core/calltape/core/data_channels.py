"""Data channels: on which a participant sends bytes to others beside sound and pictures, and how fast.

A channel is one-way and belongs to its sender. What is sent on it is no event of the call: see
`calltape.core.data_messages`.
"""

from enum import StrEnum

import attrs

from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.states import DataChannelState
from calltape.core.values import Instant

_BITS = 8


class Reliability(StrEnum):
    """What a channel promises, under the SDK's names."""

    DURABLE = "Durable"
    """Every message arrives, in order."""

    LOSSY = "Lossy"
    """Messages may be lost; their sequence numbers show it."""


class ChannelPriority(StrEnum):
    """What goes first where not everything fits, under the SDK's names."""

    NORMAL = "Normal"
    HIGH = "High"


class ChannelCloseCause(StrEnum):
    """Why a session of a channel ended. Who leaves the call closes theirs by leaving."""

    SENDER_CLOSED = "senderClosed"
    SUPERSEDED = "superseded"
    """Its sender opened another one with the same number."""


@attrs.frozen(kw_only=True)
class DataChannel:
    """One session of one channel."""

    channel_id: int
    """1 to 65535; unique among the channels of its sender."""

    session: int
    """Counts the sessions of the whole call."""

    recipients: tuple[RawId, ...]
    """Whom it is for; empty for everybody."""

    reliability: Reliability
    priority: ChannelPriority
    bitrate_bps: int
    """How fast it may send, in bits per second."""

    silent_at: Instant
    """When its receivers close it, or closed it, because nothing came."""

    state: DataChannelState = DataChannelState.OPEN


Channels = dict[int, DataChannel]
"""By number, what one participant sends on. Never changed: another one takes its place."""


def state_of_channel(channels: Channels, channel_id: int) -> DataChannelState:
    """How far the channel of that number is."""
    channel = channels.get(channel_id)
    return DataChannelState.CLOSED if channel is None else channel.state


def free_channel_id(channels: Channels, limits: Limits = LIMITS) -> int | None:
    """The lowest number that is not in use; None when all are."""
    return next((n for n in range(1, limits.data_channel_id_max + 1) if n not in channels), None)


def bitrate_ceiling_bps(reliability: Reliability, priority: ChannelPriority, limits: Limits = LIMITS) -> int:
    """How fast such a channel may send at most, in bits per second."""
    if reliability is Reliability.DURABLE:
        return limits.data_channel_durable_max_bps
    if priority is ChannelPriority.HIGH:
        return limits.data_channel_lossy_high_priority_max_bps
    return limits.data_channel_lossy_max_bps


def broadcast_ceiling_bps(limits: Limits = LIMITS) -> int:
    """How fast one participant may send to everybody, in bits per second: so many packets, so large."""
    packets, size = (
        limits.data_channel_broadcast_packets_per_s_max,
        limits.data_channel_broadcast_packet_max_bytes,
    )
    return packets * size * _BITS


def packets_of(size_bytes: int, limits: Limits = LIMITS) -> int:
    """How many packets a broadcast message of `size_bytes` takes: at least one."""
    return max(1, -(-size_bytes // limits.data_channel_broadcast_packet_max_bytes))


def sendable_bps(max_bps: int, receiving_bps: int, limits: Limits = LIMITS) -> int:
    """What is left to send of `max_bps` while `receiving_bps` come in: never less than nothing."""
    taken = receiving_bps * limits.data_channel_receive_share_percent // 100
    return max(0, max_bps - taken)
