"""The views as tables for people."""

import io
from typing import Any

import pytest
from rich.console import Console

from calltape.adapters.cli.view_tables import show_rows
from calltape.core import (
    SECOND,
    CallId,
    Event,
    Instant,
    MediaSampled,
    PushRegistered,
    RawId,
    Recorded,
    StreamSample,
)
from calltape.projections import PUSH_TTL, STATS, View

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:alice")


def shown(view: View[Any], *events: Event) -> list[list[str]]:
    """The words of each line that is printed once the view has taken in the events."""
    view.advance(
        Recorded(position=n, stream="any", version=n, event=event, at=Instant(n * SECOND))
        for n, event in enumerate(events, 1)
    )
    console = Console(file=io.StringIO(), width=200)
    show_rows(console, view)
    assert isinstance(console.file, io.StringIO)
    return [line.split() for line in console.file.getvalue().splitlines() if line.strip()]


def sampled(packets: int, lost: int, bitrate: int, jitter_in_ms: float) -> MediaSampled:
    sample = StreamSample(
        id="s",
        kind="video",
        direction="recv",
        transport_id="t",
        packets=packets,
        packets_lost=lost,
        bitrate=bitrate,
        jitter_in_ms=jitter_in_ms,
        frame_rate_received=14.5,
        frame_width_received=640,
        frame_height_received=360,
    )
    return MediaSampled(call_id=CallId("one"), participant=ALICE, streams=(sample,))


def test_statistics_are_means_totals_and_ratios() -> None:
    heading, row = shown(View(STATS), sampled(50, 0, 400_000, 2.0), sampled(98, 2, 600_000, 4.0))
    assert heading[:5] == ["call", "participant", "stream", "samples", "bit/s"]
    # 98 packets came of 100 expected; bitrate and jitter are means; a received stream has no round trip
    assert " ".join(row) == "one 8:acs:alice video/recv 2 500 000 98 2.00 % 3.0 ms 14.5 640x360"


def test_a_registration_is_a_row_a_device() -> None:
    registered = [
        PushRegistered(user=ALICE, device=device, ttl_s=300, expires_at=Instant(300 * SECOND))
        for device in ("phone", "desk")
    ]
    _, *rows = shown(View(PUSH_TTL), *registered)
    assert rows == [
        ["8:acs:alice", device, "Registered", "1970-01-01", "00:05:00"] for device in ("phone", "desk")
    ]
