"""A failing tape as a test: its text."""

import attrs
import pytest

from calltape.conformance import not_legal, regression_test
from calltape.conformance.pasted_test import WORDS_MAX
from calltape.conformance.tape_failures import Failure
from calltape.core import CallId, ParticipantMuted, RawId, call_stream

from ..long_calls import Tape, call_of_two, with_event

pytestmark = pytest.mark.example


@pytest.fixture(name="tape")
def _tape() -> Tape:
    return with_event(call_of_two(rounds=0)[:3], 3, ParticipantMuted(participant=RawId("8:acs:nobody")))


@pytest.fixture(name="failure")
def _failure(tape: Tape) -> Failure:
    found = not_legal(tape)
    assert found is not None
    return found


def test_it_is_a_module_to_paste(tape: Tape, failure: Failure) -> None:
    text = regression_test(tape, failure, name="my call.jsonl")
    assert text.startswith("from calltape.conformance.tape_failures import first_illegal\n")
    assert "def test_my_call_jsonl() -> None:\n    # call in " in text
    assert text.endswith("\n    assert first_illegal(TAPE) is None\n")
    assert "command_id" not in text, "who asked for it is not what fails"
    assert call_stream(CallId("two")) in text
    compile(text, "pasted", "exec")


def test_a_name_of_nothing_but_signs_is_a_name_still(tape: Tape, failure: Failure) -> None:
    assert "def test_tape() -> None:" in regression_test(tape, failure, name="…")


def test_envelopes_that_matter_stay(tape: Tape, failure: Failure) -> None:
    def fails(some: Tape) -> bool:
        return some[-1].command_id == "planted"

    by_command = attrs.evolve(failure, fails=fails)
    assert 'command_id=CommandId("planted")' in regression_test(tape, by_command, name="x")


def test_what_is_said_of_it_is_not_endless(tape: Tape, failure: Failure) -> None:
    wordy = attrs.evolve(failure, words="word " * 500)
    remarks = [
        line for line in regression_test(tape, wordy, name="x").splitlines() if line.startswith("    #")
    ]
    assert len(remarks) > 1
    assert sum(map(len, remarks)) < WORDS_MAX + 50
