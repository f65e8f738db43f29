"""Which deadlines should run, worked out for single calls."""

import pytest

from calltape.conformance.alphabet import ALICE, BOB, NAMELESS, START, endpoints, placed, take
from calltape.conformance.waits import expected_waits
from calltape.core import (
    Call,
    Command,
    DeadlineKey,
    HangUp,
    Hold,
    Offer,
    RawId,
    ReportMediaClosed,
    StartVideo,
    Wait,
    replay,
)
from calltape.core.call.answering import Accept
from calltape.core.call.connecting import ReportMediaConnected

pytestmark = pytest.mark.example


def after(*commands: Command) -> Call:
    call = Call()
    for command in commands:
        replay(take(call, command).events, call)
    return call


START_IT = placed(BOB)
UP: tuple[Command, ...] = (
    START_IT,
    Offer(id=NAMELESS, at=START, participant=BOB, endpoint=endpoints(BOB)[0]),
    Accept(id=NAMELESS, at=START, participant=BOB, endpoint=endpoints(BOB)[0]),
    ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE),
    ReportMediaConnected(id=NAMELESS, at=START, participant=BOB),
)
NOBODY = frozenset[RawId]()
DURATION = DeadlineKey(Wait.DURATION)


def test_a_call_that_rings_waits_for_both() -> None:
    assert expected_waits(after(START_IT), NOBODY) == {
        *(DURATION, DeadlineKey(Wait.ESTABLISH, ALICE), DeadlineKey(Wait.ESTABLISH, BOB))
    }


def test_a_call_that_is_up_waits_for_what_was_asked_and_what_is_lost() -> None:
    assert expected_waits(after(*UP), NOBODY) == {DURATION}
    assert expected_waits(after(*UP), {BOB}) == {DURATION, DeadlineKey(Wait.RECONNECT, BOB)}
    held = after(*UP, Hold(id=NAMELESS, at=START, participant=ALICE))
    assert expected_waits(held, NOBODY) == {DURATION, DeadlineKey(Wait.MODALITY, ALICE)}
    seen = after(*UP, StartVideo(id=NAMELESS, at=START, participant=BOB))
    assert expected_waits(seen, NOBODY) == {DURATION, DeadlineKey(Wait.VIDEO, BOB)}


def test_a_call_that_everybody_left_waits_for_the_legs_and_then_for_nothing() -> None:
    left = (*UP, HangUp(id=NAMELESS, at=START, participant=ALICE))
    both = {DeadlineKey(Wait.TEARDOWN, ALICE), DeadlineKey(Wait.TEARDOWN, BOB)}
    assert expected_waits(after(*left), NOBODY) == both
    closed = (ReportMediaClosed(id=NAMELESS, at=START, participant=who) for who in (ALICE, BOB))
    assert expected_waits(after(*left, *closed), NOBODY) == set()
