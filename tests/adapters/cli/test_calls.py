"""`calltape calls`."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store

pytestmark = pytest.mark.example


def test_every_call_is_one_line_of_json(run: Callable[..., Any], url: str) -> None:
    one, live, nobody = run("calls", "--store", url, "--json").lines
    assert one == {
        "call_id": "one",
        "kind": "one_to_one",
        "started_at": "2026-11-22T10:00:00.000000Z",
        "ended_at": "2026-11-22T10:00:14.000000Z",
        "participants": ["8:acs:alice", "8:echo123"],
        "events": 19,
        "end_reason": one["end_reason"],
        "corrupt_from": None,
    }
    assert (one["end_reason"]["code"], one["end_reason"]["subcode"]) == (0, 0)
    assert (live["call_id"], live["ended_at"], live["end_reason"]) == ("live", None, None)
    assert (nobody["participants"], nobody["events"]) == (["8:acs:bob", "8:acs:alice"], 5)


def test_people_get_a_table(run: Callable[..., Any], url: str) -> None:
    ran = run("calls", "--store", url)
    heading, first, second, _ = ran.out.splitlines()
    assert heading.split()[:2] == ["call", "kind"]
    assert "14.00 s" in first
    assert "the local participant hung up" in first
    assert "not ended" in second
    assert "Secret" not in ran.out, "display names are personal"


def test_a_large_call_is_still_one_line(run: Callable[..., Any], tmp_path: Path, url: str) -> None:
    from calltape.core import CallId, CommandId, Instant, Ledger, RawId, StartCall, call_stream

    start: dict[str, Any] = {"participant": "8:acs:alice", "endpoint": "desk", "call_id": CallId("many")}
    callees = tuple(RawId(f"8:acs:{n}") for n in range(9))
    asked = StartCall(id=CommandId("c"), at=Instant(0), callees=callees, **start)
    log = open_store(url, create=False)
    log.append(call_stream(CallId("many")), 0, Ledger().decide(asked))
    log.close()
    assert "and 6 more" in run("calls", "--store", url).out


def damage(folder: Path, statement: str, *values: object) -> None:
    """Change rows of the store behind calltape's back."""
    with closing(sqlite3.connect(folder / "calls.db")) as connection:
        assert connection.execute(f"UPDATE stored_events SET {statement}", values).rowcount == 1
        connection.commit()


SECOND_OF_ONE = "WHERE originator_id = 'call-one' AND originator_version = 2"


@pytest.mark.parametrize(
    ("what", "value"), [("state", 5), ("state", b"{}"), ("topic", "no topic"), ("at", "noon")]
)
def test_one_event_that_cannot_be_read_hides_no_other_call(
    what: str, value: object, run: Callable[..., Any], tmp_path: Path, url: str
) -> None:
    whole = run("calls", "--store", url, "--json").lines
    damage(tmp_path, f"{what} = ? {SECOND_OF_ONE}", value)
    ran = run("calls", "--store", url, "--json")
    assert (ran.status, ran.result.stderr) == (1, "")
    one, *others = ran.lines
    assert others == whole[1:]
    assert (one["call_id"], one["corrupt_from"], one["events"]) == ("one", 2, 19)
    shown = run("calls", "--store", url)
    assert shown.status == 1
    assert "corrupt from event 2; run `calltape check`" in shown.out.splitlines()[1]
    found = run("check", url, "--json")
    assert [each["call_id"] for each in found.document["violations"]] == ["one"]


def test_a_call_whose_beginning_cannot_be_read_is_listed_by_its_id(
    run: Callable[..., Any], tmp_path: Path, url: str
) -> None:
    damage(tmp_path, "state = 5 WHERE originator_id = 'call-live' AND originator_version = 1")
    live = run("calls", "--store", url, "--json").lines[0]
    assert (live["call_id"], live["kind"], live["corrupt_from"]) == ("live", None, 1)


def test_an_empty_store_holds_no_calls(run: Callable[..., Any], tmp_path: Path) -> None:
    empty = f"sqlite:///{tmp_path}/empty.db"
    open_store(empty, create=True).close()
    assert run("calls", "--store", empty, "--json").out == ""
    assert run("calls", "--store", empty).out.startswith("no calls in sqlite:///")


def test_the_store_comes_from_the_environment(
    run: Callable[..., Any], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLTAPE_STORE", url)
    assert len(run("calls", "--json").lines) == 3
