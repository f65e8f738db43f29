"""`calltape example`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.example


def test_a_tape_that_every_command_reads(run: Callable[..., Any], tmp_path: Path) -> None:
    tape = tmp_path / "held.jsonl"
    ran = run("example", "RemoteHold", "-o", tape)
    assert (ran.status, ran.out) == (0, f"8 events of a call of 2 in call.RemoteHold are in {tape}\n")
    assert run("check", tape).status == 0
    assert "RemoteHold" in run("roster", "call-1", "--store", tape, "--json").out


def test_as_json(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("example", "call.InLobby", "--participants", "3", "-o", tmp_path / "lobby.jsonl", "--json")
    assert ran.document == {"call_id": "call-1", "state": "call.InLobby", "participants": 3, "events": 7}


def test_an_older_tape_is_replaced_and_nothing_else(run: Callable[..., Any], tmp_path: Path) -> None:
    tape, letter = tmp_path / "one.jsonl", tmp_path / "letter.txt"
    assert run("example", "Incoming", "-o", tape).status == 0
    assert run("example", "Silent", "-o", tape, "--json").document["events"] == 6
    letter.write_text("Dear Bob")
    assert "is not a readable tape" in run("example", "Incoming", "-o", letter).complaint
    assert letter.read_text() == "Dear Bob"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Flying"], "a call has no state 'Flying'; there are call.None, "),
        (["Connected"], "Connected is ambiguous: say call.Connected or participant.Connected"),
        (["Incoming", "--participants", "0"], "a call has 1 to 350 participants, not 0"),
        (["Redirected"], "no call of 2 that is near gets to incoming_call.Redirected; calls of 3 do"),
        (["Idle"], "no call rests in participant.Idle"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    run: Callable[..., Any], tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    tape = tmp_path / "none.jsonl"
    assert sentence in run("example", *arguments, "-o", tape).complaint
    assert not tape.exists()
