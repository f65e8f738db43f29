"""A tape fails by not being legal, or by a law: what of it matters, and what fails in the same way."""

import attrs
import pytest

from calltape.conformance import breaks_law, first_illegal, law, not_legal, shrink_tape
from calltape.conformance.laws import Law
from calltape.conformance.tape_failures import Failure
from calltape.core import Call, ParticipantMuted, ParticipantResumed, RawId

from ..long_calls import call_of_two, group_call, interleaved, people, with_event

pytestmark = pytest.mark.example

CALLER, CALLEE = people(2)
RESUMED = ParticipantResumed(participant=CALLER)


def required(found: Failure | None) -> Failure:
    assert found is not None
    return found


def test_a_legal_tape_does_not_fail() -> None:
    tape = call_of_two(rounds=2)
    assert first_illegal(tape) is None
    assert not_legal(tape) is None
    assert not_legal(()) is None


def test_the_first_illegal_event_is_named_with_its_version() -> None:
    tape = interleaved(group_call(size=2, rounds=1), with_event(call_of_two(rounds=2), 9, RESUMED))
    found = first_illegal(tape)
    assert found is not None
    assert (found.event, found.state, found.position) == ("participant.resumed", "Connected", 10)
    failure = required(not_legal(tape))
    assert {each.stream for each in failure.tape} == {"call-two"}
    assert len(failure.tape) == 10, "what comes after it says nothing"
    assert "call in Connected met participant.resumed" in failure.words


def test_the_same_way_is_the_same_event_in_the_same_state() -> None:
    failure = required(not_legal(with_event(call_of_two(rounds=2), 9, RESUMED)))
    assert failure.fails(with_event(call_of_two(rounds=3), 12, RESUMED))
    assert failure.fails(with_event(group_call(size=2, rounds=0), 5, RESUMED))
    assert not failure.fails(call_of_two(rounds=2))
    assert not failure.fails(with_event(call_of_two(rounds=2), 3, RESUMED)), "another state"
    other = ParticipantMuted(participant=RawId("8:acs:nobody"))
    assert not failure.fails(with_event(call_of_two(rounds=2), 9, other)), "another event"
    nobody = ParticipantResumed(participant=RawId("8:acs:nobody"))
    assert not failure.fails(with_event(call_of_two(rounds=2), 9, nobody)), "somebody who is not there"


def test_a_cut_is_mended_up_to_the_failure() -> None:
    failure = required(not_legal(with_event(call_of_two(rounds=2), 9, RESUMED)))
    mended = failure.mend(failure.tape[1:])
    assert mended == failure.tape[-1:], "without its start there is no call"
    assert failure.mend(failure.tape) == failure.tape


def test_a_call_under_another_id_is_not_legal() -> None:
    """As `calltape check` has it: nobody would find that call again."""
    tape = tuple(attrs.evolve(each, stream="call-other") for each in call_of_two(rounds=2))
    failure = required(not_legal(tape))
    assert "met call.started" in failure.words
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    assert [each.event.name for each in found.items] == ["call.started"]


# ── laws ──


def broken(call: Call) -> str | None:
    return (
        f"{CALLEE} is muted" if CALLEE in call.participants and call.participants[CALLEE].is_muted else None
    )


NEVER_MUTED = Law(name="callee-speaks", sentence="The callee can be heard.", broken=broken)


def test_a_law_that_holds_is_not_broken() -> None:
    assert breaks_law(call_of_two(rounds=2), law("every-event-is-legal")) is None
    assert breaks_law((), NEVER_MUTED) is None


def test_a_broken_law_is_asked_of_the_last_event() -> None:
    tape = interleaved(group_call(size=1, rounds=2), call_of_two(rounds=4))
    failure = required(breaks_law(tape, NEVER_MUTED))
    assert failure.tape[-1].event == ParticipantMuted(participant=CALLEE)
    assert {each.stream for each in failure.tape} == {"call-two"}
    assert failure.fails(failure.tape)
    assert not failure.fails(failure.tape[:-1])
    assert not failure.fails(failure.tape[1:]), "not legal up to there"
    assert not failure.fails(())
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    assert [each.event.name for each in found.items][-1] == "participant.muted"
    assert first_illegal(found.items) is None


def test_a_law_broken_by_what_is_not_legal_stays_broken_by_that() -> None:
    tape = with_event(call_of_two(rounds=40), 60, RESUMED)
    failure = required(breaks_law(tape, law("every-event-is-legal")))
    found = shrink_tape(failure.tape, failure.fails, mend=failure.mend)
    wrong = first_illegal(found.items)
    assert wrong is not None
    assert wrong.state == "Connected", "and not: met by a call that nobody has started"


def test_a_law_of_whole_commands_is_asked_of_whole_ones() -> None:
    """Half of the command that starts a call would break any law about what it leads to."""
    alone = Law(
        name="nobody-is-alone",
        sentence="A call has no single participant.",
        broken=lambda call: "one is alone" if len(call.participants) == 1 else None,
        is_of_whole_commands=True,
    )
    assert breaks_law(call_of_two(rounds=1), alone) is None, "between two events of a command there is one"
    failure = required(breaks_law(group_call(size=3, rounds=2), alone))
    started, joined = failure.tape
    assert started.command_id == joined.command_id
    assert failure.mend((started, joined)) == (started, joined)
    assert failure.mend((joined,)) == ()
    assert shrink_tape(failure.tape, failure.fails, mend=failure.mend).items[0].event.name == "call.started"
