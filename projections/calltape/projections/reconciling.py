"""Coming back: how an observer's roster becomes the authority's again, and who left in the meantime.

Pure functions over rosters. The observer's roster is what it folded before it was cut off, or with gaps; the
authority's comes from who kept the call. An authority that lists only who is present, as a vendor's service
does, is a roster as well: what it does not say is then concluded, and marked.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs

from calltape.core import (
    CallId,
    CallState,
    Departure,
    ParticipantState,
    RawId,
    RosterReconciled,
    SeenCall,
    SeenParticipant,
)

from .roster_rows import Roster, RosterEntry, present


def seen(row: Roster | None) -> dict[RawId, SeenParticipant]:
    """Those present in a roster, as an authority tells of them; nobody when there is no row."""
    return {who: _seen(entry) for who, entry in present(row).items()}


def reconcile(
    observed: Roster | None, authority: Roster, *, call_id: CallId, observer: RawId, version: int
) -> RosterReconciled | None:
    """What the observer has to take over; None when its roster says the same already.

    Args:
        observed: the observer's roster, or None when it never had one.
        authority: the roster of who kept the call, after its event `version`.
        call_id, observer: whose view of which call it is.
        version: goes into the event.
    """
    fact = RosterReconciled(
        call_id=call_id,
        observer=observer,
        version=version,
        call=SeenCall(**{name: getattr(authority, name) for name in _OF_CALL}),
        participants=tuple(map(_seen, authority.participants.values())),
        departures=tuple(_departures(observed, authority)),
    )
    return None if observed is not None and take_over(observed, fact) == observed else fact


def take_over(observed: Roster | None, fact: RosterReconciled) -> Roster:
    """The observer's roster from then on: the authority's, whatever it said before.

    Of those whom it showed and the authority does not list it remembers that they left, marked as inferred.
    It can be folded on from the call's event after `fact.version`. `observed` is not changed.
    """
    before = {} if observed is None else observed.participants
    gone = {each.id: each for each in fact.departures}
    people = {each.id: _entry(each, gone.get(each.id)) for each in fact.participants}
    people |= {who: _left(entry, gone.get(who)) for who, entry in before.items() if who not in people}
    told: dict[str, Any] = {} if fact.call is None else {name: getattr(fact.call, name) for name in _OF_CALL}
    legs = Counter(entry.call_state for entry in people.values())
    return Roster(call_id=fact.call_id, **told, participants=people, legs=dict(legs))


_OF_CALL = tuple(field.name for field in attrs.fields(SeenCall))
_OF_ENTRY = tuple(field.name for field in attrs.fields(SeenParticipant))


def _seen(entry: RosterEntry) -> SeenParticipant:
    return SeenParticipant(**{name: getattr(entry, name) for name in _OF_ENTRY})


def _entry(told: SeenParticipant, departure: Departure | None) -> RosterEntry:
    """Whom the authority lists. Who left an earlier stay and is back has not left this one."""
    is_gone = told.state is ParticipantState.DISCONNECTED
    return RosterEntry(
        **{name: getattr(told, name) for name in _OF_ENTRY},
        is_departure_inferred=is_gone and departure is not None and departure.is_inferred,
    )


def _left(entry: RosterEntry, departure: Departure | None) -> RosterEntry:
    """Whom the authority does not list: gone by now, if they were not before."""
    if departure is None:
        return attrs.evolve(entry)
    return attrs.evolve(
        entry,
        state=ParticipantState.DISCONNECTED,
        call_state=CallState.DISCONNECTED,
        is_media_lost=False,
        streams={},
        hand=None,
        spotlight=False,
        is_speaking=False,
        left_at=departure.left_at,
        end_reason=departure.reason,
        is_departure_inferred=departure.is_inferred,
    )


def _departures(observed: Roster | None, authority: Roster) -> Iterator[Departure]:
    """Who was shown and is gone. Who left and came back has left all the same; nobody knows how."""
    for who, shown in present(observed).items():
        known = authority.participants.get(who)
        if known is None or known.entered_at != shown.entered_at:
            yield Departure(id=who, is_inferred=True)
        elif not known.is_present:
            yield Departure(
                id=who,
                reason=known.end_reason,
                left_at=known.left_at,
                is_inferred=known.end_reason is None,
            )
