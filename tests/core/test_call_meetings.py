"""Meetings: what the scenarios cannot say. What a change of role carries, what admitting everybody counts."""

import pytest

from calltape.core import (
    AdmissionCounts,
    AdmitAll,
    Call,
    ChangeRole,
    Command,
    CommandId,
    EndpointId,
    Event,
    Instant,
    Join,
    ParticipantAdmitted,
    RawId,
    Refused,
    ReportMediaConnected,
    Role,
    RoleChanged,
    admission_counts,
    decide,
    evolve,
    replay,
)
from calltape.core.values import CallId

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(f"8:acs:resource_{name}") for name in ("alice", "bob", "carol"))
AT = Instant(0)


def join(who: RawId) -> Join:
    return Join(
        id=CommandId(f"join-{who}"),
        at=AT,
        call_id=CallId("call-1"),
        participant=who,
        endpoint=EndpointId(f"{who}/desk"),
        group_id="group",
        has_lobby=True,
    )


def meeting() -> tuple[Call, list[Event]]:
    """Alice is in, Bob and Carol wait."""
    call, history = Call(), list[Event]()
    for who in (ALICE, BOB, CAROL):
        for asked in (join(who), ReportMediaConnected(id=CommandId(f"up-{who}"), at=AT, participant=who)):
            history += told(call, asked)
    return call, history


def told(call: Call, asked: Command) -> tuple[Event, ...]:
    events = decide(call, asked)
    for event in events:
        evolve(call, event)
    return events


def change(role: Role, by: RawId = ALICE) -> ChangeRole:
    return ChangeRole(id=CommandId("change"), at=AT, participant=BOB, role=role, by=by)


def test_a_change_of_role_says_which_capabilities_came_and_went() -> None:
    call, _ = meeting()
    changed = told(call, change(Role.PRESENTER))[0]
    assert isinstance(changed, RoleChanged)
    assert (changed.role, changed.by, changed.lost) == (Role.PRESENTER, ALICE, ())
    assert set(changed.gained) >= {"shareScreen", "manageLobby", "muteOthers", "removeParticipant"}
    back = told(call, change(Role.ATTENDEE))[0]
    assert isinstance(back, RoleChanged)
    assert (back.gained, back.lost) == ((), changed.gained)


def test_admitting_all_is_counted_from_what_was_and_what_followed() -> None:
    call, history = meeting()
    before = call.copy()
    events = told(call, AdmitAll(id=CommandId("all"), at=AT, by=ALICE))
    assert [type(event) for event in events] == [ParticipantAdmitted, ParticipantAdmitted]
    assert admission_counts(before, events) == AdmissionCounts(success=2, failure=0)
    assert admission_counts(before, events[:1]) == AdmissionCounts(success=1, failure=1)
    assert replay([*history, *events]) == call


def test_a_refused_change_of_role_changes_nothing() -> None:
    call, _ = meeting()
    before = call.copy()
    with pytest.raises(Refused, match="only the organizers of a meeting give roles"):
        decide(call, ChangeRole(id=CommandId("change"), at=AT, participant=BOB, role=Role.PRESENTER))
    assert call == before
