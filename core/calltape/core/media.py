"""What is measured and seen of one participant's media: the events of the `media-<call>-<participant>`
streams.

They never decide anything about the call and can be pruned without changing it. The metrics carry the names
and units of the calling SDK's `MediaStats`, in snake_case. `None` always means "not measured here"; a
metric is never guessed from another one.
"""

from typing import Literal

import attrs

from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.values import CallId

Kind = Literal["audio", "video", "screen_share"]
Direction = Literal["send", "recv"]


@attrs.frozen(kw_only=True)
class StreamSample:
    """One stream of one link, at one moment.

    Totals count since the link began. Rates are over the time since the previous sample, so the first
    sample of a stream has none.
    """

    id: str
    kind: Kind
    direction: Direction
    transport_id: str
    codec_name: str | None = None
    """In capitals as the SDK writes it: `OPUS`, `VP8`."""

    bitrate: int | None = None
    """Payload bits per second, without RTP headers, padding and encryption."""

    jitter_in_ms: float | None = None
    """Interarrival jitter (RFC 3550). For a sent stream: as the peer reports it."""

    packets: int | None = None
    packets_per_second: float | None = None
    packets_lost: int | None = None
    """For a sent stream: as the peer reports it."""

    packets_lost_per_second: float | None = None
    rtt_in_ms: float | None = None
    """From RTCP sender and receiver reports; sent streams only."""

    audio_input_level: int | None = None
    """Peak of the last 20 ms sent, 0 to 65536."""

    audio_output_level: int | None = None
    """Peak of the last 20 ms heard, 0 to 65536."""

    jitter_buffer_delay_in_ms: float | None = None
    healed_ratio: float | None = None
    frame_rate_input: float | None = None
    frame_width_input: int | None = None
    frame_height_input: int | None = None
    frames_encoded: int | None = None
    frame_rate_encoded: float | None = None
    key_frames_encoded: int | None = None
    frames_sent: int | None = None
    """Frames handed to the encoder while the link was not held."""

    frame_rate_sent: float | None = None
    frame_width_sent: int | None = None
    frame_height_sent: int | None = None
    frames_received: int | None = None
    """Ends of frames (RTP marker bit) that arrived."""

    frame_rate_received: float | None = None
    frame_width_received: int | None = None
    frame_height_received: int | None = None
    frames_decoded: int | None = None
    frame_rate_decoded: float | None = None
    key_frames_decoded: int | None = None
    frames_dropped: int | None = None
    longest_freeze_duration_in_ms: float | None = None
    total_freeze_duration_in_ms: float | None = None


@attrs.frozen(kw_only=True)
class TransportSample:
    """One link's transport, at one moment."""

    id: str
    rtt_in_ms: float | None = None
    """The smallest round trip that RTCP measured for a stream on this transport."""

    available_incoming_bitrate: int | None = None
    available_outgoing_bitrate: int | None = None


@event("media.sampled")
class MediaSampled(Event):
    """One look at the counters of all of a participant's streams."""

    call_id: CallId
    participant: RawId
    streams: tuple[StreamSample, ...]
    transports: tuple[TransportSample, ...] = ()


@event("media.states_observed")
class MediaStatesObserved(Event):
    """The states of the path between two participants, as one end sees them, in the words of the W3C API."""

    call_id: CallId
    participant: RawId
    peer: RawId
    ice: str
    """`new`, `checking`, `completed`, `failed` or `closed`."""

    dtls: str
    """`new`, `connecting`, `connected`, `closed` or `failed`."""

    connection: str
    """`new`, `connecting`, `connected`, `failed` or `closed`."""
