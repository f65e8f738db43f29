"""The fate of deadlines, by hand."""

from typing import Any

import pytest

from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import CAST, START, Stage
from calltape.core import LIMITS, SECOND, Instant, RawId, Recorded
from calltape.projections import DEADLINES, CallDeadlines, View

pytestmark = pytest.mark.example

Given = tuple[float, str, str, dict[str, Any]]
"""When (s), the command, who (or nobody), and its other fields."""

NAMES = {RawId(raw_id): name for name, raw_id in CAST.items()}


def view_of(*steps: Given) -> CallDeadlines:
    """The deadlines of a call in which these commands were given."""
    stage, view, version = Stage(LIMITS), View(DEADLINES), 0
    for at_s, do, who, given in steps:
        stage.now_s, stage.emitted = at_s, []
        step = {"do": do, "with": given} | ({"who": who} if who else {})
        stage.give(command_of(stage, step, 1))
        for event in stage.emitted:
            version += 1
            at = Instant(START + round(at_s * SECOND))
            view.advance(
                [Recorded(position=version, stream="call-call-1", version=version, event=event, at=at)]
            )
    return view.rows["call-1"]


def told(row: CallDeadlines) -> list[str]:
    """Each deadline in words, times in seconds since the start."""
    words: list[str] = []
    for each in row.records:
        ended = "" if each.ended_at is None else f" at {(each.ended_at - START) // SECOND}"
        who = "" if each.participant is None else f" {NAMES[each.participant]}"
        words.append(f"{each.wait}{who}, due {(each.due - START) // SECOND}: {each.fate}{ended}")
    return words


RINGS: list[Given] = [
    (0, "StartCall", "alice", {"callees": ["bob"]}),
    (1, "Offer", "bob", {}),
]
TALKS: list[Given] = [
    *RINGS,
    (8, "Accept", "bob", {}),
    (9, "ReportMediaConnected", "alice", {}),
    (10, "ReportMediaConnected", "bob", {}),
]


def test_what_came_in_time_is_cancelled() -> None:
    assert told(view_of(*TALKS)) == [
        "establish alice, due 85: cancelled at 9",
        "duration, due 108000: running",
        "establish bob, due 85: cancelled at 10",
    ]


def test_what_did_not_come_fires() -> None:
    row = view_of(*RINGS, (85, "Expire", "bob", {"wait": "establish"}))
    assert told(row)[:3] == [
        "establish alice, due 85: fired at 85",
        "duration, due 108000: cancelled at 85",
        "establish bob, due 85: fired at 85",
    ]


def test_who_hangs_up_late_was_not_overtaken_by_the_deadline() -> None:
    row = view_of(*RINGS, (86, "HangUp", "alice", {}))
    assert told(row)[0] == "establish alice, due 85: cancelled at 86", "its end is not what silence means"


def test_media_that_stays_away() -> None:
    row = view_of(*TALKS, (20, "ReportMediaLost", "bob", {}), (80, "Expire", "bob", {"wait": "reconnect"}))
    assert "reconnect bob, due 80: fired at 80" in told(row)
    assert "teardown alice, due 140: running" in told(row)


def test_a_hold_that_nobody_reports() -> None:
    held = view_of(*TALKS, (20, "Hold", "bob", {}), (21, "ReportHeld", "bob", {}))
    assert told(held)[3:] == ["modality bob, due 60: cancelled at 21"]
    failed = view_of(*TALKS, (20, "Hold", "bob", {}), (60, "Expire", "bob", {"wait": "modality"}))
    assert told(failed)[3:] == ["modality bob, due 60: fired at 60"]


def test_the_longest_call() -> None:
    row = view_of(*TALKS, (108_000, "Expire", "", {"wait": "duration"}))
    assert "duration, due 108000: fired at 108000" in told(row)


def test_a_step_that_is_not_legal_is_noted_and_nothing_more_is_taken_in() -> None:
    stage, view = Stage(LIMITS), View(DEADLINES)
    stage.give(command_of(stage, {"do": "StartCall", "who": "alice", "with": {"callees": ["bob"]}}, 1))
    started, joined, _ = stage.emitted
    for version, event in enumerate((started, joined, started, joined), 1):
        view.advance([Recorded(position=version, stream="call-x", version=version, event=event, at=START)])
    row = view.rows["x"]
    assert (row.illegal_version, len(row.records)) == (3, 2)
