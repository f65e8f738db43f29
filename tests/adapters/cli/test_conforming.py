"""`calltape conform` and `calltape conform-client`."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from calltape.conformance.case_form import load_cases

pytestmark = pytest.mark.example

CLIENT = ("--", sys.executable, "-m", "calltape.adapters.cli", "conform-client")
CANCEL = "the caller cancels while it rings"


def test_our_core_passes_every_case(run: Callable[..., Any]) -> None:
    told = run("conform", "--json", *CLIENT).document
    assert told["cases"] == told["passed"] == len(load_cases())
    assert (told["failed"], told["non_strict"], told["informational"], told["skipped"]) == (0, 0, 0, 0)


def test_a_run_for_people(run: Callable[..., Any]) -> None:
    out = run("conform", "--level", "hold", *CLIENT).out
    assert out.startswith("conforms  calltape core ")
    assert "hold" in out
    assert "calls" not in out.splitlines()[3]


def test_cases_are_listed_and_chosen(run: Callable[..., Any]) -> None:
    (line,) = (line for line in run("conform", "--list").out.splitlines() if line.startswith(CANCEL))
    assert line.removeprefix(CANCEL).split()[0] == "calls"
    (listed,) = run("conform", "--list", "--json", "--case", CANCEL).document
    assert (listed["name"], listed["level"], listed["needs"]) == (CANCEL, "calls", ["calls"])
    told = run("conform", "--json", "--case", CANCEL, *CLIENT).document
    assert [each["case"] for each in told["verdicts"]] == [CANCEL]


def test_what_cannot_be_asked(run: Callable[..., Any]) -> None:
    assert "give its command after --" in run("conform").complaint
    assert "there is no level 'song'" in run("conform", "--level", "song", *CLIENT).complaint
    mistyped = run("conform", "--case", "the caller cancels while it ring", *CLIENT)
    assert f"did you mean {CANCEL!r}" in mistyped.complaint
    assert "cannot be started" in run("conform", "--", "/no/such/phone").complaint
    silent = run("conform", "--timeout", "0.2", "--", sys.executable, "-c", "import time; time.sleep(60)")
    assert "does not answer within 0.2 s" in silent.complaint
    assert silent.status == 2
