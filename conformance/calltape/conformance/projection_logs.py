"""Logs to try projections on: calls, samples and push registrations, drawn by Hypothesis.

Needs the extra ``calltape[testing]``.
"""

from functools import cache
from typing import Any

import attrs
from hypothesis import strategies as st

from calltape.conformance.log_strategies import recorded_histories
from calltape.conformance.strategies import ALICE, BOB, CAROL, START
from calltape.core import (
    SECOND,
    Call,
    CallId,
    Condition,
    EndpointId,
    ExpirePush,
    Instant,
    Join,
    Ledger,
    MediaConditionObserved,
    MediaSampled,
    PushBook,
    Recorded,
    Refused,
    RegisterPush,
    RemoteDiagnosticsSwitched,
    ReportMediaConnected,
    StreamSample,
    TransportSample,
    UnregisterPush,
    Watch,
    call_stream,
    decide_push,
    evolve_push,
    media_stream,
    push_stream,
    stream_of,
)
from calltape.core.values import CommandId


@st.composite
def logs(draw: st.DrawFn, *, calls: int = 2, max_size: int = 12) -> tuple[Recorded, ...]:
    """What a log may hold, interleaved: several calls, samples of their media and what they say, push
    registrations.
    """
    parts = [
        list(draw(recorded_histories(calls, max_size=max_size))),
        list(draw(media_histories())),
        list(draw(watched_histories())),
        list(draw(push_histories())),
    ]
    mixed: list[Recorded] = []
    while waiting := [part for part in parts if part]:
        mixed.append(draw(st.sampled_from(waiting)).pop(0))
    stride = draw(st.integers(1, 3))
    return tuple(attrs.evolve(each, position=1 + stride * place) for place, each in enumerate(mixed))


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


@cache
def meeting(call_id: CallId) -> Call:
    """A group call in which Alice and Bob are connected; only to be read."""
    ledger = Ledger()
    group = "29228d3e-040e-4656-a70e-890ab4e173e5"
    for number, who in enumerate((ALICE, BOB)):
        common: dict[str, Any] = {"at": START, "participant": who}
        for asked in (
            Join(
                id=CommandId(f"join-{number}"),
                call_id=call_id,
                group_id=group,
                endpoint=EndpointId("desk"),
                **common,
            ),
            ReportMediaConnected(id=CommandId(f"connect-{number}"), **common),
        ):
            for draft in ledger.decide(asked):
                version = ledger.version + 1
                ledger.absorb(
                    Recorded(
                        position=version,
                        stream=call_stream(call_id),
                        version=version,
                        event=draft.event,
                        at=START,
                    )
                )
    return ledger.call


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


@st.composite
def push_histories(draw: st.DrawFn, *, max_size: int = 10) -> tuple[Recorded, ...]:
    """Registrations, renewals, expiries, withdrawals of two users' devices, as `decide_push` allows them."""
    books = {user: PushBook() for user in (ALICE, CAROL)}
    versions = dict.fromkeys(books, 0)
    found: list[Recorded] = []
    at = START
    for number in range(draw(st.integers(0, max_size))):
        at = Instant(at + SECOND * draw(st.sampled_from((0, 1, 299, 300, 86_400))))
        user, device = draw(st.sampled_from(list(books))), draw(st.sampled_from(("phone", "tablet")))
        asked = draw(st.sampled_from(_push_commands(CommandId(f"push-{number}"), at, user, device)))
        try:
            facts = decide_push(books[user], asked)
        except Refused:
            continue
        for fact in facts:
            evolve_push(books[user], fact)
            versions[user] += 1
            where, version = push_stream(user), versions[user]
            found.append(Recorded(position=len(found) + 1, stream=where, version=version, event=fact, at=at))
    return tuple(found)


def _push_commands(
    id_: CommandId, at: Instant, user: Any, device: str
) -> tuple[RegisterPush | UnregisterPush | ExpirePush, ...]:
    return (
        RegisterPush(id=id_, at=at, user=user, device=device, ttl_s=300),
        RegisterPush(id=id_, at=at, user=user, device=device),
        ExpirePush(id=id_, at=at, user=user, device=device),
        UnregisterPush(id=id_, at=at, user=user),
    )
