"""Watching a call: what follows is the same for the same facts, and nothing of it touches the call."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.projection_logs import meeting, seen_media
from calltape.conformance.strategies import ALICE, BOB, START
from calltape.core import (
    DIAGNOSTICS,
    SECOND,
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
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
    Watch,
    digest,
    media_stream,
    speakers_stream,
    stream_of,
)
from calltape.core.diagnostic_rows import VALUES

pytestmark = pytest.mark.property

CALL = CallId("call-1")
FACTS = st.lists(st.tuples(st.integers(0, 3), seen_media), max_size=40)


def found(facts: list[tuple[int, Event]]) -> list[tuple[Instant, Event]]:
    watch, at = Watch(CALL), START
    seen: list[tuple[Instant, Event]] = []
    for seconds, fact in facts:
        at = Instant(at + seconds * SECOND)
        seen += [(at, each) for each in watch.measured(meeting(CALL), fact, at)]
    return seen


@given(FACTS)
def test_the_same_facts_lead_to_the_same_and_the_call_is_untouched(facts: list[tuple[int, Event]]) -> None:
    before = digest(meeting(CALL))
    assert found(facts) == found(facts)
    assert digest(meeting(CALL)) == before


@given(FACTS)
def test_a_diagnostic_changes_whenever_it_is_told(facts: list[tuple[int, Event]]) -> None:
    values: dict[tuple[str, str], DiagnosticValue] = {}
    for _, fact in found(facts):
        if isinstance(fact, DiagnosticChanged):
            row = DIAGNOSTICS[fact.diagnostic]
            assert fact.value in VALUES[row.kind]
            assert values.get((fact.participant, row.name), row.fine) is not fact.value
            values[fact.participant, row.name] = fact.value


@given(FACTS)
def test_others_are_told_three_times_a_minute_at_most_and_only_what_is_so(
    facts: list[tuple[int, Event]],
) -> None:
    values: dict[tuple[str, str], DiagnosticValue] = {}
    sent: dict[str, list[Instant]] = {}
    for at, fact in found(facts):
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
