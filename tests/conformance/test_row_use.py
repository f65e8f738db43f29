"""Rows are noted where they are used, and two laws are held while they are."""

from typing import Any

import pytest

from calltape.conformance.alphabet import ALICE, BOB, NAMELESS, START, endpoints
from calltape.conformance.row_use import RowBroken, RowKey, RowWitness, every_row, moved_beside, moved_in_call
from calltape.conformance.scenarios import Scenario, load_scenarios, run
from calltape.core import (
    LIFECYCLES,
    REGISTRY,
    Accept,
    Call,
    CallId,
    Command,
    CommandId,
    Hold,
    HoldRequested,
    ParticipantLeft,
    PushBook,
    Source,
    StartCall,
    decide,
    evolve,
    later,
)

pytestmark = pytest.mark.example

DESK = endpoints(ALICE)[0]
PLACED = StartCall(
    id=NAMELESS, at=START, call_id=CallId("call-1"), participant=ALICE, endpoint=DESK, callees=(BOB,)
)


def scenario(name: str) -> Scenario:
    return next(each for each in load_scenarios() if each.name == name)


def given(witness: RowWitness, call: Call, command: Command) -> None:
    for event in decide(call, command):
        with witness.watching(command, event, moved_in_call(call, event)):
            evolve(call, event)


def test_every_row_has_a_key_of_its_own() -> None:
    assert len(every_row()) == sum(len(life.rows) for life in LIFECYCLES.values())
    row = RowKey("call", "Connected", "Hold", "HoldRequested", "self")
    assert str(row) == "call: Connected, Hold -> HoldRequested"
    assert str(row._replace(on="", whose="peer")) == "call: Connected, no command -> HoldRequested (peer)"


def test_placing_a_call_uses_the_rows_of_the_caller_and_of_the_callee() -> None:
    witness = RowWitness()
    given(witness, Call(), PLACED)
    assert RowKey("call", "None", "StartCall", "ParticipantJoined", "self") in witness.used
    assert RowKey("participant", "Idle", "StartCall", "ParticipantJoined", "self") in witness.used
    # Bob is invited by Alice's step: that is not his being invited by somebody in the call.
    assert RowKey("participant", "Idle", "Invite", "ParticipantInvited", "self") not in witness.used


def test_who_is_taken_along_does_not_show_that_they_may_leave() -> None:
    used = run(scenario("a caller can give up during the announcement")).witness.used
    assert RowKey("call", "EarlyMedia", "HangUp", "ParticipantLeft", "self") in used
    assert not any(row.source == "None" and row.on == "HangUp" for row in used)


def test_every_machine_beside_calls_is_noted_too() -> None:
    names: set[str] = set()
    for each in load_scenarios():
        if each.capability in {"push", "notices", "tokens", "rooms", "device_manager", "recording"}:
            names |= {row.lifecycle for row in run(each).witness.used}
    assert names >= {"push_registration", "push_notice", "token", "room", "device_permission", "recording"}


def test_an_event_of_no_lifecycle_moves_nothing() -> None:
    assert moved_beside(PushBook(), HoldRequested(participant=ALICE, until=START)) == []
    assert moved_in_call(Call(), HoldRequested(participant=ALICE, until=START)) == []


def test_a_step_that_no_row_describes_is_told() -> None:
    call = Call()
    given(RowWitness(), call, PLACED)
    gone = ParticipantLeft(participant=ALICE, reason=REGISTRY.named("cancelled", source=Source.LOCAL))
    hold = Hold(id=CommandId("h"), at=START, participant=ALICE)
    with (
        pytest.raises(RowBroken, match="no row says that Hold leads to ParticipantLeft"),
        RowWitness().watching(hold, gone, moved_in_call(call, gone)),
    ):
        evolve(call, gone)


def test_a_machine_that_went_elsewhere_is_told() -> None:
    call = Call()
    given(RowWitness(), call, PLACED)
    accept: Any = Accept(id=NAMELESS, at=START, participant=BOB, endpoint=endpoints(BOB)[0])
    gone = ParticipantLeft(participant=ALICE, reason=REGISTRY.named("cancelled", source=Source.LOCAL))
    with (
        pytest.raises(RowBroken, match="leads from Connecting to Disconnecting, and led to Connecting"),
        RowWitness().watching(accept, gone, moved_in_call(call, gone)),
    ):
        later(START, 1)  # anything but the fold
