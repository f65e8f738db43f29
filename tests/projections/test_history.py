"""Call detail records, by hand: who was there, which way, for how long."""

from typing import Any

import pytest

from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import CAST, START, Stage
from calltape.core import LIMITS, SECOND, Instant, RawId, Recorded, Source
from calltape.projections import HISTORY, View
from calltape.projections.history_rows import CallHistory, Direction, Stay

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(CAST[name]) for name in ("alice", "bob", "carol"))


Given = tuple[float, str, str, dict[str, Any]]
"""When (s), the command, who, and its other fields."""


def record_of(*steps: Given) -> CallHistory:
    """The record of a call in which these commands were given, each with its time in seconds."""
    stage, view, version = Stage(LIMITS), View(HISTORY), 0
    for at_s, do, who, given in steps:
        stage.now_s, stage.emitted = at_s, []
        stage.give(command_of(stage, {"do": do, "who": who, "with": given}, 1))
        for event in stage.emitted:
            version += 1
            at = Instant(START + round(at_s * SECOND))
            view.advance(
                [Recorded(position=version, stream="call-call-1", version=version, event=event, at=at)]
            )
    return view.rows["call-1"]


def only(row: CallHistory, who: RawId) -> Stay:
    (stay,) = row.participants[who]
    return stay


RINGS: list[Given] = [
    (0, "StartCall", "alice", {"callees": ["bob"]}),
    (1, "Offer", "bob", {}),
    (2, "ReportAlerted", "bob", {}),
]
TALKS: list[Given] = [
    *RINGS,
    (8, "Accept", "bob", {}),
    (9, "ReportMediaConnected", "alice", {}),
    (10, "ReportMediaConnected", "bob", {}),
]


def test_ringing_and_talking_are_told_apart() -> None:
    row = record_of(*TALKS, (70, "HangUp", "bob", {}))
    assert (row.ring_s, row.talk_s, row.talking_since, row.connected) == (6.0, 60.0, None, 0)
    alice, bob = only(row, ALICE), only(row, BOB)
    assert (alice.direction, alice.ring_s, alice.talk_s) == (Direction.OUTGOING, None, 61.0)
    assert (bob.direction, bob.ring_s, bob.talk_s) == (Direction.INCOMING, 6.0, 60.0)
    assert alice.is_answered
    assert bob.is_answered
    assert alice.end_reason is not None
    assert bob.end_reason is not None
    assert (alice.end_reason.source, bob.end_reason.source) == (Source.REMOTE, Source.LOCAL)


def test_while_it_lasts_lengths_are_open() -> None:
    row = record_of(*TALKS)
    assert (row.talk_s, row.talking_since, row.connected) == (0.0, START + 10 * SECOND, 2)
    assert (only(row, BOB).talk_s, only(row, BOB).left_at, row.ended_at) == (None, None, None)


def test_nobody_answers() -> None:
    row = record_of(*RINGS, (30, "HangUp", "alice", {}))
    assert (row.ring_s, row.talk_s, row.answered_at, row.most_connected) == (28.0, 0.0, None, 0)
    assert (only(row, BOB).ring_s, only(row, BOB).is_answered) == (28.0, False)
    assert not only(row, ALICE).is_answered


def test_a_hold_belongs_to_the_talk() -> None:
    row = record_of(
        *TALKS,
        (20, "Hold", "alice", {}),
        (20, "ReportHeld", "alice", {}),
        (40, "Resume", "alice", {}),
        (40, "ReportResumed", "alice", {}),
        (50, "HangUp", "alice", {}),
    )
    assert (row.talk_s, only(row, ALICE).talk_s) == (40.0, 41.0)


def test_who_comes_back_begins_another_stay() -> None:
    row = record_of(
        (0, "Join", "alice", {}),
        (1, "ReportMediaConnected", "alice", {}),
        (5, "Join", "bob", {}),
        (6, "ReportMediaConnected", "bob", {}),
        (16, "HangUp", "bob", {}),
        (17, "ReportMediaClosed", "bob", {}),
        (20, "Join", "bob", {}),
        (21, "ReportMediaConnected", "bob", {}),
        (26, "HangUp", "bob", {}),
    )
    first, second = row.participants[BOB]
    assert (first.talk_s, second.talk_s, second.direction) == (10.0, 5.0, Direction.OUTGOING)
    assert (row.talk_s, row.most_connected) == (15.0, 2), "alone is not a talk"
    assert row.ended_at is None, "Alice is still there"


def test_a_call_that_grew() -> None:
    row = record_of(
        *TALKS,
        (20, "Invite", "carol", {"by": "alice"}),
        (21, "Offer", "carol", {}),
        (22, "ReportAlerted", "carol", {}),
        (27, "Accept", "carol", {}),
        (28, "ReportMediaConnected", "carol", {}),
        (60, "HangUp", "alice", {}),
        (70, "HangUp", "carol", {}),
    )
    assert (row.kind, row.most_connected, row.talk_s) == ("group", 3, 60.0)
    assert row.ring_s == 6.0, "the first answer ends the ringing of the call"
    assert (only(row, CAROL).ring_s, only(row, CAROL).talk_s) == (5.0, 42.0)


def test_a_transfer_and_what_came_of_it() -> None:
    asked: Given = (20, "TransferToParticipant", "alice", {"target": "carol", "new_call": "call-2"})
    running = record_of(*TALKS, asked).transfers
    assert [(each.asked_at - START, each.is_done, each.ended_at) for each in running] == [
        (20 * SECOND, None, None)
    ]
    failed: Given = (30, "ReportTransferFailed", "alice", {"new_call": "call-2", "reason": "603/0"})
    again: Given = (40, "TransferToParticipant", "alice", {"target": "carol", "new_call": "call-3"})
    done: Given = (50, "ReportTransferred", "alice", {"new_call": "call-3"})
    first, second = record_of(*TALKS, asked, failed, again, done).transfers
    assert (first.transferor, first.transferee, first.target) == (ALICE, BOB, CAROL)
    assert (first.is_done, first.ended_at) == (False, START + 30 * SECOND)
    assert first.reason is not None
    assert first.reason.code == 603
    assert (second.new_call, second.is_done, second.reason) == ("call-3", True, None)
