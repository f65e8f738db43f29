"""What is sampled from a real call, its names and its units."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from calltape.adapters.webrtc import LegId, Sampled, StreamSample
from calltape.adapters.webrtc.stats import ticks_to_ms

from .conftest import ALICE, BOB, Stage

pytestmark = pytest.mark.media

# Typed by hand from the SDK's MediaStats table, in snake_case.
SDK_NAMES = [
    "id",
    "codec_name",
    "bitrate",
    "jitter_in_ms",
    "packets",
    "packets_per_second",
    "packets_lost",
    "packets_lost_per_second",
    "rtt_in_ms",
    "audio_input_level",
    "audio_output_level",
    "jitter_buffer_delay_in_ms",
    "healed_ratio",
    "frame_rate_input",
    "frame_width_input",
    "frame_height_input",
    "frames_encoded",
    "frame_rate_encoded",
    "key_frames_encoded",
    "frames_sent",
    "frame_rate_sent",
    "frame_width_sent",
    "stream_id",
    "alt_layouts",
    "frame_height_sent",
    "frame_rate_received",
    "frame_rate_decoded",
    "frame_width_received",
    "frame_height_received",
    "longest_freeze_duration_in_ms",
    "total_freeze_duration_in_ms",
    "frames_received",
    "frames_decoded",
    "frames_dropped",
    "key_frames_decoded",
    "transport_id",
]

NEVER_MEASURED = {
    "jitter_buffer_delay_in_ms",
    "healed_ratio",
    "frames_encoded",
    "frame_rate_encoded",
    "key_frames_encoded",
    "longest_freeze_duration_in_ms",
    "total_freeze_duration_in_ms",
    "frames_dropped",
    "key_frames_decoded",
}


def samples_of(stage: Stage, leg: LegId) -> list[Sampled]:
    return [seen for seen in stage.seen if isinstance(seen, Sampled) and seen.leg == leg]


def stream(sampled: Sampled, kind: str, direction: str) -> StreamSample:
    [found] = [s for s in sampled.streams if (s.kind, s.direction) == (kind, direction)]
    return found


def measured(sample: StreamSample) -> set[str]:
    return {name for name, value in attrs.asdict(sample).items() if value is not None}


def test_every_metric_of_the_sdk_has_its_place() -> None:
    assert {field.name for field in attrs.fields(StreamSample)} == {*SDK_NAMES, "kind", "direction"}


def test_jitter_is_told_in_milliseconds_whatever_the_clock() -> None:
    assert ticks_to_ms(480, 48_000) == ticks_to_ms(900, 90_000) == 10.0


async def test_a_call_is_sampled_with_the_sdks_names_and_units(stage: Stage) -> None:
    await stage.call(video=True)
    await asyncio.sleep(3.5)  # RTCP reports, which tell loss and RTT, come up to 1.5 s apart
    first, last = samples_of(stage, ALICE)[0], samples_of(stage, ALICE)[-1]

    sent, heard = stream(last, "audio", "send"), stream(last, "audio", "recv")
    filmed, seen = stream(last, "video", "send"), stream(last, "video", "recv")
    for sample in (sent, heard, filmed, seen):
        assert not measured(sample) & NEVER_MEASURED
        assert sample.transport_id == last.transports[0].id
        assert sample.packets_lost == 0
        assert sample.jitter_in_ms is not None
        assert 0 <= sample.jitter_in_ms < 100, "milliseconds, not clock ticks"
        assert sample.packets is not None
        assert sample.packets > 10
    for sample in (sent, heard):
        assert sample.codec_name == "OPUS"
        assert sample.bitrate is not None
        assert 20_000 < sample.bitrate < 250_000
        assert sample.packets_per_second == pytest.approx(50, abs=15)
    for sample in (sent, filmed):
        assert sample.rtt_in_ms is not None
        assert 0 <= sample.rtt_in_ms < 200
    assert last.transports[0].rtt_in_ms == min(sent.rtt_in_ms or 0, filmed.rtt_in_ms or 0)
    assert (heard.rtt_in_ms, seen.rtt_in_ms) == (None, None)
    assert 0 <= (sent.audio_input_level or 0) <= 65_536
    assert heard.audio_output_level is not None

    assert (filmed.codec_name, filmed.frame_width_sent, filmed.frame_height_sent) == ("VP8", 640, 360)
    assert (filmed.frame_width_input, filmed.frame_height_input) == (640, 360)
    assert filmed.frame_rate_sent == pytest.approx(15, abs=6)
    assert filmed.frame_rate_input == pytest.approx(15, abs=6)
    assert (seen.frame_width_received, seen.frame_height_received) == (640, 360)
    assert seen.frame_rate_received == pytest.approx(15, abs=6)
    assert seen.frame_rate_decoded == pytest.approx(15, abs=6)
    assert seen.frames_decoded is not None
    assert seen.frames_received is not None
    assert 0 <= seen.frames_received - seen.frames_decoded <= 4, "a picture or two are in the jitter buffer"

    assert stream(first, "audio", "send").bitrate is None, "one measurement has no rate"
    assert {s.id for s in first.streams} == {s.id for s in last.streams}
    assert len({s.id for s in last.streams}) == 4


async def test_a_held_call_sends_nothing_and_says_so(stage: Stage) -> None:
    await stage.call()
    await stage.media.hold(BOB)
    done = len(samples_of(stage, ALICE))
    await stage.until(lambda: len(samples_of(stage, ALICE)) >= done + 3)
    last = samples_of(stage, ALICE)[-1]
    for direction in ("send", "recv"):
        sample = stream(last, "audio", direction)
        assert (sample.bitrate, sample.packets_per_second) == (0, 0.0)
