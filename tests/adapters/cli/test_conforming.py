"""`calltape conform` and `calltape conform-client`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from calltape.conformance.case_form import load_cases

pytestmark = pytest.mark.example

CLIENT = ("--", sys.executable, "-m", "calltape.adapters.cli", "conform-client")
EXAMPLES = Path(__file__).parents[3] / "examples" / "conformance"
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


def test_the_files_are_written_whole(run: Callable[..., Any], tmp_path: Path) -> None:
    junit, html = tmp_path / "cases.xml", tmp_path / "cases.html"
    assert run("conform", "--level", "mute", "--junit", junit, "--html", html, *CLIENT).status == 0
    assert ElementTree.fromstring(junit.read_text("utf-8")).get("failures") == "0"
    assert html.read_text("utf-8").startswith("<!doctype html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.html", "cases.xml"]


def test_where_nothing_can_be_written_nobody_is_asked(run: Callable[..., Any], tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "cases.xml"
    assert "there is no folder" in run("conform", "--junit", nowhere, "--", "/no/such/phone").complaint
    assert "cannot be written" in run("conform", "--level", "mute", "--html", tmp_path, *CLIENT).complaint
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_fails_is_told_step_by_step(run: Callable[..., Any]) -> None:
    naive = ("--", sys.executable, str(EXAMPLES / "naive_client.py"))
    ran = run("conform", "--case", "muting twice mutes once", *naive)
    assert ran.status == 1
    assert ran.out.startswith("does not conform  naive client 1.0  0 passed, 1 failed")
    (line,) = (line for line in ran.out.splitlines() if line.startswith("muting twice mutes once"))
    for told in ("Mute by alice at 2 s", "muted: alice true", "alice false", "call/mute", "our choice"):
        assert told in line
    skipped = run("conform", "--case", "answered elsewhere", *naive)
    assert "naive client claims calls, hold, mute, and none of these cases" in skipped.complaint
