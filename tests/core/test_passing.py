"""Reactions and real-time text: laws of what only passes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    LIMITS,
    SECOND,
    Call,
    CallId,
    CallKind,
    CallState,
    Caption,
    Command,
    CommandId,
    Instant,
    LockRealTimeText,
    Participant,
    RawId,
    ReactionBatch,
    ReactionKind,
    RealTimeText,
    Refused,
    ResultType,
    SendReaction,
    SendRealTimeText,
    TextBook,
    decide_reaction,
    decide_text,
    digest,
    evolve_reactions,
    evolve_text,
    recorded_as,
    text_deadlines,
)

pytestmark = pytest.mark.property

PEOPLE = tuple(RawId(f"8:acs:resource_{name}") for name in ("alice", "bob"))
ID = CommandId("asked")


def up() -> Call:
    """A group of two, both up."""
    call = Call(id=CallId("c"), kind=CallKind.GROUP, present=2, open_legs=2)
    for who in PEOPLE:
        call.participants[who] = Participant(id=who, call_state=CallState.CONNECTED)
    return call


@given(st.lists(st.integers(0, 2 * SECOND), min_size=1, max_size=40))
def test_no_span_of_a_batch_has_more_reactions_than_the_limit(pauses: list[int]) -> None:
    limits, call, batch = LIMITS.with_(reactions_per_3_s_max=2), up(), ReactionBatch()
    now, sent = SECOND, list[int]()
    for pause in pauses:
        now += pause
        asked = SendReaction(id=ID, at=Instant(now), participant=PEOPLE[0], kind=ReactionKind.LIKE)
        try:
            decide_reaction(call, batch, asked, limits)
        except Refused:
            assert batch.count == 2
            assert now < batch.since + 3 * SECOND
            continue
        batch = evolve_reactions(batch, Instant(now))
        sent.append(now)
        assert now - batch.since < 3 * SECOND
    for began in sent:
        assert len([at for at in sent if began <= at < began + 3 * SECOND]) <= 2 * 2


_TEXTS = st.text(st.sampled_from("ab\r\n "), max_size=8)
_WRITTEN = st.lists(
    st.tuples(st.sampled_from(PEOPLE), _TEXTS, st.booleans(), st.sampled_from([0, 1, 4, 5, 9])), max_size=20
)


def written(steps: list[tuple[RawId, str, bool, int]]) -> tuple[list[RealTimeText], TextBook]:
    """What is told of all that is written, lines locked before each step where their time has come."""
    call, book, told, now = up(), TextBook(), list[RealTimeText](), 0
    for who, text, is_final, pause_s in steps:
        now += pause_s * SECOND
        asked: list[Any] = [
            LockRealTimeText(id=ID, at=Instant(now), participant=writer)
            for writer, at in text_deadlines(book).items()
            if at <= now and pause_s != 9  # then nobody has locked it in time
        ]
        asked.append(SendRealTimeText(id=ID, at=Instant(now), participant=who, text=text, is_final=is_final))
        for each in asked:
            before = digest([call, book])
            try:
                said = decide_text(call, book, each)
            except Refused:
                assert digest([call, book]) == before
                continue
            for line in said:
                evolve_text(book, line)
                told.append(line)
    return told, book


@given(_WRITTEN)
def test_every_line_ends_once_and_the_next_has_the_next_number(
    steps: list[tuple[RawId, str, bool, int]],
) -> None:
    told, book = written(steps)
    for who in PEOPLE:
        mine = [each for each in told if each.sender == who]
        finals = [each.sequence_id for each in mine if each.result_type is ResultType.FINAL]
        assert finals == list(range(1, len(finals) + 1))
        numbers = [each.sequence_id for each in mine]
        assert numbers == sorted(numbers)
        begun = numbers[-1] if numbers else 0
        assert begun - len(finals) == (who in book.lines)


@given(_WRITTEN)
def test_no_line_holds_a_break_and_none_was_updated_before_it_began(
    steps: list[tuple[RawId, str, bool, int]],
) -> None:
    for line in written(steps)[0]:
        assert "\n" not in line.text
        assert line.received_at <= line.updated_at


_LINES = st.builds(
    RealTimeText,
    sequence_id=st.integers(1, 9),
    sender=st.sampled_from(PEOPLE),
    text=st.text(min_size=1, max_size=20),
    result_type=st.sampled_from(ResultType),
    received_at=st.just(Instant(0)),
    updated_at=st.just(Instant(1)),
)
_CAPTIONS = st.builds(
    Caption,
    speaker=st.sampled_from(PEOPLE),
    text=st.text(min_size=1, max_size=20),
    spoken_language=st.just("en-us"),
    result_type=st.sampled_from(ResultType),
    at=st.just(Instant(0)),
)


@given(st.one_of(_LINES, _CAPTIONS))
def test_what_was_said_is_recorded_only_where_somebody_asks_for_it(signal: RealTimeText | Caption) -> None:
    fact: Any = recorded_as(CallId("c"), signal)
    kept: Any = recorded_as(CallId("c"), signal, keeps_text=True)
    if signal.result_type is ResultType.PARTIAL:
        assert (fact, kept) == (None, None)
        return
    assert (fact.text, fact.characters) == (None, len(signal.text))
    assert (kept.text, kept.characters) == (signal.text, len(signal.text))


@given(st.sampled_from(PEOPLE), st.sampled_from(CallState))
def test_only_who_is_up_signals(who: RawId, leg: CallState) -> None:
    call = up()
    call.participants[who].call_state = leg
    asked: tuple[Command, ...] = (
        SendReaction(id=ID, at=Instant(0), participant=who, kind=ReactionKind.LIKE),
        SendRealTimeText(id=ID, at=Instant(0), participant=who, text="a"),
    )
    before = digest(call)
    for each in asked:
        is_up = leg in {CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}
        assert _is_refused(call, each) is not is_up
    assert digest(call) == before


def _is_refused(call: Call, asked: Command) -> bool:
    try:
        if isinstance(asked, SendReaction):
            decide_reaction(call, ReactionBatch(), asked)
        elif isinstance(asked, SendRealTimeText):
            decide_text(call, TextBook(), asked)
    except Refused:
        return True
    return False
