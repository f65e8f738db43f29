"""Logs to try projections on: calls, samples and push registrations, drawn by Hypothesis.

Needs the extra ``calltape[testing]``.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from calltape.conformance.alphabet import ALICE, BOB, CAROL, CROWD, START
from calltape.conformance.log_strategies import interleaved, recorded_histories
from calltape.conformance.stream_alphabet import BESIDE, meeting
from calltape.conformance.stream_strategies import stream_tapes
from calltape.core import (
    SECOND,
    CallId,
    Condition,
    Instant,
    MediaConditionObserved,
    MediaSampled,
    RawId,
    Recorded,
    RemoteDiagnosticsSwitched,
    StreamSample,
    TransportSample,
    Watch,
    media_stream,
    stream_of,
)


@st.composite
def logs(draw: st.DrawFn, *, calls: int = 2, max_size: int = 12) -> tuple[Recorded, ...]:
    """What a log may hold, interleaved: several calls, samples of their media and what they say, push
    registrations.
    """
    parts = [
        draw(recorded_histories(calls, max_size=max_size)),
        draw(media_histories()),
        draw(watched_histories()),
        draw(push_histories()),
    ]
    return interleaved(draw, parts)


@st.composite
def tapes(
    draw: st.DrawFn, *, calls: int = 2, max_size: int = 12, people: Sequence[RawId] = CROWD
) -> tuple[Recorded, ...]:
    """What a log holds, interleaved, with envelopes: whole calls, samples of their media, and every kind of
    stream beside the calls.

    Args:
        calls: the most calls, `call-1` and so on, with several endpoints for each person.
        max_size: the most commands of each call.
        people: who there is.
    """
    parts = [draw(stream_tapes(name, max_size=3)) for name in BESIDE]
    parts.append(draw(media_histories(max_size=4)))
    # Drawn last, so that shrinking their number leaves what was drawn before as it was.
    parts.append(draw(recorded_histories(draw(st.integers(0, calls)), max_size=max_size, people=people)))
    return interleaved(draw, parts)


@st.composite
def media_histories(draw: st.DrawFn, *, max_size: int = 10) -> tuple[Recorded, ...]:
    """Samples of two participants' media, one look a second; counters grow, begin again, or are not there."""
    versions: dict[str, int] = {}
    found: list[Recorded] = []
    for number in range(draw(st.integers(0, max_size))):
        who, call_id = draw(st.sampled_from((ALICE, BOB))), CallId("call-1")
        stream = media_stream(call_id, who)
        versions[stream] = versions.get(stream, 0) + 1
        look = MediaSampled(
            call_id=call_id,
            participant=who,
            streams=tuple(draw(st.lists(_samples, max_size=3, unique_by=lambda sample: sample.id))),
            transports=tuple(draw(st.lists(_transports, max_size=1))),
        )
        at = Instant(START + number * SECOND)
        found.append(
            Recorded(position=number + 1, stream=stream, version=versions[stream], event=look, at=at)
        )
    return tuple(found)


def _sample(
    link: int, of: tuple[Any, Any], packets: int | None, lost: int | None, rate: int | None
) -> StreamSample:
    kind, direction = of
    return StreamSample(
        id=f"link{link}-{kind}-{direction}",
        kind=kind,
        direction=direction,
        transport_id=f"link{link}",
        bitrate=rate,
        packets=packets,
        packets_lost=lost,
    )


_maybe = st.one_of(st.none(), st.integers(0, 9))
_KINDS = (("audio", "send"), ("audio", "recv"), ("video", "send"))
_samples = st.builds(_sample, st.integers(1, 2), st.sampled_from(_KINDS), _maybe, _maybe, _maybe)
_transports = st.builds(
    TransportSample, id=st.sampled_from(("link1", "link2")), rtt_in_ms=st.sampled_from((None, 0.5, 20.0))
)


@st.composite
def watched_histories(draw: st.DrawFn, *, max_size: int = 12) -> tuple[Recorded, ...]:
    """What a watch finds of a call whose media is sampled: diagnostics, what others are told, who speaks."""
    call_id = CallId("call-1")
    call, watch = meeting(call_id), Watch(call_id)
    versions: dict[str, int] = {}
    found: list[Recorded] = []
    at = START
    for _ in range(draw(st.integers(0, max_size))):
        at = Instant(at + SECOND * draw(st.integers(0, 3)))
        fact = draw(seen_media)
        for each in watch.measured(call, fact, at):
            stream = stream_of(each)
            versions[stream] = versions.get(stream, 0) + 1
            place = len(found) + 1
            # `watched-` keeps them apart from the samples that `media_histories` draws for the same people.
            name = f"watched-{stream}"
            found.append(Recorded(position=place, stream=name, version=versions[stream], event=each, at=at))
    return tuple(found)


def _spoken(who: Any, level: int, rate: float, microphone: int | None) -> MediaSampled:
    sent = StreamSample(
        id="audio",
        kind="audio",
        direction="send",
        transport_id="link",
        packets_per_second=rate,
        audio_input_level=level,
    )
    return MediaSampled(
        call_id=CallId("call-1"), participant=who, streams=(sent,), microphone_level=microphone
    )


_people = st.sampled_from((ALICE, BOB, CAROL))
_levels = st.sampled_from((0, 1_999, 2_000, 9_000, 40_000))
seen_media = st.one_of(
    st.builds(_spoken, _people, _levels, st.sampled_from((0.0, 50.0)), _levels),
    st.builds(
        MediaConditionObserved,
        call_id=st.just(CallId("call-1")),
        participant=_people,
        condition=st.sampled_from(Condition),
    ),
    st.builds(
        RemoteDiagnosticsSwitched,
        call_id=st.just(CallId("call-1")),
        participant=_people,
        is_sending=st.booleans(),
    ),
)
"""What may be seen of the media of a call, in which Carol is not."""


def push_histories(*, max_size: int = 10) -> st.SearchStrategy[tuple[Recorded, ...]]:
    """Registrations, renewals, expiries, withdrawals of two users' devices, as `decide_push` allows them."""
    return stream_tapes("push_registration", max_size=max_size)
