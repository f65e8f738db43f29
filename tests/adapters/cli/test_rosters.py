"""`calltape roster`."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.example


def test_who_is_there(run: Callable[..., Any], url: str) -> None:
    shown = run("roster", "live", "--store", url, "--json").document
    assert (shown["call_id"], shown["call_state"], shown["present"]) == ("live", "Connected", 2)
    bob, echo = shown["participants"]
    assert (bob["id"], bob["state"], bob["is_present"], bob["left_because"]) == (
        "8:acs:bob",
        "Connected",
        True,
        None,
    )
    assert bob["joined_at"] == "2026-11-22T10:00:19.000000Z"
    assert echo["id"] == "8:echo123"


def test_why_they_left(run: Callable[..., Any], url: str) -> None:
    ran = run("roster", "one", "--store", url, "--json")
    assert ran.document["present"] == 0
    alice, echo = ran.document["participants"]
    assert alice["left_because"] == echo["left_because"] == "the local participant hung up"
    assert (alice["end_reason"]["source"], echo["end_reason"]["source"]) == ("local", "remote")
    assert "Secret" not in ran.out, "display names are personal"


def test_people_get_a_table(run: Callable[..., Any], url: str) -> None:
    first, heading, *people = run("roster", "one", "--store", url).out.strip().splitlines()
    assert first.startswith("call one  one-to-one  Disconnected")
    assert heading.split()[0] == "participant"
    assert [line.split()[0] for line in people] == ["8:acs:alice", "8:echo123"]
