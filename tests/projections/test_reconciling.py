"""After coming back an observer shows what the authority knows, and says whose leaving it only concluded."""

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltape.conformance.log_strategies import recorded_histories
from calltape.core import (
    CallId,
    Instant,
    RawId,
    Recorded,
    RosterReconciled,
    SeenCall,
    SeenParticipant,
)
from calltape.projections import ROSTER, Roster, RosterEntry, View
from calltape.projections.reconciling import reconcile, seen, take_over
from calltape.projections.roster_rows import present

pytestmark = pytest.mark.property

CALL = CallId("call-1")
OBSERVER = RawId("8:acs:resource_alice")


def roster_of(history: Sequence[Recorded]) -> Roster | None:
    view = View(ROSTER)
    view.advance(history)
    return view.rows.get(CALL)


def brought_together(observed: Roster | None, authority: Roster) -> RosterReconciled | None:
    return reconcile(observed, authority, call_id=CALL, observer=OBSERVER, version=1)


def only_those_present(row: Roster) -> Roster:
    """A roster as a service tells it that lists nobody who left."""
    return attrs.evolve(row, participants=present(row))


@st.composite
def two_rosters(draw: st.DrawFn) -> tuple[Roster | None, Roster]:
    """What an observer has that saw some events of a call, or none; and what the authority has at its end."""
    history = draw(recorded_histories(1, max_size=20).filter(bool))
    missed_from = draw(st.integers(0, len(history)))
    authority = roster_of(history)
    assert authority is not None
    return roster_of(history[:missed_from]), authority


@settings(max_examples=80)
@given(rosters=two_rosters(), is_telling=st.booleans())
def test_afterwards_the_observer_shows_what_the_authority_knows(
    rosters: tuple[Roster | None, Roster], is_telling: bool
) -> None:
    observed, authority = rosters
    fact = brought_together(observed, authority if is_telling else only_those_present(authority))
    after = observed if fact is None else take_over(observed, fact)
    assert seen(after) == seen(authority)
    assert list(seen(after)) == list(seen(authority)) or fact is None
    assert not is_telling or after == authority, "who told of everybody is believed in everything"


@settings(max_examples=80)
@given(rosters=two_rosters())
def test_everybody_shown_before_stays_or_departs(rosters: tuple[Roster | None, Roster]) -> None:
    observed, authority = rosters
    fact = brought_together(observed, authority)
    gone: set[RawId] = set() if fact is None else {each.id for each in fact.departures}
    for who, shown in seen(observed).items():
        now = seen(authority).get(who)
        is_same_stay = now is not None and now.entered_at == shown.entered_at
        assert is_same_stay is (who not in gone)
    assert gone <= set(seen(observed))


@settings(max_examples=80)
@given(rosters=two_rosters())
def test_a_departure_is_inferred_exactly_when_nobody_told_of_it(
    rosters: tuple[Roster | None, Roster],
) -> None:
    observed, authority = rosters
    told = brought_together(observed, authority)
    for each in () if told is None else told.departures:
        entry = authority.participants[each.id]
        is_told = not entry.is_present and entry.entered_at == present(observed)[each.id].entered_at
        assert each.is_inferred is not is_told
        assert (each.reason, each.left_at) == ((entry.end_reason, entry.left_at) if is_told else (None, None))
    silent = brought_together(observed, only_those_present(authority))
    for each in () if silent is None else silent.departures:
        assert (each.is_inferred, each.reason, each.left_at) == (True, None, None)


@settings(max_examples=40)
@given(rosters=two_rosters())
def test_who_missed_nothing_has_nothing_to_take_over(rosters: tuple[Roster | None, Roster]) -> None:
    _, authority = rosters
    assert brought_together(authority, authority) is None


def test_whatever_a_roster_says_an_authority_can_tell() -> None:
    """A new field of the roster is told of as well, or a resumed observer would lack it."""
    told = {field.name for field in attrs.fields(SeenParticipant)}
    assert told | {"is_departure_inferred"} == {field.name for field in attrs.fields(RosterEntry)}
    of_call = {field.name for field in attrs.fields(SeenCall)}
    assert of_call | {"call_id", "participants", "legs"} == {field.name for field in attrs.fields(Roster)}


@settings(max_examples=40)
@given(rosters=two_rosters())
def test_whose_leaving_was_concluded_is_marked(rosters: tuple[Roster | None, Roster]) -> None:
    observed, authority = rosters
    fact = brought_together(observed, only_those_present(authority))
    after = take_over(observed, fact) if fact is not None else None
    for each in () if fact is None else fact.departures:
        assert after is not None
        entry = after.participants[each.id]
        is_back = each.id in present(authority)
        assert entry.is_departure_inferred is not is_back
        assert entry.is_present is is_back


def test_taking_over_leaves_what_was_observed_alone() -> None:
    observed = Roster(participants={OBSERVER: RosterEntry(id=OBSERVER, entered_at=Instant(1))})
    fact = brought_together(observed, Roster())
    assert fact is not None
    after = take_over(observed, fact)
    assert after.participants[OBSERVER].is_departure_inferred
    assert observed.participants == {OBSERVER: RosterEntry(id=OBSERVER, entered_at=Instant(1))}
