"""Which metrics each kind of stream has, and how they add up. Source: the SDK's `MediaStats` table."""

from collections.abc import Mapping

_COMMON_GAUGES = ("bitrate", "jitter_in_ms", "packets_per_second", "packets_lost_per_second", "rtt_in_ms")
_COMMON_COUNTERS = ("packets", "packets_lost")

_VIDEO_SEND_GAUGES = (
    *_COMMON_GAUGES,
    "frame_rate_input",
    "frame_width_input",
    "frame_height_input",
    "frame_rate_encoded",
    "frame_rate_sent",
    "frame_width_sent",
    "frame_height_sent",
)
_VIDEO_RECV_GAUGES = (
    *_COMMON_GAUGES,
    "jitter_buffer_delay_in_ms",
    "frame_rate_received",
    "frame_rate_decoded",
    "frame_width_received",
    "frame_height_received",
    "longest_freeze_duration_in_ms",
)
_VIDEO_SEND_COUNTERS = (*_COMMON_COUNTERS, "frames_encoded", "key_frames_encoded", "frames_sent")
_VIDEO_RECV_COUNTERS = (
    *_COMMON_COUNTERS,
    "frames_received",
    "frames_decoded",
    "frames_dropped",
    "key_frames_decoded",
    "total_freeze_duration_in_ms",
)

GAUGES: Mapping[str, tuple[str, ...]] = {
    "audio/send": (*_COMMON_GAUGES, "audio_input_level"),
    "audio/recv": (*_COMMON_GAUGES, "audio_output_level", "jitter_buffer_delay_in_ms", "healed_ratio"),
    "video/send": _VIDEO_SEND_GAUGES,
    "video/recv": _VIDEO_RECV_GAUGES,
    "screen_share/send": _VIDEO_SEND_GAUGES,
    "screen_share/recv": _VIDEO_RECV_GAUGES,
}
"""Levels and rates, by kind and direction: they are aggregated."""

COUNTERS: Mapping[str, tuple[str, ...]] = {
    "audio/send": _COMMON_COUNTERS,
    "audio/recv": _COMMON_COUNTERS,
    "video/send": _VIDEO_SEND_COUNTERS,
    "video/recv": _VIDEO_RECV_COUNTERS,
    "screen_share/send": _VIDEO_SEND_COUNTERS,
    "screen_share/recv": _VIDEO_RECV_COUNTERS,
}
"""What counts since the link began, by kind and direction: it is totalled."""

SIZE: Mapping[str, tuple[str, str] | None] = {
    "audio/send": None,
    "audio/recv": None,
    "video/send": ("frame_width_sent", "frame_height_sent"),
    "video/recv": ("frame_width_received", "frame_height_received"),
    "screen_share/send": ("frame_width_sent", "frame_height_sent"),
    "screen_share/recv": ("frame_width_received", "frame_height_received"),
}
"""The metrics that hold a frame's size, by kind and direction."""

TRANSPORT_GAUGES = ("rtt_in_ms", "available_incoming_bitrate", "available_outgoing_bitrate")
"""What is aggregated of transports."""
