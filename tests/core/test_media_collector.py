"""Summaries of samples, as the SDK's collector gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.errors import BadInput
from calltape.core.identity import RawId
from calltape.core.media import MediaSampled, StreamSample, TransportSample
from calltape.core.media_collector import Collector, MediaSummary
from calltape.core.values import SECOND, CallId, Instant

pytestmark = pytest.mark.example


def sample(bitrate: int | None, codec: str = "OPUS") -> MediaSampled:
    sent = StreamSample(
        id="s", kind="audio", direction="send", transport_id="t", codec_name=codec, bitrate=bitrate
    )
    return MediaSampled(
        call_id=CallId("c"),
        participant=RawId("8:acs:a"),
        streams=(sent,),
        transports=(TransportSample(id="t", rtt_in_ms=20.0),),
    )


def collected(collector: Collector, *values: int | None) -> list[MediaSummary]:
    """One sample a second."""
    found = [collector.collect(sample(each), Instant(place * SECOND)) for place, each in enumerate(values)]
    return [each for each in found if each is not None]


def test_ten_seconds_six_times_is_a_minute() -> None:
    (summary,) = collected(Collector(), *range(61))
    bitrate = summary.streams["audio/send/s"]["bitrate"]
    assert bitrate.count == [10] * 6
    assert bitrate.sum == [45.0, 145.0, 245.0, 345.0, 445.0, 545.0]
    assert bitrate.min == [0, 10, 20, 30, 40, 50]
    assert bitrate.max == [9, 19, 29, 39, 49, 59]
    assert bitrate.raw == [9, 19, 29, 39, 49, 59]
    assert (summary.began_at, summary.ended_at) == (Instant(0), Instant(60 * SECOND))
    assert summary.transports["t"]["rttInMs"].count == [10] * 6


def test_text_is_not_aggregated_and_what_was_not_measured_is_empty() -> None:
    (summary,) = collected(Collector(interval_s=2, points=2), 5, 7, None, None, 1)
    metrics = summary.streams["audio/send/s"]
    assert metrics["codecName"].raw == ["OPUS", "OPUS"]
    assert metrics["codecName"].count == [0, 0]
    bitrate = metrics["bitrate"]
    assert (bitrate.count, bitrate.min, bitrate.max, bitrate.raw) == ([2, 0], [5, None], [7, None], [7, None])
    assert "jitterInMs" not in metrics


def test_a_gap_ends_a_summary_and_the_next_sample_begins_another() -> None:
    collector = Collector(interval_s=1, points=2)
    assert collector.collect(sample(1), Instant(0)) is None
    first = collector.collect(sample(2), Instant(100 * SECOND))
    assert first is not None
    assert first.streams["audio/send/s"]["bitrate"].count == [1, 0]
    second = collector.collect(sample(3), Instant(102 * SECOND))
    assert second is not None
    assert second.began_at == Instant(100 * SECOND)


@pytest.mark.parametrize(("interval_s", "points"), [(0, 6), (10, 0), (-1, 6), (float("nan"), 1)])
def test_what_collects_nothing_is_refused(interval_s: float, points: int) -> None:
    with pytest.raises(BadInput, match="collect nothing"):
        Collector(interval_s=interval_s, points=points)


@pytest.mark.property
@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 5), st.integers(1, 4))
def test_nothing_is_lost_and_nothing_counted_twice(values: list[int], interval_s: int, points: int) -> None:
    whole = interval_s * points
    summaries = collected(Collector(interval_s=interval_s, points=points), *values)
    assert len(summaries) == max(0, len(values) - 1) // whole
    for place, summary in enumerate(summaries):
        part = values[place * whole : (place + 1) * whole]
        bitrate = summary.streams["audio/send/s"]["bitrate"]
        assert (sum(bitrate.count), sum(bitrate.sum)) == (len(part), sum(part))
