"""Pauses and values of a tape become shorter, one place at a time."""

import attrs
import pytest

from calltape.conformance.shrinking_tapes import numbered
from calltape.conformance.simpler_tapes import TEXT_MAX, shorter_pauses, simpler_values
from calltape.core import (
    SECOND,
    CallId,
    DominantSpeakersChanged,
    EndpointId,
    EndReason,
    Instant,
    ParticipantJoined,
    ParticipantLeft,
    RawId,
    Recorded,
    Source,
)

from ..long_calls import BEGAN, Tape, call_of_two

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = RawId("8:acs:alice"), RawId("8:acs:bob"), RawId("8:acs:carol")


def at(seconds: float, event: object) -> Recorded:
    when = Instant(BEGAN + round(seconds * SECOND))
    return Recorded(position=1, stream="call-x", version=1, event=event, at=when)  # type: ignore[arg-type]


def joined(until_s: float, name: str | None = None) -> ParticipantJoined:
    until = Instant(BEGAN + round(until_s * SECOND))
    return ParticipantJoined(
        participant=ALICE, endpoint=EndpointId("desk"), establish_until=until, display_name=name
    )


def times(tape: Tape) -> list[tuple[float, float]]:
    deadlines = [each.event.establish_until for each in tape if isinstance(each.event, ParticipantJoined)]
    return [
        ((each.at - BEGAN) / SECOND, (until - BEGAN) / SECOND)
        for each, until in zip(tape, deadlines, strict=True)
    ]


def test_all_pauses_then_each_are_made_a_second() -> None:
    """Deadlines are instants like others: what lies between two of them keeps its place there."""
    tape = (at(0, joined(45)), at(10, joined(45)), at(45.5, joined(100)))
    together, *single = shorter_pauses(tape)
    assert times(together) == [(0, 2), (1, 2), (2.5, 3.5)]
    assert [times(each) for each in single] == [
        [(0, 45), (10, 45), (45.5, 46.5)],
        [(0, 11), (10, 11), (11.5, 66)],
        [(0, 36), (1, 36), (36.5, 91)],
    ]
    assert list(shorter_pauses(together)) == []


def test_an_event_says_as_little_as_it_can() -> None:
    tape = (at(0, joined(45, "Alice")),)
    barest, *_ = simpler_values(tape)
    assert barest[0].event == joined(45)
    assert list(simpler_values(barest)) == []


def test_texts_lists_and_what_is_inside_get_shorter() -> None:
    reason = EndReason(code=487, subcode=0, source=Source.LOCAL, words="w" * 50)
    spoke = DominantSpeakersChanged(call_id=CallId("x"), speakers=(ALICE, BOB, CAROL, BOB), speaking=())
    tape = (at(0, spoke), at(1, ParticipantLeft(participant=ALICE, reason=reason, teardown_until=Instant(9))))
    found = {each for some in simpler_values(tape) for each in some} - set(tape)
    speakers = {each.event.speakers for each in found if isinstance(each.event, DominantSpeakersChanged)}
    assert {(ALICE, BOB), (CAROL, BOB), (BOB, CAROL, BOB)} <= speakers
    assert () not in speakers, "what must be said is said of somebody"
    words = {each.event.reason.words for each in found if isinstance(each.event, ParticipantLeft)}
    assert words == {None, "w" * TEXT_MAX, reason.words}, "the last where something else was left out"


def test_every_simplification_ends() -> None:
    tape = numbered(call_of_two(rounds=1))
    for simplification in (shorter_pauses, simpler_values):
        left, steps = tape, 0
        while (simpler := next(simplification(left), None)) is not None:
            left, steps = simpler, steps + 1
            assert steps < 500
        assert [type(each.event) for each in left] == [type(each.event) for each in tape]
        assert steps > 0
    assert tape == numbered(call_of_two(rounds=1))
    assert attrs.evolve(tape[0]) == tape[0]
