"""Summaries of samples: so many intervals of so many seconds each, as the SDK's `createCollector` gives them.

Samples come in with their time; when the last interval is over, what was collected is given. Web SDK 2.0.0,
feature `MediaStats`; the docs' example is 10 s × 6.
"""

import attrs

from calltape.core.errors import BadInput
from calltape.core.media import MediaSampled
from calltape.core.media_metrics import METRICS, Adds
from calltape.core.media_totals import Aggregate
from calltape.core.values import Instant, later

Raw = str | int | float


@attrs.define(kw_only=True)
class MetricSummary:
    """One metric of one stream: an element for each interval."""

    count: list[int]
    sum: list[float]
    min: list[float | None]
    """None where nothing was measured in the interval."""

    max: list[float | None]
    raw: list[Raw | None]
    """What was measured last in each interval; of a metric that is text, all there is."""


@attrs.frozen(kw_only=True)
class MediaSummary:
    """What was collected."""

    began_at: Instant
    ended_at: Instant
    streams: dict[str, dict[str, MetricSummary]]
    """By stream (kind, direction, id, as in ``audio/send/link-1``) and by metric."""

    transports: dict[str, dict[str, MetricSummary]]


Taken = dict[str, dict[str, MetricSummary]]


@attrs.define(kw_only=True)
class Collector:
    """Collects the samples of one participant. Changed in place by whoever owns it."""

    interval_s: float = 10
    points: int = 6
    began_at: Instant | None = None
    """When the present summary began: with its first sample; None before that."""

    streams: Taken = attrs.Factory(Taken)
    transports: Taken = attrs.Factory(Taken)

    def __attrs_post_init__(self) -> None:
        if not (self.interval_s > 0 and self.points > 0):
            raise BadInput(f"{self.points} × {self.interval_s} s collect nothing; give more than 0 of each")

    def collect(self, sample: MediaSampled, at: Instant) -> MediaSummary | None:
        """Take in a sample; the summary that is complete because of it, which does not hold it.

        Intervals in which nothing was measured are empty; a summary in which nothing was is not given.
        """
        done = None
        if self.began_at is not None and at >= self._ends_at(self.began_at):
            done = self._summary(self.began_at)
            self.began_at, self.streams, self.transports = None, {}, {}
        if self.began_at is None:
            self.began_at = at
        place = min(self.points - 1, int((at - self.began_at) / (later(Instant(0), self.interval_s))))
        for stream in sample.streams:
            of = self.streams.setdefault(f"{stream.kind}/{stream.direction}/{stream.id}", {})
            for metric in METRICS.streams.values():
                if metric.field != "alt_layouts":
                    self._take(of, metric.name, metric.adds, getattr(stream, metric.field), place)
        for transport in sample.transports:
            of = self.transports.setdefault(transport.id, {})
            for metric in METRICS.transports.values():
                self._take(of, metric.name, metric.adds, getattr(transport, metric.field), place)
        return done

    def _ends_at(self, began_at: Instant) -> Instant:
        return later(began_at, self.interval_s * self.points)

    def _summary(self, began_at: Instant) -> MediaSummary:
        return MediaSummary(
            began_at=began_at,
            ended_at=self._ends_at(began_at),
            streams=self.streams,
            transports=self.transports,
        )

    def _take(
        self, of: dict[str, MetricSummary], name: str, adds: Adds, value: Raw | None, place: int
    ) -> None:
        if value is None:
            return
        found = of.get(name)
        if found is None:
            none: list[float | None] = [None] * self.points
            found = of[name] = MetricSummary(
                count=[0] * self.points,
                sum=[0.0] * self.points,
                min=none,
                max=list(none),
                raw=[None] * self.points,
            )
        found.raw[place] = value
        if adds is Adds.TEXT or isinstance(value, str):
            return
        aggregate = Aggregate(
            count=found.count[place], sum=found.sum[place], min=found.min[place], max=found.max[place]
        )
        aggregate.add(value)
        found.count[place], found.sum[place] = aggregate.count, aggregate.sum
        found.min[place], found.max[place] = aggregate.min, aggregate.max
