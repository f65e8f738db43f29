"""A pruned history shows what the whole one shows, in every view, and its calls are the same."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance import projection as laws
from calltape.conformance.strategies import START
from calltape.core import (
    SECOND,
    CallId,
    DiagnosticChanged,
    DiagnosticValue,
    Instant,
    MediaSampled,
    MediaSummarised,
    RawId,
    Recorded,
    StreamSample,
    digest,
    replay,
)
from calltape.projections import PROJECTIONS, STATS, Projection, View
from calltape.projections.pruning import pruned

pytestmark = pytest.mark.property

ALICE, CALL = RawId("8:acs:alice"), CallId("c")
BEFORE = st.one_of(st.none(), st.integers(0, 20).map(lambda second: Instant(START + second * SECOND)))
every_projection = pytest.mark.parametrize("projection", PROJECTIONS.values(), ids=PROJECTIONS.keys())


def shown(projection: Projection[Any], history: Iterable[Recorded]) -> str:
    view = View(projection)
    view.advance(history)
    return view.digest()


@every_projection
@given(history=laws.logs(), before=BEFORE)
def test_every_view_is_as_it_was(
    projection: Projection[Any], history: Sequence[Recorded], before: Instant | None
) -> None:
    assert shown(projection, pruned(history, before=before)) == shown(projection, history)


@given(history=laws.logs(), first=BEFORE, second=BEFORE)
def test_pruning_twice_is_pruning_once(
    history: Sequence[Recorded], first: Instant | None, second: Instant | None
) -> None:
    bounds = [bound for bound in (first, second) if bound is not None]
    latest = None if len(bounds) < 2 else max(bounds)
    twice = list(pruned(pruned(history, before=first), before=second))
    assert twice == list(pruned(history, before=latest))


@given(history=laws.logs(), before=BEFORE)
def test_no_call_has_changed_and_no_stream_has_gaps(
    history: Sequence[Recorded], before: Instant | None
) -> None:
    after = list(pruned(history, before=before))
    for stream in {each.stream for each in history}:
        kept = [each for each in after if each.stream == stream]
        assert [each.version for each in kept] == list(range(1, len(kept) + 1))
        if stream.startswith("call-"):
            assert kept == [each for each in history if each.stream == stream]
            whole = [each.event for each in history if each.stream == stream]
            assert digest(replay(each.event for each in kept)) == digest(replay(whole))


@given(history=laws.media_histories(), before=BEFORE)
def test_what_is_left_of_the_samples(history: Sequence[Recorded], before: Instant | None) -> None:
    after = list(pruned(history, before=before))
    counted = sum(each.event.samples for each in after if isinstance(each.event, MediaSummarised))
    assert counted + sum(isinstance(each.event, MediaSampled) for each in after) == len(history)
    assert all(
        before is not None and each.at >= before for each in after if isinstance(each.event, MediaSampled)
    )


@given(history=laws.media_histories(max_size=20), at=st.integers(0, 20))
def test_a_view_of_a_pruned_history_goes_on_as_if_nothing_had_happened(
    history: Sequence[Recorded], at: int
) -> None:
    view = View(STATS)
    view.advance(pruned(history[:at]))
    view.advance(history[at:])
    assert view.digest() == shown(STATS, history)


def _sampled(version: int, packets: int) -> Recorded:
    sample = StreamSample(id="s", kind="audio", direction="send", transport_id="t", packets=packets)
    event = MediaSampled(call_id=CALL, participant=ALICE, streams=(sample,))
    at = Instant(START + version * SECOND)
    return Recorded(position=version, stream="media-c-a", version=version, event=event, at=at)


@pytest.mark.example
def test_diagnostics_stay_where_they_were() -> None:
    said = DiagnosticChanged(
        call_id=CALL, participant=ALICE, diagnostic="cameraFreeze", value=DiagnosticValue.TRUE
    )
    said_at = Recorded(position=3, stream="media-c-a", version=3, event=said, at=Instant(START + 3 * SECOND))
    after = list(pruned([_sampled(1, 50), _sampled(2, 100), said_at, _sampled(4, 200), _sampled(5, 260)]))
    assert [(each.position, each.version, each.event.name) for each in after] == [
        (3, 1, "diagnostic.changed"),
        (5, 2, "media.summarised"),
    ]
    summary = after[-1].event
    assert isinstance(summary, MediaSummarised)
    assert summary.samples == 4
    assert summary.totals.streams["audio/send"].totals == {"packets": 260}


@pytest.mark.example
def test_folding_a_summary_leaves_the_summary_alone() -> None:
    (summary,) = pruned([_sampled(1, 50)])
    before = repr(summary)
    view = View(STATS)
    view.advance([summary, _sampled(2, 80)])
    assert repr(summary) == before
    assert view.rows[f"{CALL}/{ALICE}"].streams["audio/send"].totals == {"packets": 80}
