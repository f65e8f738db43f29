"""Raised hands: what holds of their order on every way that a call may take."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    Call,
    CallKind,
    CallState,
    Command,
    CommandId,
    EndpointId,
    Event,
    HandRaised,
    HangUp,
    Instant,
    Join,
    LowerAllHands,
    LowerHand,
    LowerHands,
    Participant,
    RaiseHand,
    RawId,
    Refused,
    ReportMediaClosed,
    ReportMediaConnected,
    Role,
    RoleChanged,
    decide,
    digest,
    evolve,
    react,
    replay,
)

pytestmark = pytest.mark.property

PEOPLE = tuple(RawId(f"8:acs:resource_{name}") for name in ("alice", "bob", "carol"))


def asked_for(kind: type[Command], **fields: Any) -> Command:
    """A command of `kind` at the start of time."""
    make: Any = kind
    given: Command = make(id=CommandId("asked"), at=Instant(0), **fields)
    return given


@st.composite
def hours(draw: st.DrawFn) -> list[Event]:
    """The events of a meeting whose people raise, lower, leave and come back."""
    call, tape = Call(), list[Event]()
    for _ in range(draw(st.integers(1, 40))):
        who, other = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PEOPLE))
        asked = draw(
            st.sampled_from(
                [
                    asked_for(
                        Join,
                        participant=who,
                        endpoint=EndpointId(who),
                        call_id="c",
                        group_id="g",
                        has_lobby=False,
                    ),
                    asked_for(ReportMediaConnected, participant=who),
                    asked_for(RaiseHand, participant=who),
                    asked_for(RaiseHand, participant=other),
                    asked_for(LowerHand, participant=who),
                    asked_for(LowerHands, by=who, participants=(who, other)),
                    asked_for(LowerAllHands, by=who),
                    asked_for(HangUp, participant=who),
                    asked_for(ReportMediaClosed, participant=who),
                ]
            )
        )
        before = digest(call)
        try:
            events = decide(call, asked)
        except Refused:
            assert digest(call) == before
            continue
        for each in events:
            evolve(call, each)
            tape.append(each)
    return tape


@given(hours())
def test_no_order_is_given_twice_and_each_is_later_than_all_before(tape: list[Event]) -> None:
    orders = [each.order for each in tape if isinstance(each, HandRaised)]
    assert orders == list(range(1, len(orders) + 1))


@given(hours())
def test_only_who_is_up_has_a_hand_up(tape: list[Event]) -> None:
    call = replay(tape)
    up = {CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}
    for person in call.participants.values():
        assert person.hand is None or person.call_state in up


@given(hours())
def test_a_hand_is_nobody_elses_business_to_carry_out(tape: list[Event]) -> None:
    call = Call()
    for each in tape:
        evolve(call, each)
        if each.name.startswith("hand."):
            assert react(call, each) == ()


@given(st.sampled_from(PEOPLE))
def test_a_role_that_loses_the_right_loses_the_hand(who: RawId) -> None:
    call = Call(kind=CallKind.GROUP, has_lobby=True, hands_raised=4)
    call.participants[who] = Participant(id=who, call_state=CallState.CONNECTED, hand=4)
    evolve(call, RoleChanged(participant=who, role=Role.CONSUMER, lost=("raiseHand",)))
    assert (call.participants[who].hand, call.hands_raised) == (None, 4)
