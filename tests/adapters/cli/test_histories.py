"""`calltape history`."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.example


def test_the_record_of_a_call(run: Callable[..., Any], url: str) -> None:
    record = run("history", "one", "--store", url, "--json").document
    assert (record["call_id"], record["kind"], record["starter"]) == ("one", "one_to_one", "8:acs:alice")
    # One command a second: rung at 2, accepted at 3, both connected at 5, hung up at 12.
    assert (record["ring_s"], record["talk_s"], record["most_connected"]) == (1.0, 7.0, 2)
    assert record["answered_at"] == "2026-11-22T10:00:03.000000Z"
    alice, echo = record["participants"]
    assert (alice["direction"], alice["ring_s"], alice["talk_s"]) == ("outgoing", None, 8.0)
    assert (echo["direction"], echo["ring_s"], echo["talk_s"]) == ("incoming", 1.0, 7.0)
    assert (alice["is_answered"], echo["is_answered"]) == (True, True)
    assert (alice["end_reason"]["source"], echo["end_reason"]["source"]) == ("local", "remote")
    assert record["end_reason"]["meaning"] == "the local participant hung up"


def test_a_call_that_nobody_answered(run: Callable[..., Any], url: str) -> None:
    record = run("history", "nobody", "--store", url, "--json").document
    assert (record["answered_at"], record["ring_s"], record["talk_s"]) == (None, None, 0.0)
    bob, alice = record["participants"]
    assert (bob["is_answered"], alice["is_answered"]) == (False, False)
    assert (alice["connected_at"], alice["talk_s"]) == (None, None)


def test_people_get_a_table(run: Callable[..., Any], url: str) -> None:
    first, heading, alice, echo = run("history", "one", "--store", url).out.strip().splitlines()
    assert first.startswith("call one  one-to-one  2026-11-22 10:00:00 UTC  talked 7.00 s  0/0")
    assert heading.split() == ["participant", "direction", "answered", "rang", "talked", "state", "end", "by"]
    assert alice.split()[:3] == ["8:acs:alice", "outgoing", "yes"]
    assert echo.split()[:5] == ["8:echo123", "incoming", "yes", "1.00", "s"]
    assert echo.rstrip().endswith("remote")
