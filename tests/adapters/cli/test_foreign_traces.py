"""Traces of other programs, written by hand: one for each way in which a history can be wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.core import EVENTS, every_level

pytestmark = pytest.mark.example

A, B, C = "8:acs:alice", "8:acs:bob", "8:acs:carol"
LATER = 2_000_000_000_000_000
GONE = {"code": 0, "subcode": 0, "source": "local"}

Line = tuple[str, dict[str, Any]]

STARTED: Line = (
    "call.started",
    {"call_id": "x", "kind": "one_to_one", "starter": A, "waits_for_answer": True, "ends_by": LATER},
)
MET: Line = (
    "call.started",
    {
        "call_id": "x",
        "kind": "group",
        "group_id": "g",
        "starter": A,
        "waits_for_answer": False,
        "ends_by": LATER,
    },
)
JOINED: Line = ("participant.joined", {"participant": A, "endpoint": "desk", "establish_until": LATER})
INVITED: Line = ("participant.invited", {"participant": B, "by": A, "answer_until": LATER})
OFFERED: Line = ("call.offered", {"participant": B, "endpoint": "phone", "caller": A})
ALERTED: Line = ("participant.alerted", {"participant": B, "endpoint": "phone"})
ACCEPTED: Line = ("call.accepted", {"participant": B, "endpoint": "phone", "is_first": True})
UP_A: Line = ("participant.connected", {"participant": A})
UP_B: Line = ("participant.connected", {"participant": B})
TALKING = (STARTED, JOINED, INVITED, OFFERED, ALERTED, ACCEPTED, UP_A, UP_B)
MEETING = (MET, JOINED, UP_A)
LEFT_A: Line = ("participant.left", {"participant": A, "reason": GONE, "teardown_until": LATER})
LEFT_B: Line = ("participant.left", {"participant": B, "reason": GONE, "teardown_until": LATER})
CLOSED_A: Line = ("leg.closed", {"participant": A})
CLOSED_B: Line = ("leg.closed", {"participant": B})
ENDED: Line = ("call.ended", {"reason": GONE})
OVER = (*TALKING, LEFT_A, LEFT_B, CLOSED_A, CLOSED_B, ENDED)
MUTED: Line = ("participant.muted", {"participant": A})


def write(path: Path, stream: str, *lines: Line) -> Path:
    """A tape as another program would write it: no trailer, no ids."""
    texts: list[dict[str, Any]] = [{"calltape": "tape", "format": 1, "schema": 1, "source": "by hand"}]
    for number, (event, data) in enumerate(lines, 1):
        line = {"position": number, "stream": stream, "version": number, "at": number}
        texts.append({**line, "event": event, "shape": _shape(event), "data": data})
    path.write_text("".join(json.dumps(text) + "\n" for text in texts))
    return path


def _shape(event: str) -> int:
    return EVENTS[event].shape if event in EVENTS else 1


@pytest.mark.parametrize("trace", [OVER, TALKING, MEETING], ids=["over", "talking", "a meeting"])
def test_what_is_legal_passes(trace: tuple[Line, ...], run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("check", write(tmp_path / "t.jsonl", "call-x", *trace), "--json").document["ok"] is True


WRONG: dict[str, tuple[tuple[Line, ...], Line, str | None, str]] = {
    "no beginning": ((), MUTED, "call", "a call begins with call.started"),
    "a second beginning": (TALKING, STARTED, "call", "call.started stands only at the beginning"),
    "after the end": (OVER, MUTED, "call", "the call is over, and nothing follows its end"),
    "who never came": (
        TALKING,
        ("participant.muted", {"participant": C}),
        "call",
        f"{C} is not in the call, and only who has entered it can do anything in it",
    ),
    "who is in already": (MEETING, JOINED, "participant", f"{A} is in the call, and enters it again only"),
    "let in by a stranger": (
        MEETING,
        ("participant.invited", {"participant": B, "by": C, "answer_until": LATER}),
        "call",
        f"{C}, who lets {B} in, is not in the call",
    ),
    "a third in a call of two": (
        TALKING,
        ("participant.invited", {"participant": C, "by": A, "answer_until": LATER}),
        "call",
        "a one-to-one call has two places",
    ),
    "a leg's step that no row has": (
        TALKING,
        ("participant.resumed", {"participant": A}),
        "call",
        f"and the call of {A} was in Connected",
    ),
    "an answer where nothing rings": (
        (STARTED, JOINED, INVITED),
        ACCEPTED,
        "incoming_call",
        f"call.accepted follows only Offered (I2), and the incoming_call of {B} was in None",
    ),
    "a video that nobody asked for": (
        TALKING,
        ("video.started", {"participant": A}),
        "video_stream",
        f"and the video_stream of {A} was in Stopped",
    ),
    "an end with people in it": (
        TALKING,
        ENDED,
        "call",
        "call.ended stands only where somebody was in the call and every leg of it is over",
    ),
    "a recording that never began": (
        MEETING,
        ("recording.paused", {"recording_id": "r"}),
        "call",
        "where that recording's own lifecycle has a row for it",
    ),
    "another stream's event": (
        TALKING,
        ("push.expired", {"user": A, "device": "d"}),
        "call",
        "push.expired is no event of a call",
    ),
    "a name that nobody knows": (TALKING, ("call.teleported", {}), None, "a name and a shape that this"),
}


@pytest.mark.parametrize(("before", "wrong", "lifecycle", "says"), WRONG.values(), ids=WRONG)
def test_each_way_to_be_wrong_names_its_rule(
    before: tuple[Line, ...],
    wrong: Line,
    lifecycle: str | None,
    says: str,
    run: Callable[..., Any],
    tmp_path: Path,
) -> None:
    tape = write(tmp_path / "t.jsonl", "call-x", *before, wrong, UP_A)
    ran = run("check", tape, "--json")
    (violation,) = ran.document["violations"]
    assert (ran.status, violation["version"], violation["event"]) == (1, len(before) + 1, wrong[0])
    assert violation["rule"]["lifecycle"] == lifecycle
    assert says in violation["rule"]["says"]
    told = run("check", tape)
    assert told.status == 1
    assert f"rule: {violation['rule']['says']}" in told.out


OTHERS: dict[str, tuple[str, Line, str]] = {
    "a push registration": ("push-u", ("push.expired", {"user": "u", "device": "d"}), "push_registration"),
    "a room": ("room-r", ("room.deleted", {"room_id": "r"}), "room"),
    "a token": ("user-u", ("token.revoked", {"user": "u", "token": "t"}), "token"),
    "a notice": (
        "notice-x-u",
        ("push.delivered", {"call_id": "x", "user": "u", "device": "d", "kind": 107}),
        "push_notice",
    ),
    "devices": (
        "devices-c",
        ("devices.permission_reset", {"client": "c", "use": "audio"}),
        "device_permission",
    ),
}


@pytest.mark.parametrize(("stream", "wrong", "lifecycle"), OTHERS.values(), ids=OTHERS)
def test_other_histories_have_rules_too(
    stream: str, wrong: Line, lifecycle: str, run: Callable[..., Any], tmp_path: Path
) -> None:
    ran = run("check", write(tmp_path / "t.jsonl", stream, wrong), "--json")
    (violation,) = ran.document["violations"]
    assert (violation["call_id"], violation["version"]) == (None, 1)
    assert violation["rule"]["lifecycle"] == lifecycle
    assert violation["rule"]["rows"], "the rows that would have it"
    assert all("." in name for name in violation["accepted"]), "stored names"


def test_the_history_is_that_of_the_people_concerned(run: Callable[..., Any], tmp_path: Path) -> None:
    others: list[Line] = [
        ("participant.joined", {"participant": C, "endpoint": "c", "establish_until": LATER}),
        ("participant.connected", {"participant": C}),
    ]
    seen: Line = ("video.started", {"participant": A})
    tape = write(tmp_path / "t.jsonl", "call-x", *MEETING, *others, MUTED, seen)
    (violation,) = run("check", tape, "--json").document["violations"]
    assert [past["version"] for past in violation["history"]] == [1, 2, 3, 6]
    assert violation["history"][2] == {
        "version": 3,
        "event": "participant.connected",
        "participant": A,
        "moves": [
            {"whose": "self", "lifecycle": "call", "participant": A, "from": "Connecting", "to": "Connected"},
            {
                "whose": "self",
                "lifecycle": "participant",
                "participant": A,
                "from": "Connecting",
                "to": "Connected",
            },
        ],
    }
    assert violation["rule"]["rows"] == ["video"]


def test_people_see_the_last_of_it_and_programs_all(run: Callable[..., Any], tmp_path: Path) -> None:
    again = [MUTED, ("participant.unmuted", {"participant": A})] * 20
    tape = write(tmp_path / "t.jsonl", "call-x", *TALKING, *again, STARTED)
    (violation,) = run("check", tape, "--json").document["violations"]
    assert [past["version"] for past in violation["history"]] == list(range(1, 49))
    lines = [line.split() for line in run("check", tape).out.splitlines()]
    assert [int(line[0]) for line in lines if line and line[0].isdecimal()] == [44, 45, 46, 47, 48]


def test_of_many_violations_the_first_are_explained(run: Callable[..., Any], tmp_path: Path) -> None:
    log = tmp_path / "many.jsonl"
    header, *_ = write(log, "call-x").read_text().splitlines()
    lines = [
        json.dumps(
            {
                "position": number,
                "stream": f"call-{number:02}",
                "version": 1,
                "at": 1,
                "event": "participant.muted",
                "shape": 1,
                "data": {"participant": A},
            }
        )
        for number in range(1, 14)
    ]
    log.write_text("\n".join([header, *lines]) + "\n")
    told = run("check", log).out
    assert told.count("rule: a call begins with call.started") == 10
    assert "3 more violations; --json explains every one" in told
    assert len(run("check", log, "--json").document["violations"]) == 13


# ── levels ──

HOLDING: tuple[Line, ...] = (
    *TALKING,
    ("hold.requested", {"participant": A, "until": LATER}),
    ("participant.held", {"participant": A}),
)


def test_what_is_of_no_claimed_level_is_passed_over_and_counted(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    odd: Line = ("coffee.poured", {"by": B})
    wrong_elsewhere: Line = ("video.started", {"participant": A})
    tape = write(tmp_path / "t.jsonl", "call-x", *HOLDING, odd, wrong_elsewhere, odd, LEFT_A)
    found = run("check", tape, "--level", "calls", "--json").document
    assert found == {
        "ok": True,
        "calls": 1,
        "events": 14,
        "levels": ["calls"],
        "not_judged": 3,
        "unknown": 2,
        "violations": [],
    }
    held = run("check", tape, "--level", "hold", "--json").document
    assert (held["ok"], held["levels"], held["not_judged"]) == (True, ["calls", "hold"], 1)
    told = run("check", tape, "--level", "hold")
    assert (told.status, "judged by calls, hold: 1 event of other levels, 2 unknown" in told.out) == (0, True)


def test_without_levels_everything_is_judged(run: Callable[..., Any], tmp_path: Path) -> None:
    tape = write(tmp_path / "t.jsonl", "call-x", *HOLDING, ("coffee.poured", {"by": B}))
    found = run("check", tape, "--json").document
    assert (found["ok"], found["levels"], found["not_judged"], found["unknown"]) == (False, None, 0, 0)


def test_a_trace_that_left_its_level_before_is_told_so(run: Callable[..., Any], tmp_path: Path) -> None:
    resumed: Line = ("participant.resumed", {"participant": A})
    tape = write(tmp_path / "t.jsonl", "call-x", *HOLDING, MUTED, resumed, CLOSED_A)
    (violation,) = run("check", tape, "--level", "calls", "--json").document["violations"]
    assert violation["version"] == 13
    left = (
        "the trace left its level at event 10, participant.held, which moves something, is no event of calls"
    )
    assert left in violation["problem"]
    assert [past["version"] for past in violation["history"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert left in run("check", tape, "--level", "calls").out


def test_what_moves_nothing_does_not_leave_the_level(run: Callable[..., Any], tmp_path: Path) -> None:
    tape = write(tmp_path / "t.jsonl", "call-x", *TALKING, MUTED, CLOSED_A)
    (violation,) = run("check", tape, "--level", "calls", "--json").document["violations"]
    assert "left its level" not in violation["problem"]


def test_a_level_that_is_none(run: Callable[..., Any], tmp_path: Path) -> None:
    complaint = run("check", write(tmp_path / "t.jsonl", "call-x", *OVER), "--level", "teleport").complaint
    assert f"there is no level 'teleport'; there are {', '.join(every_level())}" in complaint
