"""Observers with a log of their own: what they took over outlives them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.memory import MemoryLog
from calltape.adapters.observing import Observer, authority_of
from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import CAST, Stage
from calltape.core import (
    LIMITS,
    CallId,
    Conflict,
    Instant,
    RawId,
    Recorded,
    RosterReconciled,
    Unrecorded,
    call_stream,
    observer_stream,
)
from calltape.core.ports import EventLog
from calltape.projections import present

pytestmark = pytest.mark.example

CALL, DESK = CallId("call-1"), RawId(CAST["dave"])
ALICE, BOB, CAROL = (RawId(CAST[name]) for name in ("alice", "bob", "carol"))
BACK = Instant(9)


@pytest.fixture
def kept() -> MemoryLog:
    """The log of who keeps the call: alice, bob and carol come, and bob goes."""
    stage, log = Stage(LIMITS), MemoryLog()
    for do, who in (
        ("Join", "alice"),
        ("ReportMediaConnected", "alice"),
        ("Join", "bob"),
        ("ReportMediaConnected", "bob"),
        ("HangUp", "bob"),
        ("Join", "carol"),
    ):
        stage.give(command_of(stage, {"do": do, "who": who}, 1))
    for each in stage.history:
        log.append(call_stream(CALL), each.version - 1, [Unrecorded(event=each.event, at=each.at)])
    return log


def taken_over(log: EventLog) -> Sequence[RosterReconciled]:
    events = log.events(observer_stream(CALL, DESK))
    return [event for event in events if isinstance(event, RosterReconciled)]


def test_a_program_that_was_away_shows_what_the_authority_knows(kept: MemoryLog, tmp_path: Path) -> None:
    own, subscription = SQLiteLog(tmp_path / "own.db"), kept.subscribe()
    observer = Observer(own, CALL, DESK)
    told = subscription.next_batch(0)
    observer.take(told[:5])  # then the line breaks
    assert list(present(observer.roster)) == [ALICE, BOB]
    assert not observer.take(told[6:])
    assert (observer.is_behind, observer.version) == (True, 5)
    authority, version = authority_of(kept, CALL)
    change = observer.come_back(authority, version, at=BACK)
    assert [each.id for each in change.added] == [CAROL]
    assert [(each.id, each.is_departure_inferred) for each in change.removed] == [(BOB, False)]
    assert observer.roster == authority
    assert (observer.is_behind, observer.version) == (False, version)
    (fact,) = taken_over(own)
    assert fact.version == version
    own.close()


def test_what_was_taken_over_outlives_the_program(kept: MemoryLog, tmp_path: Path) -> None:
    authority, version = authority_of(kept, CALL)
    own = SQLiteLog(tmp_path / "own.db")
    Observer(own, CALL, DESK).come_back(authority, version, at=BACK)
    own.close()
    own = SQLiteLog(tmp_path / "own.db", create=False)
    again = Observer(own, CALL, DESK)
    assert (again.roster, again.version) == (authority, version)
    assert not again.come_back(authority, version, at=BACK), "it knows that already"
    assert len(taken_over(own)) == 1
    own.close()


def test_it_goes_on_with_what_comes_next(kept: MemoryLog) -> None:
    authority, version = authority_of(kept, CALL)
    observer = Observer(MemoryLog(), CALL, DESK)
    observer.come_back(authority, version - 1, at=BACK)
    tape: list[Recorded] = list(kept.read(call_stream(CALL)))
    assert not observer.take(tape[: version - 1])
    assert observer.version == version - 1


def test_somebody_else_as_the_same_observer_is_a_conflict_and_changes_nothing(kept: MemoryLog) -> None:
    class Overtaken(MemoryLog):
        """Another process is always first."""

        def version(self, stream: str) -> int:
            return super().version(stream) + 1

    own = Overtaken()
    observer = Observer(own, CALL, DESK)
    authority, version = authority_of(kept, CALL)
    with pytest.raises(Conflict):
        observer.come_back(authority, version, at=BACK)
    assert (observer.roster, observer.version, taken_over(own)) == (None, 0, [])


def test_a_call_that_nobody_kept_has_an_empty_roster() -> None:
    authority, version = authority_of(MemoryLog(), CALL)
    assert (present(authority), version) == ({}, 0)
