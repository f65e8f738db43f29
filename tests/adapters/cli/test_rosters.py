"""`calltape roster`."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.core import Instant, ParticipantMuted, RawId, Unrecorded

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


def test_a_roster_of_a_corrupt_history_says_from_where(run: Callable[..., Any], url: str) -> None:
    with closing(open_store(url, create=False)) as log:
        muted = ParticipantMuted(participant=RawId("8:acs:nobody"))
        log.append("call-live", 8, [Unrecorded(event=muted, at=Instant(1))])
    ran = run("roster", "live", "--store", url, "--json")
    assert (ran.status, ran.document["corrupt_from"], ran.document["call_state"]) == (1, 9, "Connected")
    shown = run("roster", "live", "--store", url)
    assert shown.status == 1
    assert "corrupt from event 9; run `calltape check`" in shown.out.splitlines()[0]
    assert run("roster", "one", "--store", url, "--json").document["corrupt_from"] is None


def test_people_get_a_table(run: Callable[..., Any], url: str) -> None:
    first, heading, *people = run("roster", "one", "--store", url).out.strip().splitlines()
    assert first.startswith("call one  one-to-one  Disconnected")
    assert heading.split()[0] == "participant"
    assert [line.split()[0] for line in people] == ["8:acs:alice", "8:echo123"]
