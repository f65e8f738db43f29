"""What is measured and seen of one participant's media: the events of the `media-<call>-<participant>`
streams.

They never decide anything about the call and can be pruned without changing it. The metrics carry the names
and units of the calling SDK's `MediaStats`, in snake_case. `None` always means "not measured here"; a
metric is never guessed from another one.
"""

from enum import StrEnum
from typing import Literal

import attrs

from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.streams import StreamKind
from calltape.core.values import CallId

Kind = Literal["audio", "video", "screen_share"]
Direction = Literal["send", "recv"]


@attrs.frozen(kw_only=True)
class AltLayout:
    """One further size in which a sent picture is also sent (simulcast): what a sent stream has, again."""

    id: str
    codec_name: str | None = None
    bitrate: int | None = None
    packets: int | None = None
    packets_per_second: float | None = None
    packets_lost: int | None = None
    packets_lost_per_second: float | None = None
    jitter_in_ms: float | None = None
    rtt_in_ms: float | None = None
    frames_encoded: int | None = None
    frame_rate_encoded: float | None = None
    key_frames_encoded: int | None = None
    frames_sent: int | None = None
    frame_rate_sent: float | None = None
    frame_width_sent: int | None = None
    frame_height_sent: int | None = None


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
    stream_id: str | None = None
    """Of a received picture: the id of the remote video stream that it shows."""

    alt_layouts: tuple[AltLayout, ...] = ()
    """Of a sent picture: the further sizes that are sent beside it."""


@attrs.frozen(kw_only=True)
class TransportSample:
    """One link's transport, at one moment."""

    id: str
    rtt_in_ms: float | None = None
    """The smallest round trip that RTCP measured for a stream on this transport."""

    available_incoming_bitrate: int | None = None
    available_outgoing_bitrate: int | None = None


@event("media.sampled", shape=2)
class MediaSampled(Event):
    """One look at the counters of all of a participant's streams."""

    call_id: CallId
    participant: RawId
    streams: tuple[StreamSample, ...]
    transports: tuple[TransportSample, ...] = ()
    microphone_level: int | None = None
    """Peak of what the microphone picked up since the last look, 0 to 65536: also while muted, when nothing
    of it is sent."""


class Condition(StrEnum):
    """What an endpoint finds of its network and its devices, as ``what.how``.

    `diagnostics.toml` says which diagnostics each of them raises or clears.
    """

    NETWORK_ABSENT = "network.absent"
    """No ICE candidates: a call cannot start."""

    NETWORK_PRESENT = "network.present"
    RELAYS_UNREACHABLE = "relays.unreachable"
    TRANSPORT_LOST = "transport.lost"
    """Nothing arrives; it may come back by itself."""

    TRANSPORT_FAILED = "transport.failed"
    """ICE failed: disconnected and not recovering."""

    TRANSPORT_CONNECTED = "transport.connected"
    SPEAKERS_ABSENT = "speakers.absent"
    SPEAKERS_PRESENT = "speakers.present"
    SPEAKER_VOLUME_ZERO = "speaker.volume_zero"
    SPEAKER_VOLUME_UP = "speaker.volume_up"
    SPEAKER_MUTED = "speaker.muted"
    SPEAKER_UNMUTED = "speaker.unmuted"
    SPEAKER_IN_USE = "speaker.in_use"
    SPEAKER_INACTIVE = "speaker.inactive"
    SPEAKER_WORKS = "speaker.works"
    MICROPHONES_ABSENT = "microphones.absent"
    MICROPHONES_PRESENT = "microphones.present"
    MICROPHONE_DISABLED = "microphone.disabled"
    MICROPHONE_IN_USE = "microphone.in_use"
    MICROPHONE_MUTED_BY_SYSTEM = "microphone.muted_by_system"
    MICROPHONE_DENIED = "microphone.denied"
    MICROPHONE_OBTAINED = "microphone.obtained"
    MICROPHONE_FLOWS = "microphone.flows"
    CAMERA_DISABLED = "camera.disabled"
    CAMERA_IN_USE = "camera.in_use"
    CAMERA_TIMED_OUT = "camera.timed_out"
    CAMERA_STOPPED = "camera.stopped"
    """By itself: nobody asked it to."""

    CAMERA_DENIED = "camera.denied"
    CAMERA_OBTAINED = "camera.obtained"
    CAMERA_SENDS = "camera.sends"
    CAPTURER_FAILED = "capturer.failed"
    CAPTURER_STOPPED = "capturer.stopped"
    """By itself: nobody asked it to."""

    CAPTURER_DENIED = "capturer.denied"
    CAPTURER_OBTAINED = "capturer.obtained"
    CAPTURER_SENDS = "capturer.sends"
    SERVER_LOST = "server.lost"
    """A server no longer hears from the participant."""

    SERVER_CONNECTED = "server.connected"


@event("media.condition_observed")
class MediaConditionObserved(Event):
    """What an endpoint found of its network or one of its devices; what a server found of an endpoint."""

    call_id: CallId
    participant: RawId
    condition: Condition


@event("media.reception_changed")
class ReceptionChanged(Event):
    """Of a video or a share that another participant sends: whether it arrives here, and how large.

    `isReceiving` and `size` of the SDK's `RemoteVideoStream`. Measured, so it decides nothing; whether one
    may look at the stream at all is a fact of the call.
    """

    call_id: CallId
    participant: RawId
    """At whose endpoint it was measured."""

    sender: RawId
    kind: StreamKind
    is_receiving: bool
    width_px: int | None = None
    """How large the picture is that arrives; None where none does, or its size is not known."""

    height_px: int | None = None


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
