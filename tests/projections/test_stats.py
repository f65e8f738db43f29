"""Media statistics, with numbers worked out by hand."""

from typing import Any, get_args

import attrs
import pytest

from calltape.core import (
    SECOND,
    CallId,
    Instant,
    MediaSampled,
    RawId,
    Recorded,
    StreamSample,
    TransportSample,
)
from calltape.core.media import Direction, Kind
from calltape.core.media_quality import loss_ratio
from calltape.core.media_totals import Aggregate, ParticipantStats, StreamStats
from calltape.projections import View
from calltape.projections.stats import LINKS_KEPT, STATS, summarise
from calltape.projections.stats_metrics import COUNTERS, GAUGES, SIZE, TRANSPORT_GAUGES

pytestmark = pytest.mark.example

ALICE, BOB = RawId("8:acs:alice"), RawId("8:acs:bob")


def heard(link: str = "l1", **metrics: Any) -> StreamSample:
    return StreamSample(id=f"{link}-heard", kind="audio", direction="recv", transport_id=link, **metrics)


def shown(link: str = "l1", **metrics: Any) -> StreamSample:
    return StreamSample(id=f"{link}-shown", kind="video", direction="send", transport_id=link, **metrics)


def look(second: int, *streams: StreamSample, who: RawId = ALICE, **more: Any) -> Recorded:
    event = MediaSampled(call_id=CallId("c"), participant=who, streams=streams, **more)
    return Recorded(
        position=second, stream=f"media-c-{who}", version=second, event=event, at=Instant(second * SECOND)
    )


def stats(*looks: Recorded) -> dict[str, StreamStats]:
    return row(*looks).streams


def row(*looks: Recorded) -> ParticipantStats:
    view = View(STATS)
    view.advance(looks)
    return view.rows[f"c/{ALICE}"]


def test_levels_and_rates_are_aggregated() -> None:
    found = stats(
        look(1, heard(bitrate=40_000, jitter_in_ms=4.0)),
        look(2, heard(bitrate=20_000)),
        look(3, heard(bitrate=60_000, jitter_in_ms=10.0, rtt_in_ms=80.0)),
    )["audio/recv"]
    assert found.samples == 3
    assert (found.first_at, found.last_at) == (1 * SECOND, 3 * SECOND)
    assert found.aggregates == {
        "bitrate": Aggregate(count=3, sum=120_000.0, min=20_000.0, max=60_000.0),
        "jitter_in_ms": Aggregate(count=2, sum=14.0, min=4.0, max=10.0),
        "rtt_in_ms": Aggregate(count=1, sum=80.0, min=80.0, max=80.0),
    }
    assert found.aggregates["bitrate"].mean == 40_000.0
    assert found.aggregates["jitter_in_ms"].mean == 7.0
    assert Aggregate().mean is None


def test_counters_are_totalled() -> None:
    found = stats(
        look(1, heard(packets=50, packets_lost=0)),
        look(2, heard(packets=98, packets_lost=2)),
        look(3, heard()),
        look(4, heard(packets=197, packets_lost=1)),
    )["audio/recv"]
    assert found.totals == {"packets": 197, "packets_lost": 1}, "a packet believed lost came late"


def test_a_new_link_goes_on_counting() -> None:
    found = stats(
        look(1, heard("l1", packets=50, packets_lost=3)),
        look(2, heard("l2", packets=10, packets_lost=1)),
        look(3, heard("l2", packets=30, packets_lost=1)),
    )["audio/recv"]
    assert found.totals == {"packets": 80, "packets_lost": 4}
    assert [link.latest.packets for link in found.links.values()] == [50, 30]


def test_a_link_left_out_of_one_look_is_not_counted_twice() -> None:
    found = stats(
        look(1, heard("l1", packets=50), heard("l2", packets=7)),
        look(2, heard("l2", packets=9)),
        look(3, heard("l1", packets=60), heard("l2", packets=10)),
    )["audio/recv"]
    assert found.totals == {"packets": 70}


def test_a_count_that_begins_again_is_added() -> None:
    found = stats(
        look(1, heard(packets=50, packets_lost=5)),
        look(2, heard(packets=4, packets_lost=1)),
        look(3, heard(packets=6, packets_lost=1)),
    )["audio/recv"]
    assert found.totals == {"packets": 56, "packets_lost": 6}


def test_the_last_frame_size_is_kept() -> None:
    size: dict[str, Any] = {"frame_width_sent": 640, "frame_height_sent": 360}
    found = stats(
        look(1, shown(frame_width_sent=1280, frame_height_sent=720)),
        look(2, shown(frame_rate_sent=30.0, frames_sent=60, **size)),
        look(3, shown(frame_rate_sent=15.0, frames_sent=75)),
    )["video/send"]
    assert (found.frame_width, found.frame_height) == (640, 360)
    assert found.aggregates["frame_rate_sent"] == Aggregate(count=2, sum=45.0, min=15.0, max=30.0)
    assert found.totals == {"frames_sent": 75}


def test_transports() -> None:
    found = row(
        look(1, transports=(TransportSample(id="l1", rtt_in_ms=20.0),)),
        look(2, transports=(TransportSample(id="l2", rtt_in_ms=30.0, available_outgoing_bitrate=900),)),
    ).transports
    assert found.samples == 2
    assert found.aggregates["rtt_in_ms"] == Aggregate(count=2, sum=50.0, min=20.0, max=30.0)
    assert list(found.latest) == ["l2"]


def test_participants_have_rows_of_their_own_and_a_call_is_their_sum() -> None:
    view = View(STATS)
    view.advance(
        [
            look(1, heard(packets=90, packets_lost=10, bitrate=30_000)),
            look(2, heard(packets=50, packets_lost=0, bitrate=50_000), who=BOB),
            look(3, shown(packets=200, packets_lost=5), who=BOB),
        ]
    )
    assert set(view.rows) == {f"c/{ALICE}", f"c/{BOB}"}
    summary = summarise(view.rows.values())
    assert list(summary) == ["audio/recv", "video/send"]
    audio = summary["audio/recv"]
    assert (audio.participants, audio.samples) == (2, 2)
    assert audio.totals == {"packets": 140, "packets_lost": 10}
    assert audio.loss_ratio == pytest.approx(10 / 150)
    assert audio.aggregates["bitrate"] == Aggregate(count=2, sum=80_000.0, min=30_000.0, max=50_000.0)
    assert summary["video/send"].loss_ratio == pytest.approx(5 / 200)
    assert view.rows[f"c/{ALICE}"].streams["audio/recv"].aggregates["bitrate"].count == 1


def test_loss_is_unknown_where_nothing_was_counted() -> None:
    assert loss_ratio({"packets": 10}, is_received=True) is None
    assert loss_ratio({"packets": 0, "packets_lost": 0}, is_received=True) is None
    assert loss_ratio({"packets": 10, "packets_lost": -1}, is_received=True) == 0.0


def test_a_row_does_not_grow_with_the_length_of_the_call() -> None:
    looks = [look(n, heard(f"l{n}", packets=1)) for n in range(1, 3 * LINKS_KEPT)]
    found = stats(*looks)["audio/recv"]
    assert len(found.links) == LINKS_KEPT
    assert found.totals["packets"] == len(looks)
    assert f"l{len(looks)}-heard" in found.links


def test_links_of_the_same_look_are_all_kept() -> None:
    many = [heard(f"l{n}", packets=n) for n in range(2 * LINKS_KEPT)]
    found = stats(look(1, *many), look(2, *many))["audio/recv"]
    assert len(found.links) == 2 * LINKS_KEPT
    assert found.totals["packets"] == sum(range(2 * LINKS_KEPT))


def test_every_metric_is_counted_aggregated_or_named() -> None:
    described = {"id", "kind", "direction", "transport_id", "codec_name", "stream_id", "alt_layouts"}
    counted = {metric for metrics in COUNTERS.values() for metric in metrics}
    aggregated = {metric for metrics in GAUGES.values() for metric in metrics}
    assert counted.isdisjoint(aggregated)
    assert described | counted | aggregated == {field.name for field in attrs.fields(StreamSample)}
    assert {"id", *TRANSPORT_GAUGES} == {field.name for field in attrs.fields(TransportSample)}
    kinds = {f"{kind}/{direction}" for kind in get_args(Kind) for direction in get_args(Direction)}
    assert set(COUNTERS) == set(GAUGES) == set(SIZE) == kinds
