"""Poor streams, by hand."""

import pytest

from calltape.core.media import Direction, Kind
from calltape.core.media_quality import poor_marks
from calltape.core.media_totals import Aggregate, Number, StreamStats
from calltape.core.values import SECOND, Instant

pytestmark = pytest.mark.example


def stream(
    kind: Kind,
    direction: Direction,
    totals: dict[str, Number] | None = None,
    seconds: int = 120,
    **means: float,
) -> StreamStats:
    aggregates = {name: Aggregate(count=2, sum=2 * mean, min=mean, max=mean) for name, mean in means.items()}
    return StreamStats(
        kind=kind,
        direction=direction,
        first_at=Instant(0),
        last_at=Instant(seconds * SECOND),
        totals=totals or {},
        aggregates=aggregates,
    )


@pytest.mark.parametrize(
    ("found", "poor"),
    [
        (stream("audio", "send", rtt_in_ms=500.0), ()),
        (stream("audio", "send", rtt_in_ms=501.0, jitter_in_ms=31.0), ("rtt_in_ms", "jitter_in_ms")),
        (stream("audio", "recv", {"packets": 90, "packets_lost": 10}), ()),
        (stream("audio", "recv", {"packets": 89, "packets_lost": 11}), ("loss",)),
        (stream("audio", "send", {"packets": 100, "packets_lost": 11}), ("loss",)),
        (
            stream("audio", "recv", healed_ratio=0.2, jitter_buffer_delay_in_ms=201.0),
            ("jitter_buffer_delay_in_ms", "healed_ratio"),
        ),
        (
            stream("video", "recv", frame_rate_received=6.9, frame_height_received=239.0),
            ("frame_rate_received", "frame_height_received"),
        ),
        (stream("screen_share", "recv", frame_rate_received=1.0, frame_height_received=768.0), ()),
        (stream("screen_share", "recv", frame_height_received=720.0), ("frame_height_received",)),
        (stream("video", "recv", {"total_freeze_duration_in_ms": 12_000}), ()),
        (stream("video", "recv", {"total_freeze_duration_in_ms": 12_001}), ("freeze_per_minute",)),
        (stream("video", "recv", {"total_freeze_duration_in_ms": 6_000}, seconds=1), ()),
        (stream("screen_share", "recv", {"total_freeze_duration_in_ms": 50_000}), ()),
        (stream("video", "send"), ()),
    ],
)
def test_what_is_poor(found: StreamStats, poor: tuple[str, ...]) -> None:
    assert poor_marks(found) == poor
