"""What an observer takes over is stored like any event, in a stream of its own."""

import pytest

from calltape.adapters.codec import decode, encode
from calltape.core import (
    CallId,
    Departure,
    Instant,
    ParticipantState,
    RawId,
    RosterReconciled,
    SeenParticipant,
    observer_stream,
)
from calltape.core.call.rooms import CHANGES, WHOLE_CHANGES

pytestmark = pytest.mark.example

ALICE, BOB = RawId("8:acs:alice"), RawId("8:acs:bob")
CAME_BACK = RosterReconciled(
    call_id=CallId("standup"),
    observer=ALICE,
    version=17,
    participants=(SeenParticipant(id=ALICE, state=ParticipantState.CONNECTED, entered_at=Instant(5)),),
    departures=(Departure(id=BOB, is_inferred=True),),
)


def test_it_is_stored_and_read_back() -> None:
    topic, data = encode(CAME_BACK)
    assert topic == "roster.reconciled@2"
    assert decode(topic, data) == CAME_BACK


def test_it_is_no_event_of_the_call() -> None:
    assert RosterReconciled not in CHANGES
    assert RosterReconciled not in WHOLE_CHANGES
    assert observer_stream(CallId("standup"), ALICE) == "observer-standup-8:acs:alice"
