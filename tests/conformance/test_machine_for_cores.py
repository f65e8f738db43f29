"""Our core goes through its machine; cores that are wrong in one way each do not."""

from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from calltape.conformance import core_machine
from calltape.core import Call, Command, Event, Hold, Mute, ParticipantConnected, Refused, decide, evolve

from .shrunk import KEEN, steps_of

pytestmark = pytest.mark.property


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(settings(max_examples=60, stateful_step_count=25), id="short"),
        pytest.param(settings(stateful_step_count=60), marks=pytest.mark.slow, id="at-length"),
    ],
)
def test_our_core(how: settings) -> None:
    run_state_machine_as_test(core_machine(), settings=how)


@attrs.define
class Diary:
    """A core of another make: it remembers what happened, and asks ours what that comes to."""

    events: list[Event] = attrs.Factory(list[Event])

    def call(self) -> Call:
        call = Call()
        for event in self.events:
            evolve(call, event)
        return call


def test_a_core_with_a_state_of_its_own() -> None:
    def fold(diary: Diary, event: Event) -> Diary:
        evolve(diary.call(), event)
        return Diary([*diary.events, event])

    machine = core_machine(
        decide=lambda diary, command: decide(diary.call(), command), evolve=fold, empty=Diary, shown=repr
    )
    run_state_machine_as_test(machine, settings=settings(max_examples=10, stateful_step_count=15))


# ── wrong in one way each ──


def found(says: str, **wrong: Any) -> list[str]:
    """The steps that show what is wrong."""
    with pytest.raises(AssertionError, match=says) as caught:
        run_state_machine_as_test(core_machine(**wrong), settings=KEEN)
    return steps_of(caught.value)


def test_a_decide_that_changes_the_call_is_found() -> None:
    def hasty(call: Call, command: Command) -> tuple[Event, ...]:
        events = decide(call, command)
        for event in events:
            evolve(call, event)
        return events

    assert len(found("changed the state", decide=hasty)) == 1


def test_a_decide_that_lets_happen_what_may_not_is_found() -> None:
    def lenient(call: Call, command: Command) -> tuple[Event, ...]:
        try:
            return decide(call, command)
        except Refused:
            if isinstance(command, Hold):
                return ()
            raise

    assert len(found("is answered by nothing, by calltape with a refusal", decide=lenient)) == 1


def test_a_decide_that_forgets_an_event_is_found() -> None:
    def forgetful(call: Call, command: Command) -> tuple[Event, ...]:
        return decide(call, command)[:1] if not isinstance(command, Mute) else decide(call, command)

    assert len(found("by calltape with", decide=forgetful)) == 1


def test_an_evolve_that_passes_over_an_event_is_found() -> None:
    def absent_minded(call: Call, event: Event) -> Call:
        return call if isinstance(event, ParticipantConnected) else evolve(call, event)

    steps = found("is answered by|not so calltape", evolve=absent_minded)
    assert len(steps) <= 4, steps


def test_an_evolve_that_takes_anything_is_found() -> None:
    def careless(call: Call, event: Event) -> Call:
        before = call.copy()
        try:
            return evolve(call, event)
        except Exception:  # whatever it is, a careless core passes over it
            return before

    steps = found("evolve takes .* not so calltape", evolve=careless)
    assert len(steps) <= 3, steps
