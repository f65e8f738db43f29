"""What is measured of one's own media in a call, as one agent's user collects it."""

from calltape.adapters.agent.changes import Changes
from calltape.core import Collector, MediaSampled, MediaSummary, RawId, Recorded


class MediaStatsCollector:
    """Collects until the call is over or it is disposed of. Made by `MediaStatsFeature.create_collector`."""

    def __init__(self, feature: "MediaStatsFeature", collector: Collector) -> None:
        self.sample_reported: Changes[MediaSampled] = Changes()
        """Every look at the media, once it is recorded: one a second."""

        self.summary_reported: Changes[MediaSummary] = Changes()
        """What the samples of all intervals came to, with the first sample after them."""

        self._feature = feature
        self._collector = collector

    def take(self, sample: MediaSampled, recorded: Recorded) -> None:
        """Take in a sample of this side. For the feature."""
        self.sample_reported.tell(sample)
        summary = self._collector.collect(sample, recorded.at)
        if summary is not None:
            self.summary_reported.tell(summary)

    def dispose(self) -> None:
        """Collect no more. A second time does nothing."""
        self._feature.drop(self)
        self.sample_reported.end()
        self.summary_reported.end()


class MediaStatsFeature:
    """Statistics of what this side sends and receives: `call.media_stats`."""

    def __init__(self, me: RawId) -> None:
        self._me = me
        self._collectors: list[MediaStatsCollector] = []

    def create_collector(
        self, *, aggregation_interval_s: float = 10, data_points_per_aggregation: int = 6
    ) -> MediaStatsCollector:
        """A collector that sums up `data_points_per_aggregation` intervals at a time.

        Raises:
            BadInput: the interval or the number of them is not above 0.
        """
        made = MediaStatsCollector(
            self, Collector(interval_s=aggregation_interval_s, points=data_points_per_aggregation)
        )
        self._collectors.append(made)
        return made

    def receive(self, sample: MediaSampled, recorded: Recorded) -> None:
        """Take in what was measured of anybody. For the call."""
        if sample.participant == self._me:
            for each in tuple(self._collectors):
                each.take(sample, recorded)

    def drop(self, collector: MediaStatsCollector) -> None:
        """Let a collector go. For the collector."""
        if collector in self._collectors:
            self._collectors.remove(collector)

    def end(self) -> None:
        """The call is over. For the call."""
        for each in tuple(self._collectors):
            each.dispose()
