"""`calltape replay`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.core import CallId, call_stream, digest, replay

pytestmark = pytest.mark.replay


def test_the_whole_call(run: Callable[..., Any], url: str) -> None:
    document = run("replay", "one", "--store", url, "--json").document
    log = open_store(url, create=False)
    call = replay(log.events(call_stream(CallId("one"))))
    log.close()
    assert document["digest"] == digest(call)
    assert {
        key: document[key] for key in ("call_id", "kind", "version", "at", "call_state", "deadlines")
    } == {
        "call_id": "one",
        "kind": "one_to_one",
        "version": 19,
        "at": "2026-11-22T10:00:14.000000Z",
        "call_state": "Disconnected",
        "deadlines": [],
    }
    assert document["end_reason"]["code"] == 0
    alice, echo = document["participants"]
    assert (alice["id"], alice["end_reason"]["source"]) == ("8:acs:alice", "local")
    assert alice["left_because"] == echo["left_because"] == "the local participant hung up"
    assert (echo["id"], echo["end_reason"]["source"]) == ("8:echo123", "remote")


def test_up_to_an_event(run: Callable[..., Any], url: str) -> None:
    held = run("replay", "one", "--upto", "12", "--store", url, "--json").document
    assert (held["version"], held["call_state"], held["end_reason"]) == (12, "LocalHold", None)
    alice, echo = held["participants"]
    assert alice == {
        "id": "8:acs:alice",
        "state": "Hold",
        "call_state": "LocalHold",
        "role": "Unknown",
        "is_muted": False,
        "hand": None,
        "spotlight": False,
        "is_speaking": False,
        "streams": [],
        "end_reason": None,
        "left_because": None,
    }
    assert (echo["state"], echo["call_state"]) == ("Connected", "RemoteHold")
    assert held["deadlines"] == [
        {"wait": "duration", "participant": None, "at": "2026-11-23T16:00:00.000000Z"}
    ]
    assert run("replay", "one", "--upto", "9", "--store", url, "--json").document["participants"][0][
        "is_muted"
    ]


def test_before_the_first_event_there_is_nothing(run: Callable[..., Any], url: str) -> None:
    nothing = run("replay", "one", "--upto", "0", "--store", url, "--json").document
    assert (nothing["version"], nothing["at"], nothing["kind"]) == (0, None, None)
    assert (nothing["call_state"], nothing["participants"]) == ("None", [])


def test_as_one_participant_sees_it(run: Callable[..., Any], url: str) -> None:
    echo = run("replay", "one", "--upto", "12", "--as", "8:echo123", "--store", url, "--json").document
    assert (echo["as"], echo["call_state"]) == ("8:echo123", "RemoteHold")
    assert [person["id"] for person in echo["participants"]] == ["8:acs:alice"]


def test_a_tape_replays_to_the_same_digest(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    tape = tmp_path / "one.jsonl"
    run("tape", "export", "one", "-o", tape, "--store", url)
    there = run("replay", "one", "--store", tape, "--json").document
    assert there == run("replay", "one", "--store", url, "--json").document


def test_people_see_roster_deadlines_and_digest(run: Callable[..., Any], url: str) -> None:
    shown = run("replay", "live", "--store", url).out
    assert "call live  one-to-one  event 8 of 8" in shown
    assert "state  Connected" in shown
    assert "29 h 59 min" in shown
    assert "digest " in shown
    assert "as 8:acs:bob sees it" in run("replay", "live", "--as", "8:acs:bob", "--store", url).out
