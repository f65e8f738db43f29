"""The rule that an illegal event breaks."""

import pytest

from calltape.core import (
    CALL,
    LIFECYCLES,
    Call,
    CallEnded,
    CallState,
    ParticipantHeld,
    ParticipantMuted,
    PushExpired,
    RawId,
    rule_against,
    rule_of_row,
)
from calltape.core.call.rooms import WHOLE_CHANGES, WHOLE_PLACES

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:alice")


def test_the_rows_that_have_the_event_are_named_with_their_states() -> None:
    rule = rule_of_row(CALL, CallState.DISCONNECTED, ParticipantHeld, who=ALICE)
    rows = [row for row in CALL.rows if row.emits == "ParticipantHeld" and row.whose == "self"]
    assert rule.rows == tuple(dict.fromkeys(row.row for row in rows))
    assert all(f"{row.source}" in rule.says for row in rows)
    assert rule.says.startswith("participant.held follows only ")
    assert rule.says.endswith(f"and the call of {ALICE} was in Disconnected, which nothing leaves")


def test_an_event_that_no_row_has() -> None:
    rule = rule_of_row(LIFECYCLES["room"], "Created", PushExpired)
    assert rule.rows == ()
    assert rule.says == "push.expired does not fit what stands before it, and no row of room has it"


def test_a_ruling_changes_nothing() -> None:
    call = Call()
    rule = rule_against(call, ParticipantMuted(participant=ALICE))
    assert (rule.lifecycle, rule.says, rule.people) == ("call", "a call begins with call.started", (ALICE,))
    assert call == Call()


def test_every_event_about_the_whole_call_says_where_it_stands() -> None:
    assert WHOLE_PLACES.keys() == WHOLE_CHANGES.keys()
    assert all(WHOLE_PLACES.values())
    assert CallEnded in WHOLE_PLACES
