"""What is judged, against what replay says of the same events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.adapters.cli.claims import claim_of
from calltape.adapters.cli.verdicts import judge
from calltape.adapters.cli.violations import led_to
from calltape.adapters.memory import MemoryLog
from calltape.conformance.strategies import CALL_IDS, histories
from calltape.core import (
    LIFECYCLES,
    Call,
    CorruptHistory,
    Event,
    Instant,
    Unrecorded,
    call_stream,
    every_level,
    evolve,
    replay,
)

pytestmark = pytest.mark.property

STREAM = call_stream(CALL_IDS[0])


@st.composite
def tampered(draw: st.DrawFn) -> tuple[Event, ...]:
    """A legal history with one event removed, doubled, or exchanged with the one after it; or as it was."""
    events = list(draw(histories(max_size=10).filter(bool)))
    at = draw(st.integers(0, len(events) - 1))
    how = draw(st.sampled_from(("kept", "removed", "doubled", "swapped")))
    if how == "removed":
        del events[at]
    elif how == "doubled":
        events.insert(draw(st.integers(at, len(events))), events[at])
    elif how == "swapped" and at + 1 < len(events):
        events[at], events[at + 1] = events[at + 1], events[at]
    return tuple(events)


def kept(events: tuple[Event, ...]) -> MemoryLog:
    log = MemoryLog()
    log.append(STREAM, 0, [Unrecorded(event=each, at=Instant(1)) for each in events])
    return log


def replayed(events: tuple[Event, ...]) -> CorruptHistory | None:
    try:
        replay(events)
    except CorruptHistory as found:
        return found
    return None


@given(tampered())
def test_a_tampered_history_is_judged_as_replay_judges_it(events: tuple[Event, ...]) -> None:
    verdict, found = judge(kept(events), [STREAM]), replayed(events)
    assert [
        (each.version, each.state, each.event, each.accepted, each.problem) for each in verdict.violations
    ] == ([] if found is None else [(found.position, found.state, found.event, found.accepted, str(found))])
    assert verdict.events == (len(events) if found is None else (found.position or 0) - 1)


@given(tampered())
def test_every_level_together_is_everything(events: tuple[Event, ...]) -> None:
    log = kept(events)
    assert judge(log, [STREAM], claim=claim_of(list(every_level()))) == judge(log, [STREAM])


@given(tampered())
def test_a_rule_is_found_and_names_rows_of_other_states(events: tuple[Event, ...]) -> None:
    for violation in judge(kept(events), [STREAM]).violations:
        rule = violation.rule
        assert rule.says
        assert rule.lifecycle is not None
        wrong = events[violation.version - 1]
        for name in rule.rows:
            rows = [row for row in LIFECYCLES[rule.lifecycle].rows if row.row == name]
            assert any(row.emits == type(wrong).__name__ and row.source != violation.state for row in rows)
        who = getattr(wrong, "participant", None)
        assert who is None or who in rule.people


@given(tampered())
def test_what_led_to_it_ends_where_the_people_are(events: tuple[Event, ...]) -> None:
    """The last move that is told of each of them is where the fold has them."""
    for violation in judge(kept(events), [STREAM]).violations:
        call = Call()
        for event in events[: violation.version - 1]:
            evolve(call, event)
        told = {
            (move.lifecycle, move.participant): move.target
            for past in led_to(violation)
            for move in past.moves
            if move.lifecycle in ("call", "participant")
        }
        for who in call.participants.keys() & set(violation.rule.people):
            person = call.participants[who]
            assert told.get(("call", who), person.call_state) == person.call_state
            assert told.get(("participant", who), person.state) == person.state
        assert led_to(violation, 3) == led_to(violation)[-3:]
