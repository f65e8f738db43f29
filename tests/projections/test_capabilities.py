"""What each may do, as a view: by hand, and how little is looked at for an event."""

import pytest

from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import CAST, START, Stage
from calltape.core import (
    LIMITS,
    ROLES,
    Call,
    CapabilitiesChangedReason,
    CapabilityReason,
    Participant,
    RawId,
    Recorded,
    Role,
    capabilities,
)
from calltape.core.call.authority import Standing, capable_as
from calltape.projections import CAPABILITIES, CallCapabilities, View
from calltape.projections import capabilities as module

pytestmark = pytest.mark.example

ALICE, BOB = RawId(CAST["alice"]), RawId(CAST["bob"])


def recorded(stage: Stage) -> list[Recorded]:
    return [
        Recorded(position=n, stream="call-call-1", version=n, event=event, at=START)
        for n, event in enumerate(stage.emitted, 1)
    ]


def view_of(*steps: tuple[str, str | None, dict[str, object]]) -> CallCapabilities:
    stage = Stage(LIMITS)
    for do, who, fields in steps:
        stage.give(command_of(stage, {"do": do, "who": who, "with": fields}, 1))
    view = View(CAPABILITIES)
    view.advance(recorded(stage))
    row = view.rows["call-1"]
    assert row.call == stage.call
    return row


MEETING: tuple[tuple[str, str | None, dict[str, object]], ...] = (
    ("Join", "alice", {"has_lobby": True}),
    ("ReportMediaConnected", "alice", {}),
    ("Join", "bob", {}),
    ("ReportMediaConnected", "bob", {}),
    ("Admit", "bob", {"by": "alice"}),
)


def test_nobody_has_any_before_they_are_up() -> None:
    row = view_of(*MEETING[:4])
    assert row.of(BOB).keys() == set(ROLES.capabilities)
    assert {each.reason for each in row.of(BOB).values()} == {CapabilityReason.NOT_INITIALIZED}
    assert [each.participant for each in row.changes] == [ALICE]


def test_being_admitted_is_told_with_the_names_that_changed() -> None:
    row = view_of(*MEETING)
    came_up = row.changes[-1]
    assert (came_up.participant, came_up.reason, came_up.before) == (BOB, None, None)
    assert came_up.after == Standing(Role.ATTENDEE)
    assert dict(row.changed(came_up)) == dict(row.of(BOB)), "nothing was initialized before"


def test_another_role_is_told_with_nothing_but_what_it_changed() -> None:
    row = view_of(*MEETING, ("ChangeRole", "bob", {"role": "Presenter", "by": "alice"}))
    change = row.changes[-1]
    assert (change.participant, change.reason) == (BOB, CapabilitiesChangedReason.ROLE_CHANGED)
    changed = row.changed(change)
    assert changed["manageLobby"].is_present
    assert "unmuteMic" not in changed, "an attendee of a meeting could do that already"
    assert 0 < len(changed) < len(ROLES.capabilities)
    assert row.of(BOB)["manageLobby"].reason is CapabilityReason.CAPABLE


def test_who_hangs_up_has_none_any_more() -> None:
    row = view_of(*MEETING, ("HangUp", "bob", {}))
    assert {each.reason for each in row.of(BOB).values()} == {CapabilityReason.NOT_INITIALIZED}
    assert (row.changes[-1].before, row.changes[-1].after) == (Standing(Role.ATTENDEE), None)


def test_calls_without_roles_say_so_and_nothing_ever_changes() -> None:
    row = view_of(("Join", "alice", {}), ("ReportMediaConnected", "alice", {}), ("Mute", "alice", {}))
    assert row.changes == []
    assert {each.reason for each in row.of(ALICE).values()} == {CapabilityReason.NOT_APPLICABLE}


@pytest.mark.parametrize("others", [0, 40])
def test_an_event_looks_at_whom_it_concerns_alone(others: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are; and of names nothing is worked out until somebody reads."""
    stage = Stage(LIMITS)
    for do, who, fields in MEETING:
        stage.give(command_of(stage, {"do": do, "who": who, "with": fields}, 1))
    for number in range(1, others + 1):
        stage.give(command_of(stage, {"do": "Join", "who": "guest"}, number))
    before = len(stage.emitted)
    stage.give(command_of(stage, {"do": "Mute", "who": "bob"}, 1))
    history = recorded(stage)
    view = View(CAPABILITIES)
    view.advance(history[:before])
    looked: list[RawId] = []

    def counted(call: Call, person: Participant | None) -> Standing | None:
        looked.append(RawId("") if person is None else person.id)
        return capable_as(call, person)

    monkeypatch.setattr(module, "capable_as", counted)
    view.advance(history)
    assert looked == [BOB, BOB], "before and after, and nobody else"
    assert view.rows["call-1"].of(BOB) == capabilities(stage.call, BOB)


def test_what_somebody_is_kept_from_is_told_as_a_change() -> None:
    about: dict[str, object] = {"participants": ["bob"], "modality": "audio", "by": "alice"}
    forbid, permit = ("ForbidMedia", None, about), ("PermitMedia", None, about)
    row = view_of(*MEETING, forbid)
    (name,) = row.changed(row.changes[-1])
    assert name == "unmuteMic"
    assert row.of(BOB)[name].reason is CapabilityReason.MEETING_RESTRICTED
    again = view_of(*MEETING, forbid, permit)
    assert again.changed(again.changes[-1])[name].is_present
