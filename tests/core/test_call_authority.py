"""Who may do what: roles against the matrix, and what the Capabilities feature says."""

import pytest
from hypothesis import given

from calltape.conformance.strategies import histories
from calltape.core import (
    Call,
    CallKind,
    CallState,
    CommandId,
    Event,
    Instant,
    Mute,
    Participant,
    RawId,
    Refused,
    RoleChanged,
    evolve,
)
from calltape.core.call.authority import (
    CapabilitiesChangedReason,
    Capability,
    CapabilityReason,
    capabilities,
    capabilities_changed,
    capabilities_of,
    capability_changes,
    is_capable,
    require_capability,
)
from calltape.core.roles import ROLES, Role

pytestmark = [pytest.mark.example, pytest.mark.property]

ALICE = RawId("8:acs:resource_alice")
PHONE = RawId("4:+14255550123")
ASKED = Mute(id=CommandId("asked"), at=Instant(0), participant=ALICE)


def call_of(role: Role, **facts: object) -> Call:
    call = Call(kind=CallKind.GROUP)
    call.participants[ALICE] = Participant(id=ALICE, call_state=CallState.CONNECTED, role=role)
    for name, value in facts.items():
        setattr(call, name, value)
    return call


def present(call: Call) -> set[str]:
    return {name for name, capability in capabilities(call, ALICE).items() if capability.is_present}


def test_every_call_answers_all_25_names() -> None:
    for call in (call_of(Role.UNKNOWN), call_of(Role.PRESENTER, room_id="room-1")):
        assert tuple(capabilities(call, ALICE)) == ROLES.capabilities


def test_a_plain_call_has_no_capabilities_and_no_restrictions() -> None:
    call = call_of(Role.UNKNOWN)
    assert set(capabilities(call, ALICE).values()) == {Capability(False, CapabilityReason.NOT_APPLICABLE)}
    for name in ROLES.capabilities:
        require_capability(call, ALICE, name, ASKED)
        assert is_capable(call, Role.UNKNOWN, name)


def test_who_is_not_up_has_none_yet() -> None:
    call = call_of(Role.PRESENTER, has_lobby=True)
    call.participants[ALICE].call_state = CallState.IN_LOBBY
    assert set(capabilities(call, ALICE).values()) == {Capability(False, CapabilityReason.NOT_INITIALIZED)}
    assert set(capabilities(call, PHONE).values()) == {Capability(False, CapabilityReason.NOT_INITIALIZED)}


def test_a_consumer_of_a_room_watches_and_listens() -> None:
    assert present(call_of(Role.CONSUMER, room_id="room-1")) == {
        *("startLiveCallingCaptions", "setCaptionLanguage", "raiseHand", "useReactions"),
        *("viewAttendeeNames", "realTimeText"),
    }


def test_a_telephone_in_a_room_may_nothing() -> None:
    call = call_of(Role.UNKNOWN, room_id="room-1")
    assert present(call) == set()


@pytest.mark.parametrize(
    ("role", "capability", "facts", "told"),
    [
        (
            Role.ATTENDEE,
            "removeParticipant",
            {"room_id": "r"},
            "has the role Attendee, which does not include",
        ),
        (Role.PRESENTER, "hangUpForEveryOne", {"room_id": "r"}, "not available in this kind of call"),
        (Role.PRESENTER, "pstnDialOut", {"room_id": "r"}, "the room does not allow pstnDialOut"),
        (Role.ATTENDEE, "manageLobby", {"has_lobby": True}, "has the role Attendee"),
    ],
)
def test_what_a_role_lacks_is_refused_and_says_why(
    role: Role, capability: str, facts: dict[str, object], told: str
) -> None:
    call = call_of(role, **facts)
    before = call.copy()
    with pytest.raises(Refused, match=told) as refused:
        require_capability(call, ALICE, capability, ASKED)
    assert (refused.value.state, refused.value.command) == ("Connected", "Mute")
    assert call == before
    assert not is_capable(call, role, capability)


def test_who_is_not_in_the_call_has_no_role_in_it() -> None:
    with pytest.raises(Refused, match="has the role Unknown"):
        require_capability(call_of(Role.PRESENTER, room_id="r"), PHONE, "removeParticipant", ASKED)


def test_a_presenter_dials_out_where_the_room_allows_it() -> None:
    call = call_of(Role.PRESENTER, room_id="r", is_pstn_dial_out_enabled=True)
    require_capability(call, ALICE, "pstnDialOut", ASKED)


def test_only_what_changed_is_told() -> None:
    call = call_of(Role.COLLABORATOR, room_id="r")
    before, after = capabilities_of(call, Role.COLLABORATOR), capabilities_of(call, Role.ATTENDEE)
    assert capabilities_changed(before, after) == {
        "shareScreen": Capability(False, CapabilityReason.ROLE_RESTRICTED)
    }
    assert capabilities_changed(before, before) == {}


def test_a_change_is_told_with_what_was_what_is_and_why() -> None:
    before = call_of(Role.COLLABORATOR, room_id="r")
    after = call_of(Role.ATTENDEE, room_id="r")
    change = capability_changes(before, after, ALICE)
    assert change is not None
    assert dict(change.old) == {"shareScreen": Capability(True, CapabilityReason.CAPABLE)}
    assert dict(change.new) == {"shareScreen": Capability(False, CapabilityReason.ROLE_RESTRICTED)}
    assert change.reason is CapabilitiesChangedReason.ROLE_CHANGED
    assert capability_changes(before, before.copy(), ALICE) is None
    assert capability_changes(before, after, PHONE) is None


def test_who_comes_up_has_them_all_at_once_and_who_leaves_has_none() -> None:
    up = call_of(Role.CONSUMER, room_id="r")
    away = up.copy()
    away.participants[ALICE].call_state = CallState.DISCONNECTING
    came, went = capability_changes(away, up, ALICE), capability_changes(up, away, ALICE)
    assert came is not None
    assert went is not None
    assert (came.reason, went.reason) == (None, None)
    assert tuple(came.new) == tuple(went.new) == ROLES.capabilities
    assert (came.old, came.new) == (went.new, went.old)


@given(histories())
def test_an_event_about_somebody_changes_only_what_they_can_do(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        before = call.copy()
        evolve(call, event)
        for who in call.participants:
            change = capability_changes(before, call, who)
            if change is not None:
                assert getattr(event, "participant", who) == who  # else it is about all, as a recording is
                assert (change.reason is not None) is isinstance(event, RoleChanged)
