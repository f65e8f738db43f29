"""Watching a call: what follows is the same for the same facts, and nothing of it touches the call."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.projection_logs import seen_media
from calltape.conformance.strategies import ALICE, BOB, START, Step, walks
from calltape.conformance.stream_alphabet import meeting
from calltape.core import (
    DIAGNOSTICS,
    SECOND,
    Call,
    CallId,
    Condition,
    DiagnosticChanged,
    DiagnosticKind,
    DiagnosticValue,
    DominantSpeakersChanged,
    Event,
    Instant,
    MediaConditionObserved,
    MediaSampled,
    ParticipantMuted,
    Recorded,
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
    Watch,
    digest,
    evolve,
    media_stream,
    speakers_stream,
    stream_of,
)
from calltape.core.diagnostic_rows import VALUES
from calltape.core.presence import Presence, touched

pytestmark = pytest.mark.property

CALL = CallId("call-1")
FACTS = st.lists(st.tuples(st.integers(0, 3), seen_media), max_size=40)


Noted = list[tuple[Instant, Event]]


def found(facts: list[tuple[int, Event]], *, restart_after: int | None = None) -> Noted:
    """What follows when a watch is told `facts`, and looks whenever it is time to.

    After so many of them another one may have to go on with what was recorded.
    """
    watch, at, call = Watch(CALL), START, meeting(CALL)
    seen, kept = Noted(), Noted()

    def follow(now: Instant, each: tuple[Event, ...]) -> None:
        seen.extend((now, fact) for fact in each)
        kept.extend((now, fact) for fact in each)

    for place, (seconds, fact) in enumerate(facts):
        if place == restart_after:
            watch = Watch(CALL)
            for recorded in records(kept):
                watch.remember(recorded)
            follow(at, watch.go_on(call, at))
        at = Instant(at + seconds * SECOND)
        while (due := watch.next_at) is not None and due <= at:
            follow(due, watch.tick(call, due))
            assert watch.next_at is None or watch.next_at > due, "it would look for ever"
        kept.append((at, fact))
        follow(at, watch.measured(call, fact, at))
    return seen


def records(kept: Noted) -> Iterator[Recorded]:
    for place, (at, fact) in enumerate(kept, 1):
        yield Recorded(position=place, stream=stream_of(fact), version=place, event=fact, at=at)


@given(FACTS)
def test_the_same_facts_lead_to_the_same_and_the_call_is_untouched(facts: list[tuple[int, Event]]) -> None:
    before = digest(meeting(CALL))
    assert found(facts) == found(facts)
    assert digest(meeting(CALL)) == before


@given(FACTS, st.one_of(st.none(), st.integers(0, 40)))
def test_a_diagnostic_changes_whenever_it_is_told_over_a_restart_too(
    facts: list[tuple[int, Event]], restart_after: int | None
) -> None:
    values: dict[tuple[str, str], DiagnosticValue] = {}
    for _, fact in found(facts, restart_after=restart_after):
        if isinstance(fact, DiagnosticChanged):
            row = DIAGNOSTICS[fact.diagnostic]
            assert fact.value in VALUES[row.kind]
            assert values.get((fact.participant, row.name), row.fine) is not fact.value
            values[fact.participant, row.name] = fact.value


@given(
    st.lists(st.tuples(st.integers(0, 3), seen_media.filter(lambda fact: not is_of_the_path(fact)))),
    st.integers(0, 40),
)
def test_what_endpoints_report_leads_to_the_same_whoever_goes_on(
    facts: list[tuple[int, Event]], restart_after: int
) -> None:
    assert found(facts, restart_after=restart_after) == found(facts)


def is_of_the_path(fact: Event) -> bool:
    """Samples, and what was said of a path: it dies with its process."""
    return not isinstance(fact, MediaConditionObserved | RemoteDiagnosticsSwitched) or (
        isinstance(fact, MediaConditionObserved) and fact.condition.startswith("transport.")
    )


@given(walks())
def test_who_is_up_is_who_the_call_says_is_up(walk: list[Step]) -> None:
    """However a call goes, nobody has to be counted anew; and a watch of it never looks for ever."""
    call, watch, kept, anew = Call(), Watch(CALL), Presence(), Presence()
    watch.begin(call, START)
    for step in walk:
        for event in step.events:
            evolve(call, event)
            watch.happened(call, event, step.command.at)
            for who in touched(call, event):
                kept.note(call, who)
        while (due := watch.next_at) is not None and due <= step.command.at:
            watch.tick(call, due)
            assert watch.next_at is None or watch.next_at > due
    for who in call.participants:
        anew.note(call, who)
    assert kept == anew


@given(FACTS, st.one_of(st.none(), st.integers(0, 40)))
def test_others_are_told_three_times_a_minute_at_most_and_only_what_is_so(
    facts: list[tuple[int, Event]], restart_after: int | None
) -> None:
    values: dict[tuple[str, str], DiagnosticValue] = {}
    sent: dict[str, list[Instant]] = {}
    for at, fact in found(facts, restart_after=restart_after):
        if isinstance(fact, DiagnosticChanged):
            values[fact.participant, fact.diagnostic] = fact.value
        elif isinstance(fact, RemoteDiagnosticSent):
            assert values[fact.participant, fact.diagnostic] is fact.value
            assert DIAGNOSTICS[fact.diagnostic].is_sent
            sent.setdefault(fact.participant, []).append(at)
    for times in sent.values():
        for first, fourth in zip(times, times[3:], strict=False):
            assert fourth - first >= 60 * SECOND


@given(FACTS)
def test_speakers_are_told_only_when_they_change(facts: list[tuple[int, Event]]) -> None:
    told = [fact for _, fact in found(facts) if isinstance(fact, DominantSpeakersChanged)]
    shown: list[Any] = [(fact.speakers[:4], set(fact.speaking)) for fact in told]
    assert all(one != other for one, other in pairwise(shown))
    assert all(set(fact.speaking) <= {ALICE, BOB} for fact in told), "Carol is not in the call"


@pytest.mark.example
def test_where_the_facts_belong() -> None:
    spoken = DominantSpeakersChanged(call_id=CALL, speakers=(), speaking=())
    wrong = DiagnosticChanged(
        call_id=CALL, participant=ALICE, diagnostic="noNetwork", value=DiagnosticValue.TRUE
    )
    assert stream_of(spoken) == speakers_stream(CALL) == "speakers-call-1"
    assert stream_of(wrong) == media_stream(CALL, ALICE)


@pytest.mark.example
def test_what_nobody_watches_leads_to_nothing() -> None:
    watch = Watch(CALL)
    assert watch.happened(meeting(CALL), ParticipantMuted(participant=ALICE), START) == ()
    assert watch.measured(meeting(CALL), ParticipantMuted(participant=ALICE), START) == ()
    assert watch.diagnosis(ALICE) == {}


@pytest.mark.example
@pytest.mark.parametrize("condition", Condition)
def test_each_condition_moves_its_diagnostics(condition: Condition) -> None:
    """Raised first by whatever raises it, then the condition: what it says is so, in time."""
    for row in DIAGNOSTICS.values():
        if condition not in row.on or row.kind is not DiagnosticKind.FLAG:
            continue
        watch = Watch(CALL)
        raising = next(each for each, value in row.on.items() if value.is_problem)
        for place, each in enumerate((raising, condition)):
            for second in (0, 60):
                watch.measured(
                    meeting(CALL),
                    MediaConditionObserved(call_id=CALL, participant=ALICE, condition=each),
                    Instant(START + (place * 100 + second) * SECOND),
                )
        assert watch.diagnosis(ALICE)[row.name] is row.on[condition]


@pytest.mark.example
def test_switching_off_forgets_what_waited() -> None:
    watch, told = Watch(CALL), list[Event]()

    def see(second: int, fact: Event) -> None:
        seen = watch.measured(meeting(CALL), fact, Instant(START + second * SECOND))
        told.extend(each for each in seen if isinstance(each, RemoteDiagnosticSent))

    def switched(is_sending: bool) -> Event:
        return RemoteDiagnosticsSwitched(call_id=CALL, participant=ALICE, is_sending=is_sending)

    def condition(each: Condition) -> Event:
        return MediaConditionObserved(call_id=CALL, participant=ALICE, condition=each)

    see(0, switched(True))
    for second, each in enumerate(
        (Condition.CAMERA_STOPPED, Condition.SPEAKERS_ABSENT, Condition.MICROPHONES_ABSENT)
    ):
        see(second, condition(each))
    see(4, condition(Condition.NETWORK_ABSENT))
    assert len(told) == 3
    see(5, switched(False))
    see(6, switched(True))
    see(100, MediaSampled(call_id=CALL, participant=ALICE, streams=()))
    assert "noNetwork" not in {each.diagnostic for each in told if isinstance(each, RemoteDiagnosticSent)}
