"""The list of calls, by hand."""

import pytest

from calltape.core import (
    SECOND,
    CallEnded,
    CallId,
    CallKind,
    CallPromoted,
    CallStarted,
    EndpointId,
    EndReason,
    Event,
    Instant,
    ParticipantInvited,
    ParticipantJoined,
    RawId,
    Recorded,
    Source,
)
from calltape.projections import View
from calltape.projections.calls import CALLS, CallRecord

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = RawId("8:acs:alice"), RawId("8:acs:bob"), RawId("8:acs:carol")
LATER = Instant(1_000 * SECOND)
CANCELLED = EndReason(code=487, subcode=0, source=Source.LOCAL)


def record(number: int, version: int, event: Event) -> Recorded:
    return Recorded(
        position=number, stream="call-c", version=version, event=event, at=Instant(number * SECOND)
    )


STARTED = CallStarted(
    call_id=CallId("c"), kind=CallKind.ONE_TO_ONE, starter=ALICE, waits_for_answer=True, ends_by=LATER
)
JOINED = ParticipantJoined(participant=ALICE, endpoint=EndpointId("desk"), establish_until=LATER)
BOB_INVITED = ParticipantInvited(participant=BOB, by=ALICE, answer_until=LATER)
CAROL_INVITED = ParticipantInvited(participant=CAROL, by=ALICE, answer_until=LATER)


def test_a_call_at_a_glance() -> None:
    view = View(CALLS)
    view.advance([record(1, 1, STARTED), record(2, 2, JOINED), record(3, 3, BOB_INVITED)])
    assert view.rows == {
        "c": CallRecord(
            call_id=CallId("c"),
            kind=CallKind.ONE_TO_ONE,
            starter=ALICE,
            started_at=Instant(1 * SECOND),
            participants={ALICE: Instant(2 * SECOND), BOB: Instant(3 * SECOND)},
            events=3,
        )
    }


def test_growing_and_ending() -> None:
    view = View(CALLS)
    view.advance([record(1, 1, STARTED), record(2, 2, JOINED), record(3, 3, BOB_INVITED)])
    view.advance([record(4, 4, CallPromoted(by=ALICE)), record(5, 5, CAROL_INVITED)])
    view.advance([record(6, 6, BOB_INVITED), record(9, 9, CallEnded(reason=CANCELLED))])
    row = view.rows["c"]
    assert row.kind is CallKind.GROUP
    assert row.participants == {ALICE: 2 * SECOND, BOB: 3 * SECOND, CAROL: 5 * SECOND}
    assert list(row.participants) == [ALICE, BOB, CAROL]
    assert (row.ended_at, row.end_reason) == (9 * SECOND, CANCELLED)
    assert row.events == 9, "events that this code could not read are counted too"
