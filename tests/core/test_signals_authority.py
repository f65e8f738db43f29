"""What the Capabilities feature says of signals is what the decisions do: present, and not refused for the
lack of it.
"""

from collections.abc import Mapping
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
    Instant,
    Participant,
    RaiseHand,
    RawId,
    Refused,
    Role,
    StartSpotlight,
    StopAllSpotlight,
    StopSpotlight,
    capabilities,
    decide,
    digest,
)
from calltape.core.roles import ROLES, RoleScheme

pytestmark = pytest.mark.property

ALICE = RawId("8:acs:resource_alice")
BOB = RawId("8:acs:resource_bob")


def asked_for(kind: type[Command], **fields: Any) -> Command:
    """A command of `kind` at the start of time."""
    make: Any = kind
    given: Command = make(id=CommandId("asked"), at=Instant(0), **fields)
    return given


ASKED: Mapping[str, tuple[Command, ...]] = {
    "raiseHand": (asked_for(RaiseHand, participant=ALICE),),
    "spotlightParticipant": (
        asked_for(StartSpotlight, by=ALICE),
        asked_for(StartSpotlight, by=ALICE, participants=(BOB,)),
    ),
    "removeParticipantsSpotlight": (
        asked_for(StopSpotlight, by=ALICE, participants=(BOB,)),
        asked_for(StopAllSpotlight, by=ALICE),
    ),
}
"""What a capability is asked for with."""

UP = (CallState.CONNECTED, CallState.LOCAL_HOLD)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """A room or a meeting in which Alice, in any role it knows, and Bob are up."""
    scheme = draw(st.sampled_from([RoleScheme.ROOM, RoleScheme.MEETING]))
    call = Call(kind=CallKind.ROOM if scheme is RoleScheme.ROOM else CallKind.GROUP, present=2, open_legs=2)
    call.room_id = "room-1" if scheme is RoleScheme.ROOM else None
    call.has_lobby = scheme is RoleScheme.MEETING
    roles = st.sampled_from([Role.UNKNOWN, *sorted(ROLES.kinds[scheme].roles)])
    for who in (ALICE, BOB):
        leg = draw(st.sampled_from(UP))
        call.participants[who] = Participant(id=who, role=draw(roles), call_state=leg)
    call.spotlighted = draw(st.sampled_from([(), (BOB,)]))
    return call


@given(calls(), st.sampled_from([(name, asked) for name, each in ASKED.items() for asked in each]))
def test_a_capability_is_there_when_nothing_is_refused_for_want_of_it(
    call: Call, about: tuple[str, Command]
) -> None:
    name, asked = about
    before = digest(call)
    assert capabilities(call, ALICE)[name].is_present is not _lacks(call, asked, name)
    assert digest(call) == before


def _lacks(call: Call, asked: Command, name: str) -> bool:
    """Whether `asked` is refused because who asks has not what `name` names."""
    try:
        decide(call, asked)
    except Refused as refused:
        return name in refused.reason
    return False
