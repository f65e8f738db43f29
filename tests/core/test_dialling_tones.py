"""What scenarios cannot say of tones: what goes out, what a crash leaves owed, that none is miscounted."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given

from calltape.conformance.strategies import histories
from calltape.core import (
    LIMITS,
    Call,
    CallId,
    Command,
    CommandId,
    EndpointId,
    Event,
    Instant,
    RawId,
    Refused,
    ReportAnswered,
    ReportMediaConnected,
    ReportTonesFailed,
    ReportTonesSent,
    SendDtmf,
    StartCall,
    Tone,
    TonesFailed,
    TonesRequested,
    TonesSent,
    decide,
    evolve,
    owed,
    react,
    tones_of,
)
from calltape.core.effects import SendTones

pytestmark = pytest.mark.example

ALICE, PHONE = RawId("8:acs:resource_alice"), RawId("4:+14255550123")


def made(kind: Any, **fields: Any) -> Command:
    command: Command = kind(id=CommandId("c"), at=Instant(0), **fields)
    return command


def give(call: Call, command: Command) -> tuple[Event, ...]:
    events = decide(call, command)
    for event in events:
        evolve(call, event)
    return events


def pressed(keys: str) -> Command:
    return made(SendDtmf, participant=PHONE, by=ALICE, tones=tones_of(keys))


@pytest.fixture
def call() -> Call:
    """Alice talks to a telephone."""
    call = Call()
    desk = EndpointId("alice/desk")
    start = made(StartCall, call_id=CallId("c"), participant=ALICE, endpoint=desk, callees=(PHONE,))
    for command in (
        start,
        made(ReportAnswered, participant=PHONE),
        made(ReportMediaConnected, participant=PHONE),
        made(ReportMediaConnected, participant=ALICE),
    ):
        give(call, command)
    return call


def test_what_was_pressed_goes_out_with_its_number(call: Call) -> None:
    give(call, pressed("1"))
    (second,) = give(call, pressed("2#"))
    assert react(call, second) == (SendTones(participant=PHONE, sequence=2, tones=(Tone.NUM_2, Tone.POUND)),)


def test_after_a_crash_exactly_what_has_no_outcome_is_owed(call: Call) -> None:
    for keys in ("1", "2", "3"):
        give(call, pressed(keys))
    give(call, made(ReportTonesSent, participant=PHONE, sequence=2))
    give(call, made(ReportTonesFailed, participant=PHONE, sequence=1))
    assert owed(call) == (SendTones(participant=PHONE, sequence=3, tones=(Tone.NUM_3,)),)


@pytest.mark.parametrize("report", [ReportTonesSent, ReportTonesFailed])
def test_what_was_never_asked_for_is_not_sent(call: Call, report: type[Command]) -> None:
    give(call, pressed("1"))
    before = call.copy()
    with pytest.raises(Refused, match="no tones of request 2"):
        decide(call, made(report, participant=PHONE, sequence=2))
    assert call == before


def test_the_longest_queue_is_exactly_the_limit(call: Call) -> None:
    limits = LIMITS.with_(dtmf_tones_on_their_way_max=3)
    for event in decide(call, pressed("12"), limits):
        evolve(call, event)
    before = call.copy()
    with pytest.raises(Refused, match="2 tones are on their way already, and 3 are"):
        decide(call, pressed("34"), limits)
    assert call == before
    assert len(decide(call, pressed("3"), limits)) == 1


@pytest.mark.property
@given(histories(max_size=60))
def test_every_request_has_one_number_and_at_most_one_outcome(history: tuple[Event, ...]) -> None:
    call = Call()
    outcomes: Counter[int] = Counter()
    for event in history:
        asked = call.tones_requested
        evolve(call, event)
        if isinstance(event, TonesRequested):
            assert event.sequence == asked + 1 == call.tones_requested
        elif isinstance(event, TonesSent | TonesFailed):
            outcomes[event.sequence] += 1
        for person in call.participants.values():
            waiting = [each.sequence for each in person.tones]
            assert waiting == sorted(set(waiting) - set(outcomes))
            assert person.tones_until == (person.tones[0].until if person.tones else None)
            assert not (waiting and not person.is_present)
    assert all(count == 1 and 1 <= number <= call.tones_requested for number, count in outcomes.items())
