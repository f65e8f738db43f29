"""From aiortc's counters and our own to samples with the SDK's names and units.

aiortc reports packets, bytes sent, loss, jitter in RTP clock ticks and RTT. Sizes, frame counts, levels and
bytes received it does not know: those are counted where frames and packets pass through our hands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict, TypeVar, cast

import attrs
from aiortc.stats import (
    RTCInboundRtpStreamStats,
    RTCOutboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStats,
)

from calltape.adapters.webrtc.link import End, Link
from calltape.core.media import Direction, Kind, StreamSample, TransportSample

_S = TypeVar("_S", bound=RTCStats)

KINDS: tuple[Kind, ...] = ("audio", "video")
_NO_SIZE = (None, None)


@attrs.frozen
class _Totals:
    """The ever-growing counters of one stream, kept to take differences from."""

    at_s: float
    packets: int | None = None
    packets_lost: int | None = None
    payload_bytes: int | None = None
    frames: int | None = None
    frames_decoded: int | None = None
    frames_input: int | None = None


class _Common(TypedDict, total=False):
    """The metrics that every stream has."""

    id: str
    kind: Kind
    direction: Direction
    transport_id: str
    codec_name: str | None
    bitrate: int | None
    packets: int | None
    packets_per_second: float | None
    packets_lost: int | None
    packets_lost_per_second: float | None


class Statistician:
    """Samples the ends of links. It remembers the last totals of each stream, for the rates."""

    def __init__(self) -> None:
        self._before: dict[tuple[Any, ...], _Totals] = {}

    async def sample(
        self, link: Link, end: End, now_s: float
    ) -> tuple[tuple[StreamSample, ...], TransportSample]:
        """All streams of one end of one link, and its transport."""
        report = cast("dict[str, RTCStats]", await end.connection.getStats()).values()
        streams: list[StreamSample] = []
        for kind in KINDS:
            if kind in end.tracks:
                streams.append(self._sent(link, end, kind, report, now_s))
                streams.append(self._received(link, end, kind, report, now_s))
        round_trips = [stream.rtt_in_ms for stream in streams if stream.rtt_in_ms is not None]
        return tuple(streams), TransportSample(id=link.transport_id, rtt_in_ms=min(round_trips, default=None))

    def forget(self, link: Link) -> None:
        """Drop what is remembered of a link that is over."""
        for key in [key for key in self._before if key[0] == link.transport_id]:
            del self._before[key]

    def _sent(
        self, link: Link, end: End, kind: Kind, report: Iterable[RTCStats], now_s: float
    ) -> StreamSample:
        local = _find(report, RTCOutboundRtpStreamStats, kind)
        remote = _find(report, RTCRemoteInboundRtpStreamStats, kind)
        track = end.tracks[kind]
        camera = end.leg.camera if kind == "video" else None
        totals = _Totals(
            at_s=now_s,
            packets=local.packetsSent if local else None,
            packets_lost=remote.packetsLost if remote else None,
            payload_bytes=local.bytesSent if local else None,
            frames=track.frames if track else None,
            frames_input=camera.frames if camera else None,
        )
        before = self._swap((link.transport_id, end.leg.id, kind, "send"), totals)
        sample = StreamSample(
            **_common(link, kind, "send", totals, before),
            jitter_in_ms=_jitter_ms(link, kind, remote.jitter if remote else None),
            rtt_in_ms=_milliseconds(remote.roundTripTime) if remote else None,
        )
        if kind == "audio":
            microphone = end.leg.microphone
            return attrs.evolve(sample, audio_input_level=microphone.level if microphone else None)
        filmed_width, filmed_height = (camera and camera.size) or _NO_SIZE
        sent_width, sent_height = (track and track.size) or _NO_SIZE
        return attrs.evolve(
            sample,
            frame_rate_input=_rate(totals, before, "frames_input"),
            frame_width_input=filmed_width,
            frame_height_input=filmed_height,
            frames_sent=totals.frames,
            frame_rate_sent=_rate(totals, before, "frames"),
            frame_width_sent=sent_width,
            frame_height_sent=sent_height,
        )

    def _received(
        self, link: Link, end: End, kind: Kind, report: Iterable[RTCStats], now_s: float
    ) -> StreamSample:
        local = _find(report, RTCInboundRtpStreamStats, kind)
        meter = end.meters[kind]
        totals = _Totals(
            at_s=now_s,
            packets=local.packetsReceived if local else None,
            packets_lost=local.packetsLost if local else None,
            payload_bytes=meter.payload_bytes,
            frames=meter.frames,
            frames_decoded=end.pictures,
        )
        before = self._swap((link.transport_id, end.leg.id, kind, "recv"), totals)
        sample = StreamSample(
            **_common(link, kind, "recv", totals, before),
            jitter_in_ms=_jitter_ms(link, kind, local.jitter if local else None),
        )
        if kind == "audio":
            return attrs.evolve(sample, audio_output_level=end.heard_level)
        width, height = end.size or _NO_SIZE
        return attrs.evolve(
            sample,
            frames_received=totals.frames,
            frame_rate_received=_rate(totals, before, "frames"),
            frames_decoded=totals.frames_decoded,
            frame_rate_decoded=_rate(totals, before, "frames_decoded"),
            frame_width_received=width,
            frame_height_received=height,
        )

    def _swap(self, key: tuple[Any, ...], totals: _Totals) -> _Totals | None:
        before = self._before.get(key)
        self._before[key] = totals
        return before


def _find(report: Iterable[RTCStats], wanted: type[_S], kind: str) -> _S | None:
    return next((s for s in report if isinstance(s, wanted) and getattr(s, "kind", None) == kind), None)


def _common(link: Link, kind: Kind, direction: Direction, totals: _Totals, before: _Totals | None) -> _Common:
    codec = link.codecs.get(kind)
    bytes_per_s = _rate(totals, before, "payload_bytes")
    return _Common(
        id=f"{link.transport_id}-{kind}-{direction}",
        kind=kind,
        direction=direction,
        transport_id=link.transport_id,
        codec_name=codec[0] if codec else None,
        bitrate=None if bytes_per_s is None else round(bytes_per_s * 8),
        packets=totals.packets,
        packets_per_second=_rate(totals, before, "packets"),
        packets_lost=totals.packets_lost,
        packets_lost_per_second=_rate(totals, before, "packets_lost"),
    )


def _rate(totals: _Totals, before: _Totals | None, name: str) -> float | None:
    """Growth per second since ``before``; None without two measurements to compare."""
    if before is None or totals.at_s <= before.at_s:
        return None
    new, old = getattr(totals, name), getattr(before, name)
    if new is None or old is None:
        return None
    return float(new - old) / (totals.at_s - before.at_s)


def _jitter_ms(link: Link, kind: Kind, ticks: int | None) -> float | None:
    codec = link.codecs.get(kind)
    return None if codec is None or ticks is None else ticks_to_ms(ticks, codec[1])


def ticks_to_ms(ticks: int, clock_rate: int) -> float:
    """Milliseconds from ticks of a codec's RTP clock (``clock_rate`` a second), as aiortc counts jitter."""
    return ticks * 1000 / clock_rate


def _milliseconds(seconds: float | None) -> float | None:
    """In ms. aiortc subtracts two wall clocks; on one machine the difference can come out just below zero."""
    return None if seconds is None else max(0.0, seconds * 1000)
