"""What many samples of one participant's media come to: what a view shows of them, and what is left when they
are pruned.
"""

import attrs

from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.media import Direction, Kind, StreamSample, TransportSample
from calltape.core.values import CallId, Instant

Number = int | float


@attrs.define(kw_only=True)
class Aggregate:
    """How the values of one metric lay. Without values it has no `min`, `max` and `mean`."""

    count: int = 0
    sum: float = 0.0
    min: float | None = None
    max: float | None = None

    @property
    def mean(self) -> float | None:
        """The arithmetic mean of the samples."""
        return self.sum / self.count if self.count else None

    def add(self, value: Number) -> None:
        """Take in one value."""
        value = float(value)
        self.count += 1
        self.sum += value
        if self.min is None or value < self.min:
            self.min = value
        if self.max is None or value > self.max:
            self.max = value

    def merge(self, other: "Aggregate") -> None:
        """Take in all that `other` has taken in."""
        self.count += other.count
        self.sum += other.sum
        if other.min is not None and (self.min is None or other.min < self.min):
            self.min = other.min
        if other.max is not None and (self.max is None or other.max > self.max):
            self.max = other.max


@attrs.define(kw_only=True)
class Link:
    """One of the streams that a kind and direction has at a time, one a link."""

    latest: StreamSample
    at: Instant
    """When that was sampled."""

    counted: dict[str, Number] = attrs.Factory(dict[str, Number])
    """The counters as last reported; a sample may leave out some."""


@attrs.define(kw_only=True)
class StreamStats:
    """All that was measured of one kind of media in one direction."""

    kind: Kind
    direction: Direction
    samples: int = 0
    """Samples taken in, over all links."""

    first_at: Instant
    last_at: Instant
    frame_width: int | None = None
    """Pixels, of the last frame size reported: as sent, or as received."""

    frame_height: int | None = None
    aggregates: dict[str, Aggregate] = attrs.Factory(dict[str, Aggregate])
    """By metric: levels and rates, over all samples."""

    totals: dict[str, Number] = attrs.Factory(dict[str, Number])
    """By metric: counters, over all links since the participant's first."""

    links: dict[str, Link] = attrs.Factory(dict[str, Link])
    """The latest sample of each stream, by the stream's id; of long gone streams only the newest are kept."""


@attrs.define(kw_only=True)
class TransportStats:
    """All that was measured of a participant's transports, over all links."""

    samples: int = 0
    aggregates: dict[str, Aggregate] = attrs.Factory(dict[str, Aggregate])
    latest: dict[str, TransportSample] = attrs.Factory(dict[str, TransportSample])
    """Of those transports that the last event named, by id."""


@attrs.define(kw_only=True)
class ParticipantStats:
    """What was measured at one participant of one call."""

    call_id: CallId | None = None
    participant: RawId | None = None
    first_at: Instant | None = None
    last_at: Instant | None = None
    streams: dict[str, StreamStats] = attrs.Factory(dict[str, StreamStats])
    """By kind and direction, as in ``audio/send``."""

    transports: TransportStats = attrs.Factory(TransportStats)


@event("media.summarised")
class MediaSummarised(Event):
    """All samples of the participant up to here were pruned; this is what they came to.

    It stands where the last of them stood. Whoever folds it copies what it holds: the rows of views change in
    place.
    """

    call_id: CallId
    participant: RawId
    samples: int
    """How many samples were pruned, those of earlier summaries included."""

    totals: ParticipantStats
