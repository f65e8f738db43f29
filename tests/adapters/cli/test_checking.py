"""`calltape check`."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.cli.verdicts import judge
from calltape.adapters.memory import MemoryLog
from calltape.adapters.stores import open_store
from calltape.adapters.tape import export_tape
from calltape.core import (
    CallId,
    CallKind,
    CallStarted,
    Instant,
    ParticipantMuted,
    PushExpired,
    RawId,
    Unrecorded,
)

pytestmark = pytest.mark.example


def append(url: str, stream: str, version: int, *events: Any) -> None:
    log = open_store(url, create=False)
    log.append(stream, version, [Unrecorded(event=event, at=Instant(1)) for event in events])
    log.close()


def spoil(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "calls.db")) as connection:
        assert connection.execute(statement).rowcount == 1
        connection.commit()


def test_legal_histories_pass(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    good: dict[str, Any] = {
        "ok": True,
        "calls": 3,
        "events": 33,
        "levels": None,
        "not_judged": 0,
        "unknown": 0,
        "violations": [],
    }
    assert run("check", url, "--json").document == good
    assert run("check", tmp_path / "calls.db", "--json").document == good, "a SQLite file by its path"
    ran = run("check", url)
    assert (ran.status, ran.out.split()[0]) == (0, "legal")


def test_a_tape_is_checked_by_any_name(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    tape = tmp_path / "one.jsonl"
    run("tape", "export", "one", "-o", tape, "--store", url)
    assert run("check", tape, "--json").document["events"] == 20
    tape.rename(tmp_path / "evidence")
    assert run("check", tmp_path / "evidence", "--json").document["events"] == 20


def test_a_call_under_another_id_is_named(run: Callable[..., Any], tmp_path: Path) -> None:
    log, tape = MemoryLog(), tmp_path / "other.jsonl"
    started = CallStarted(
        call_id=CallId("mine"),
        kind=CallKind.GROUP,
        group_id=None,
        starter=RawId("8:acs:r_a"),
        waits_for_answer=False,
        ends_by=Instant(2),
    )
    log.append("call-yours", 0, [Unrecorded(event=started, at=Instant(1))])
    export_tape(log, CallId("yours"), tape)
    ran = run("check", tape, "--json")
    (violation,) = ran.document["violations"]
    assert (ran.status, violation["call_id"], violation["version"]) == (1, "yours", 1)
    assert "the call mine is kept as call-yours" in violation["problem"]
    assert (
        "was not imported" in run("tape", "import", tape, "--store", f"sqlite:///{tmp_path}/new.db").complaint
    )


def test_the_first_illegal_event_is_named(run: Callable[..., Any], url: str) -> None:
    muted = ParticipantMuted(participant=RawId("8:echo123"))
    append(url, "call-one", 19, muted, muted)
    ran = run("check", url, "--json")
    (violation,) = ran.document["violations"]
    assert ran.status == 1
    assert ran.result.stderr == ""
    assert (ran.document["ok"], ran.document["calls"]) == (False, 3)
    problem = violation.pop("problem")
    history = violation.pop("history")
    assert violation == {
        "call_id": "one",
        "stream": "call-one",
        "version": 20,
        "event": "participant.muted",
        "state": "Disconnected",
        "accepted": [],
        "rule": {"lifecycle": "call", "rows": [], "says": "the call is over, and nothing follows its end"},
    }
    assert [past["version"] for past in history] == list(range(1, 20))
    assert problem.startswith("the history is not legal at event 20")


def test_what_was_legal_is_named(run: Callable[..., Any], url: str) -> None:
    append(url, "call-nobody", 5, ParticipantMuted(participant=RawId("8:acs:bob")))
    (violation,) = run("check", url, "--json").document["violations"]
    assert (violation["version"], violation["state"]) == (6, "Disconnecting")
    assert "leg.closed" in violation["accepted"]
    shown = run("check", url)
    assert shown.status == 1
    assert "participant.muted" in shown.out
    assert "leg.closed" in shown.out


def test_push_registrations_are_checked(run: Callable[..., Any], url: str) -> None:
    append(url, "push-8:acs:bob", 0, PushExpired(user=RawId("8:acs:bob"), device="token"))
    (violation,) = run("check", url, "--json").document["violations"]
    assert (violation["call_id"], violation["stream"]) == (None, "push-8:acs:bob")
    assert (violation["version"], violation["state"]) == (1, "None")


@pytest.mark.parametrize(
    ("statement", "version", "words"),
    [
        ("DELETE FROM stored_events WHERE originator_id='call-one' AND originator_version=7", 7, "version 8"),
        (
            "UPDATE stored_events SET topic='call.teleported@1' "
            "WHERE originator_id='call-one' AND originator_version=7",
            7,
            "call.teleported",
        ),
        (
            "UPDATE stored_events SET state='{}' WHERE originator_id='call-one' AND originator_version=7",
            7,
            "participant.connected",
        ),
        (
            "UPDATE stored_events SET state='{' WHERE originator_id LIKE 'media-one-%'",
            1,
            "media.sampled",
        ),
    ],
    ids=["a gap", "an unknown event", "fields missing", "no JSON"],
)
def test_what_cannot_be_read_is_a_violation(
    statement: str, version: int, words: str, run: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    spoil(tmp_path, statement)
    ran = run("check", url, "--json")
    (violation,) = ran.document["violations"]
    assert ran.status == 1
    assert violation["version"] == version
    assert words in violation["problem"]
    assert violation["state"] is None
    assert violation["rule"]["lifecycle"] is None
    assert len(violation["history"]) == version - 1, "what stands before it is sound"
    assert run("check", url).status == 1


def test_every_stream_is_told_of() -> None:
    log = MemoryLog()
    log.append("call-x", 0, [Unrecorded(event=ParticipantMuted(participant=RawId("8:a")), at=Instant(1))])
    told: list[None] = []
    verdict = judge(log, ["call-x", "call-y"], lambda: told.append(None))
    assert len(told) == 2
    assert [violation.version for violation in verdict.violations] == [1]


@pytest.mark.parametrize("source", ["absent.db", "sqlite:///absent.db", "absent.jsonl", "oracle://x", "."])
def test_nothing_to_check(
    source: str, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("check", source).complaint
    assert list(tmp_path.iterdir()) == []
