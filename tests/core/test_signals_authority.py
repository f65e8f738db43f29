"""What the Capabilities feature says of signals is what the decisions do: present, and not refused for the
lack of it.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calltape.core import (
    Call,
    CallKind,
    CallState,
    CapabilityReason,
    CaptionsState,
    Command,
    CommandId,
    Instant,
    Participant,
    RaiseHand,
    RawId,
    ReactionBatch,
    ReactionKind,
    Refused,
    Role,
    SendReaction,
    SendRealTimeText,
    SetCaptionLanguage,
    StartCaptions,
    StartSpotlight,
    StopAllSpotlight,
    StopSpotlight,
    TextBook,
    capabilities,
    decide,
    decide_reaction,
    decide_text,
    digest,
)
from calltape.core.roles import ROLES, RoleScheme

pytestmark = pytest.mark.property

ALICE = RawId("8:acs:resource_alice")
BOB = RawId("8:acs:resource_bob")


def asked_for(kind: type[Command], /, **fields: Any) -> Command:
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
    "setCaptionLanguage": (
        asked_for(SetCaptionLanguage, participant=ALICE, language="fr", supported=("fr",)),
    ),
    "startLiveCallingCaptions": (asked_for(StartCaptions, participant=ALICE),),
    "startLiveMeetingCaptions": (asked_for(StartCaptions, participant=ALICE),),
    "useReactions": (asked_for(SendReaction, participant=ALICE, kind=ReactionKind.LIKE),),
    "realTimeText": (asked_for(SendRealTimeText, participant=ALICE, text="a"),),
    "removeParticipantsSpotlight": (
        asked_for(StopSpotlight, by=ALICE, participants=(BOB,)),
        asked_for(StopAllSpotlight, by=ALICE),
    ),
}
"""What a capability is asked for with."""

OF_ONE_KIND = {"startLiveCallingCaptions", "startLiveMeetingCaptions"}
"""What one kind of call alone has."""


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """A room or a meeting in which Alice, in any role it knows, and Bob are up."""
    scheme = draw(st.sampled_from([RoleScheme.ROOM, RoleScheme.MEETING]))
    call = Call(kind=CallKind.ROOM if scheme is RoleScheme.ROOM else CallKind.GROUP, present=2, open_legs=2)
    call.room_id = "room-1" if scheme is RoleScheme.ROOM else None
    call.has_lobby = scheme is RoleScheme.MEETING
    roles = st.sampled_from([Role.UNKNOWN, *sorted(ROLES.kinds[scheme].roles)])
    for who in (ALICE, BOB):
        call.participants[who] = Participant(id=who, role=draw(roles), call_state=CallState.CONNECTED)
    call.spotlighted = draw(st.sampled_from([(), (BOB,)]))
    return call


@given(calls(), st.sampled_from([(name, asked) for name, each in ASKED.items() for asked in each]))
def test_a_capability_is_there_when_nothing_is_refused_for_want_of_it(
    call: Call, about: tuple[str, Command]
) -> None:
    name, asked = about
    if name == "setCaptionLanguage":
        call.participants[ALICE].captions = CaptionsState.ACTIVE
    before = digest(call)
    if capabilities(call, ALICE)[name].reason is CapabilityReason.NOT_APPLICABLE:
        assume(name not in OF_ONE_KIND)  # a call of the other kind has the other name
    assert capabilities(call, ALICE)[name].is_present is not _lacks(call, asked, name)
    assert digest(call) == before


def _lacks(call: Call, asked: Command, name: str) -> bool:
    """Whether `asked` is refused because who asks has not what `name` names."""
    try:
        if isinstance(asked, SendReaction):
            decide_reaction(call, ReactionBatch(), asked)
        elif isinstance(asked, SendRealTimeText):
            decide_text(call, TextBook(), asked)
        else:
            decide(call, asked)
    except Refused as refused:
        return name in refused.reason
    return False
