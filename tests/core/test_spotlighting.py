"""The spotlight: never on more than its limit, never on anybody twice, never on who is not there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    LIMITS,
    Call,
    Command,
    CommandId,
    EndpointId,
    HangUp,
    Instant,
    Join,
    RawId,
    Refused,
    ReportMediaConnected,
    StartSpotlight,
    StopAllSpotlight,
    StopSpotlight,
    decide,
    digest,
    evolve,
)

pytestmark = pytest.mark.property

MOST = LIMITS.spotlighted_participants_max
PEOPLE = tuple(RawId(f"8:acs:resource_guest-{number}") for number in range(MOST + 3))


def asked_for(kind: type[Command], **fields: Any) -> Command:
    """A command of `kind` at the start of time."""
    make: Any = kind
    given: Command = make(id=CommandId("asked"), at=Instant(0), **fields)
    return given


def full() -> Call:
    """A call of three more than the spotlight holds, all up."""
    call = Call()
    for who in PEOPLE:
        join = asked_for(Join, call_id="c", participant=who, endpoint=EndpointId(who), group_id="g")
        for asked in (join, asked_for(ReportMediaConnected, participant=who)):
            for event in decide(call, asked):
                evolve(call, event)
    return call


_SOME = st.lists(st.sampled_from(PEOPLE), max_size=5).map(tuple)
_ONE = st.sampled_from(PEOPLE)
_ASKED = st.one_of(
    st.builds(asked_for, st.just(StartSpotlight), by=_ONE, participants=_SOME),
    st.builds(asked_for, st.just(StartSpotlight), by=_ONE, participants=_SOME),
    st.builds(asked_for, st.just(StopSpotlight), by=_ONE, participants=_SOME),
    st.builds(asked_for, st.just(StopAllSpotlight), by=_ONE),
    st.builds(asked_for, st.just(HangUp), participant=_ONE),
)


@given(st.lists(_ASKED, min_size=1, max_size=25))
def test_the_spotlight_holds_its_order_and_its_limit(
    asked: list[Command],
) -> None:
    call = full()
    for each in asked:
        before, was = digest(call), call.spotlighted
        try:
            events = decide(call, each)
        except Refused:
            assert digest(call) == before
            continue
        for event in events:
            evolve(call, event)
        now = call.spotlighted
        assert len(now) <= MOST
        assert len(set(now)) == len(now)
        assert all(call.participants[who].is_present for who in now)
        stayed = [who for who in was if who in now]
        assert list(now[: len(stayed)]) == stayed, "who stays keeps their place, who comes stands behind"
