"""The metrics are those of the SDK, typed here by hand; a wrong file is refused in one sentence."""

from importlib.resources import files

import attrs
import pytest

from calltape.core.errors import BadSpec
from calltape.core.media import StreamSample, TransportSample
from calltape.core.media_metrics import METRICS, STREAMS, Adds, field_of, metrics, read_metrics

pytestmark = pytest.mark.example

EVERY = {
    *("id", "codecName", "bitrate", "jitterInMs", "packets", "packetsPerSecond"),
    *("packetsLost", "packetsLostPerSecond", "rttInMs", "transportId"),
}
ONLY = {
    "audio/send": {"audioInputLevel"},
    "audio/recv": {"audioOutputLevel", "jitterBufferDelayInMs", "healedRatio"},
    "video/send": {
        *("frameRateInput", "frameWidthInput", "frameHeightInput"),
        *("framesEncoded", "frameRateEncoded", "keyFramesEncoded"),
        *("framesSent", "frameRateSent", "frameWidthSent", "frameHeightSent", "altLayouts"),
    },
    "video/recv": {
        *("jitterBufferDelayInMs", "streamId"),
        *("frameRateReceived", "frameRateDecoded", "frameWidthReceived", "frameHeightReceived"),
        *("longestFreezeDurationInMs", "totalFreezeDurationInMs"),
        *("framesReceived", "framesDecoded", "framesDropped", "keyFramesDecoded"),
    },
}


@pytest.mark.parametrize("of", STREAMS)
def test_each_stream_has_the_metrics_of_the_sdk(of: str) -> None:
    found = {each.name for each in METRICS.streams.values() if of in each.streams}
    assert found == EVERY | ONLY[of.replace("screen_share", "video")]


def test_transports() -> None:
    names = {each.name for each in METRICS.transports.values()}
    assert names == {"id", "rttInMs", "availableIncomingBitrate", "availableOutgoingBitrate"}


def test_every_field_of_a_sample_is_a_metric_and_none_is_missing() -> None:
    assert set(METRICS.streams) | {"kind", "direction"} == {f.name for f in attrs.fields(StreamSample)}
    assert {*METRICS.transports} == {f.name for f in attrs.fields(TransportSample)}


def test_how_metrics_add_up() -> None:
    assert metrics("audio/recv", Adds.COUNTER) == ("packets", "packets_lost")
    assert "frame_rate_sent" in metrics("screen_share/send", Adds.GAUGE)
    assert field_of("longestFreezeDurationInMs") == "longest_freeze_duration_in_ms"


def test_the_marks_of_the_service() -> None:
    marks = {(mark.of, mark.stream): (mark.bound, mark.is_above) for mark in METRICS.poor}
    wanted: dict[tuple[str, str], tuple[float, bool]] = {
        ("rtt_in_ms", "audio/send"): (500, True),
        ("jitter_in_ms", "video/recv"): (30, True),
        ("loss", "audio/recv"): (0.1, True),
        ("jitter_buffer_delay_in_ms", "audio/recv"): (200, True),
        ("healed_ratio", "audio/recv"): (0.1, True),
        ("frame_rate_received", "video/recv"): (7, False),
        ("frame_rate_received", "screen_share/recv"): (1, False),
        ("frame_height_received", "video/recv"): (240, False),
        ("frame_height_received", "screen_share/recv"): (768, False),
        ("freeze_per_minute", "video/recv"): (6000, True),
        ("freeze_per_minute", "screen_share/recv"): (25_000, True),
    }
    assert {key: marks[key] for key in wanted} == wanted


SOUND = files("calltape.specs").joinpath("media_metrics.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[streams]", "[streams", "is not TOML"),
        ("[transports]", "[transport]", "each whole"),
        ("bitrate = {", "bitRate = {", "bitRate is no field of StreamSample"),
        ('adds = "counter"', 'adds = "up"', "each whole"),
        ('of = "loss"', 'of = "colour"', "the mark of 'colour'"),
    ],
)
def test_a_wrong_file_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(BadSpec, match=words) as refused:
        read_metrics(SOUND.replace(old, new, 1))
    assert "\n" not in str(refused.value)
