"""Which metrics each kind of stream has, and how they add up, as the fold of `stats` looks them up."""

from collections.abc import Mapping

from calltape.core.media_metrics import METRICS, STREAMS, Adds, metrics

GAUGES: Mapping[str, tuple[str, ...]] = {of: metrics(of, Adds.GAUGE) for of in STREAMS}
"""Levels and rates, by kind and direction: they are aggregated."""

COUNTERS: Mapping[str, tuple[str, ...]] = {of: metrics(of, Adds.COUNTER) for of in STREAMS}
"""What counts since the link began, by kind and direction: it is totalled."""


def _size(of: str) -> tuple[str, str] | None:
    if of.startswith("audio"):
        return None
    return ("frame_width_sent", "frame_height_sent") if of.endswith("/send") else _RECEIVED


_RECEIVED = ("frame_width_received", "frame_height_received")
SIZE: Mapping[str, tuple[str, str] | None] = {of: _size(of) for of in STREAMS}
"""The metrics that hold a frame's size, by kind and direction."""

TRANSPORT_GAUGES = tuple(each.field for each in METRICS.transports.values() if each.adds is Adds.GAUGE)
"""What is aggregated of transports."""
