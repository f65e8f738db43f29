"""Running cases: what is asked and what skipped, what becomes of a program that fails, what is told."""

import sys
from pathlib import Path

import attrs
import pytest

from calltape.conformance.case_checks import rule_says
from calltape.conformance.case_client import CoreClient
from calltape.conformance.case_form import Case, load_cases
from calltape.conformance.case_judging import Verdict
from calltape.conformance.case_messages import Message
from calltape.conformance.case_reports import counts_by_level, report_document, result_document
from calltape.conformance.case_run import Report, play, run_cases
from calltape.conformance.scenario_stage import Step
from calltape.core import BadInput

pytestmark = pytest.mark.example

CASES = {case.name: case for case in load_cases()}
CANCEL = CASES["the caller cancels while it rings"]
HOLD = CASES["a hold is seen by both sides"]
TWICE = CASES["the same command given twice is done once"]
CLIENT = Path(__file__).with_name("broken_client.py")


def ask(cases: list[Case], *faults: str) -> Report:
    return run_cases(cases, [sys.executable, str(CLIENT), *faults], timeout_s=20.0)


def test_our_core_as_a_program() -> None:
    told: list[str] = []
    program = [sys.executable, str(CLIENT)]
    report = run_cases([CANCEL, HOLD], program, advance=lambda result: told.append(result.case.name))
    assert report.is_ok
    assert told == [CANCEL.name, HOLD.name]
    assert (report.asked, report.count(Verdict.PASS)) == (2, 2)


def test_who_claims_less_is_asked_less() -> None:
    report = ask([CANCEL, HOLD], "levels=calls")
    assert [result.verdict for result in report.results] == [Verdict.PASS, Verdict.SKIPPED]
    assert (report.asked, report.count(Verdict.SKIPPED)) == (1, 1)
    assert report_document(report)["skipped"] == 1


def test_who_claims_what_does_not_exist_is_not_asked() -> None:
    with pytest.raises(BadInput, match="there is no level 'singing'"):
        ask([CANCEL], "levels=singing")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("die", "the program ends instead of answering, with exit status 7"),
        ("garbage", "the program says what is no JSON: 'la la la'"),
        ("error", "the program gives up: out of order"),
        ("wrong", "the program answers with the type 'ready' where outcome belongs"),
    ],
)
def test_a_program_that_fails_costs_one_case(fault: str, sentence: str) -> None:
    report = ask([CANCEL, HOLD], f"{fault}={CANCEL.name}")
    first, second = report.results
    assert (first.verdict, first.fault) == (Verdict.FAIL, sentence)
    assert second.verdict is Verdict.PASS
    assert "this is broken_client" in first.complaints
    told = result_document(first)
    assert (told["step"], told["says"], told["got"]) == (1, "StartCall by alice at 0 s", sentence)


def test_a_program_that_does_not_come_back_fails_the_rest(tmp_path: Path) -> None:
    report = ask([CANCEL, HOLD, TWICE], f"die={CANCEL.name}", f"once={tmp_path / 'started'}")
    assert [result.verdict for result in report.results] == [Verdict.FAIL] * 3
    assert "it could not be started again" in report.results[1].fault
    assert "ends instead of answering" in report.results[2].fault


def test_who_does_not_greet_is_not_asked() -> None:
    with pytest.raises(
        BadInput, match=r"ends instead of answering, with exit status 7 \(it says: this is broken"
    ):
        ask([CANCEL], "greet=no")


class Changed:
    """Our core, with some answers changed."""

    def __init__(self, leg: str = "", refuses: bool = True) -> None:
        self._core, self._leg, self._refuses = CoreClient(), leg, refuses

    def ask(self, message: Message) -> Message:
        answer = dict(self._core.answer(message))
        if self._leg and "states" in answer:
            for person in answer["states"]["participants"].values():
                person["leg"] = self._leg
        if answer["type"] == "refused" and not self._refuses:
            return {"type": "outcome", "events": [], "states": answer["states"]}
        return answer


def test_a_wrong_state_fails_and_ends_the_case() -> None:
    result = play(CANCEL, Changed(leg="Connected"))
    assert result.verdict is Verdict.FAIL
    assert len(result.steps) == 1
    told = result_document(result)
    assert (told["expected"], told["got"]) == ("legs: alice Connecting", "alice Connected")


def test_who_ignores_instead_of_refusing_is_not_strict() -> None:
    result = play(CASES["the cancel overtakes the invitation"], Changed(refuses=False))
    assert result.verdict is Verdict.NON_STRICT


def test_a_choice_done_otherwise_is_told_and_no_failure() -> None:
    result = play(attrs.evolve(CANCEL, is_informational=True), Changed(leg="Connected"))
    assert result.verdict is Verdict.INFORMATIONAL


def test_counts_and_documents() -> None:
    report = ask([CANCEL, HOLD, TWICE], "levels=calls")
    assert counts_by_level(report)["calls"][Verdict.PASS] == 2
    assert list(counts_by_level(report)) == ["calls", "hold"]
    told = report_document(report)
    assert [told[key] for key in ("cases", "passed", "failed", "non_strict")] == [2, 2, 0, 0]
    assert told["implementation"]["levels"] == ["calls"]
    assert [each["verdict"] for each in told["verdicts"]] == ["PASS", "SKIPPED", "PASS"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("call/C12", "Connected on ReportHeld: ParticipantHeld, to LocalHold"),
        ("call/one_winner", "At most one endpoint of a participant accepts."),
        ("limit/reconnect_s", "60 s: "),
        ("code/487/10004", "nobody answered in time"),
        ("limit/none", ""),
        ("code/no", ""),
        ("song/C1", ""),
    ],
)
def test_what_a_rule_says(rule: str, says: str) -> None:
    assert rule_says(rule).startswith(says)
    assert bool(rule_says(rule)) == bool(says)


@pytest.mark.parametrize(
    ("message", "because"),
    [
        ({}, "this is no message of the protocol: 'type'"),
        ({"type": "sing"}, "there is no message 'sing'"),
        ({"type": "command", "call": "c"}, "no message of the protocol: 'command'"),
        ({"type": "command", "call": "c", "command": {"type": "Sing"}}, "there is no command 'Sing'"),
        ({"type": "begin", "limits": {"patience_s": 3}}, "patience_s"),
    ],
)
def test_our_core_gives_up_what_it_does_not_understand(message: Message, because: str) -> None:
    answer = CoreClient().answer(message)
    assert answer["type"] == "error"
    assert because in answer["because"]


def test_our_core_wants_to_be_told_of_silence() -> None:
    steps: list[Step] = [
        {"do": "StartCall", "who": "alice", "with": {"callees": ["bob"]}},
        {"at": 85, "do": "Offer", "who": "bob"},
    ]
    result = play(attrs.evolve(CANCEL, opening=None, steps=tuple(steps)), Changed())
    assert result.fault == "the program gives up: the wait establish is over, and no silence said so"
