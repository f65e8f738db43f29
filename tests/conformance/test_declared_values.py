"""Values of one type are found and changed wherever they stand in an event."""

from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs
import pytest

from calltape.conformance.declared_values import GONE, values_of, with_values
from calltape.core import (
    EVENTS,
    CallId,
    DominantSpeakersChanged,
    Instant,
    ParticipantInvited,
    ParticipantMuted,
    ParticipantState,
    RawId,
)
from calltape.core.observing import RosterReconciled, SeenParticipant

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = RawId("8:acs:alice"), RawId("8:acs:bob"), RawId("8:acs:carol")


def without(fact: Any, *gone: RawId) -> Any:
    return with_values(fact, RawId, lambda who: GONE if who in gone else who)


def test_everybody_in_an_event_is_found() -> None:
    invited = ParticipantInvited(participant=BOB, by=ALICE, answer_until=Instant(5), redirected_by=(CAROL,))
    assert set(values_of(invited, RawId)) == {ALICE, BOB, CAROL}
    assert list(values_of(invited, Instant)) == [5]


def test_an_event_is_nothing_without_whom_it_needs() -> None:
    assert without(ParticipantMuted(participant=BOB), BOB) is None
    assert without(ParticipantInvited(participant=BOB, by=ALICE, answer_until=Instant(5)), ALICE) is None


def test_lists_and_what_may_be_left_out_go_on_without_them() -> None:
    spoke = DominantSpeakersChanged(call_id=CallId("c"), speakers=(ALICE, BOB), speaking=(BOB,))
    assert without(spoke, ALICE).speakers == (BOB,)
    assert without(spoke, ALICE, BOB) is None, "a list of nobody says nothing"
    invited = ParticipantInvited(participant=BOB, by=ALICE, answer_until=Instant(5), redirected_by=(CAROL,))
    assert without(invited, CAROL).redirected_by == ()


def test_what_does_not_change_is_the_same_value() -> None:
    muted = ParticipantMuted(participant=BOB)
    assert without(muted, ALICE) is muted
    assert with_values(muted, Instant, lambda at: at + 1) is muted


def test_values_inside_values_are_changed() -> None:
    seen = SeenParticipant(id=BOB, state=ParticipantState.CONNECTED, entered_at=Instant(1))
    told = RosterReconciled(call_id=CallId("c"), observer=ALICE, version=3, participants=(seen,))
    changed: Any = with_values(told, RawId, lambda who: CAROL if who == BOB else who)
    assert changed.participants[0].id == CAROL
    assert told.participants[0].id == BOB
    assert without(told, BOB) is None


def test_every_declaration_is_of_a_shape_that_is_known() -> None:
    """One type, or that or none, a list of one, a table; a type that is only text would hide people."""
    for kind in EVENTS.values():
        for each in attrs.fields(kind):
            assert not isinstance(each.type, str), f"{kind.name}: {each.name}"
            if get_origin(each.type) in {Union, UnionType}:
                only = [part for part in get_args(each.type) if part is not NoneType]
                assert len(only) == 1, f"{kind.name}: {each.name} may be of several types"
