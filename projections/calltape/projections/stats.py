"""`stats`: media statistics, one row a participant of a call.

The metrics carry the names and units of the SDK's `MediaStats`, in snake_case, as `calltape.core.media` has
them. Counters become totals, everything else that is a number becomes count, sum, least and greatest. A row
grows with the streams that a participant has at a time, not with the length of the call.
"""

from collections.abc import Iterable
from copy import deepcopy

import attrs

from calltape.core import Instant, MediaSampled, Recorded, StreamSample, TransportSample
from calltape.core.media_quality import loss_ratio
from calltape.core.media_totals import (
    Aggregate,
    Link,
    MediaSummarised,
    Number,
    ParticipantStats,
    StreamStats,
    TransportStats,
)

from .projection import Projection
from .stats_metrics import COUNTERS, GAUGES, SIZE, TRANSPORT_GAUGES

LINKS_KEPT = 64
"""Streams of one kind and direction that are remembered after the last event that named them.

Enough for a stream that is left out of an event now and then to be known again, so that its packets are not
counted twice; bounded, so that 30 hours of reconnecting do not make a row grow.
"""


def _key(recorded: Recorded) -> str | None:
    fact = recorded.event
    if isinstance(fact, MediaSampled | MediaSummarised):
        return f"{fact.call_id}/{fact.participant}"
    return None


def _fold(row: ParticipantStats, recorded: Recorded) -> ParticipantStats:
    fact = recorded.event
    if isinstance(fact, MediaSummarised):
        return deepcopy(fact.totals)  # all that there was before it
    if not isinstance(fact, MediaSampled):
        return row
    if row.first_at is None:
        row.call_id = fact.call_id
        row.participant = fact.participant
        row.first_at = recorded.at
    row.last_at = recorded.at
    for sample in fact.streams:
        _take(row, sample, recorded.at)
    if fact.transports:
        _take_transports(row.transports, fact.transports)
    for stream in row.streams.values():
        if len(stream.links) > LINKS_KEPT:
            _forget(stream, recorded.at)
    return row


def _take(row: ParticipantStats, sample: StreamSample, at: Instant) -> None:
    of = f"{sample.kind}/{sample.direction}"
    stream = row.streams.get(of)
    if stream is None:
        stream = StreamStats(kind=sample.kind, direction=sample.direction, first_at=at, last_at=at)
        row.streams[of] = stream
    stream.samples += 1
    stream.last_at = at
    _aggregate(stream.aggregates, sample, GAUGES.get(of, ()))
    _count(stream, sample, COUNTERS.get(of, ()), at)
    _resize(stream, sample, SIZE.get(of))


def _aggregate(
    aggregates: dict[str, Aggregate], sample: StreamSample | TransportSample, metrics: Iterable[str]
) -> None:
    for metric in metrics:
        value: Number | None = getattr(sample, metric)
        if value is not None:
            aggregate = aggregates.get(metric)
            if aggregate is None:
                aggregate = aggregates[metric] = Aggregate()
            aggregate.add(value)


def _count(stream: StreamStats, sample: StreamSample, metrics: Iterable[str], at: Instant) -> None:
    """Add what the counters have grown by since the same stream's last sample."""
    link = stream.links.pop(sample.id, None)
    if link is None or _is_new_count(link.counted, sample):
        link = Link(latest=sample, at=at)
    link.latest = sample
    link.at = at
    stream.links[sample.id] = link  # last, so that the order is that of the latest samples
    for metric in metrics:
        value: Number | None = getattr(sample, metric)
        if value is not None:
            grown = value - link.counted.get(metric, 0)
            stream.totals[metric] = stream.totals.get(metric, 0) + grown
            link.counted[metric] = value


def _is_new_count(counted: dict[str, Number], sample: StreamSample) -> bool:
    """Whether the stream counts from zero again.

    Only `packets` tells: what is lost may shrink on its own, when a packet believed lost comes late or twice.
    """
    return sample.packets is not None and sample.packets < counted.get("packets", 0)


def _resize(stream: StreamStats, sample: StreamSample, names: tuple[str, str] | None) -> None:
    if names is None:
        return
    width: int | None = getattr(sample, names[0])
    height: int | None = getattr(sample, names[1])
    if width is not None and height is not None:
        stream.frame_width, stream.frame_height = width, height


def _take_transports(transports: TransportStats, samples: tuple[TransportSample, ...]) -> None:
    transports.latest = {sample.id: sample for sample in samples}
    for sample in samples:
        transports.samples += 1
        _aggregate(transports.aggregates, sample, TRANSPORT_GAUGES)


def _forget(stream: StreamStats, now: Instant) -> None:
    """Forget the streams heard of longest ago, down to the number kept, but none of this very event."""
    for name in list(stream.links)[:-LINKS_KEPT]:
        if stream.links[name].at == now:
            return
        del stream.links[name]


@attrs.frozen(kw_only=True)
class StreamSummary:
    """One kind of media in one direction, over all participants of a call."""

    participants: int
    samples: int
    totals: dict[str, Number]
    aggregates: dict[str, Aggregate]

    loss_ratio: float | None
    """See `loss_ratio`."""


def summarise(rows: Iterable[ParticipantStats]) -> dict[str, StreamSummary]:
    """A call's statistics from the rows of its participants, by kind and direction, as in ``video/recv``."""
    merged: dict[str, tuple[list[StreamStats], dict[str, Number], dict[str, Aggregate]]] = {}
    for row in rows:
        for of, stream in row.streams.items():
            streams, totals, aggregates = merged.setdefault(of, ([], {}, {}))
            streams.append(stream)
            for metric, total in stream.totals.items():
                totals[metric] = totals.get(metric, 0) + total
            for metric, aggregate in stream.aggregates.items():
                aggregates.setdefault(metric, Aggregate()).merge(aggregate)
    return {
        of: StreamSummary(
            participants=len(streams),
            samples=sum(stream.samples for stream in streams),
            totals=totals,
            aggregates=aggregates,
            loss_ratio=loss_ratio(totals, is_received=of.endswith("/recv")),
        )
        for of, (streams, totals, aggregates) in sorted(merged.items())
    }


STATS = Projection(
    name="stats", schema=2, key=_key, initial=ParticipantStats, fold=_fold, row_type=ParticipantStats
)
