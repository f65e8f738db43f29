"""Coming back: how an observer's roster becomes the authority's again, and who left in the meantime.

Pure functions over rosters. The observer's roster is what it folded before it was cut off, or with gaps; the
authority's comes from who kept the call. An authority that lists only who is present, as a vendor's service
does, is a roster as well: what it does not say is then concluded, and marked.
"""

from collections.abc import Iterator

from calltape.core import CallId, Departure, RawId, RosterReconciled, SeenParticipant

from .roster_rows import Roster, RosterEntry, present


def seen(row: Roster | None) -> dict[RawId, SeenParticipant]:
    """Those present in a roster, as an observer shows them; nobody when there is no row."""
    return {who: _seen(entry) for who, entry in present(row).items()}


def reconcile(
    observed: Roster | None, authority: Roster, *, call_id: CallId, observer: RawId, version: int
) -> RosterReconciled | None:
    """What the observer has to take over; None when it shows what the authority knows already.

    Args:
        observed: the observer's roster, or None when it never had one.
        authority: the roster of who kept the call, after its event `version`.
        call_id, observer: whose view of which call it is.
        version: goes into the event.
    """
    there, gone = seen(authority), tuple(_departures(observed, authority))
    if not gone and there == seen(observed):
        return None
    return RosterReconciled(
        call_id=call_id,
        observer=observer,
        version=version,
        present=tuple(there.values()),
        departures=gone,
    )


def shown_after(fact: RosterReconciled) -> dict[RawId, SeenParticipant]:
    """What the observer shows from then on, whatever it showed before."""
    return {each.id: each for each in fact.present}


def _seen(entry: RosterEntry) -> SeenParticipant:
    return SeenParticipant(
        id=entry.id,
        state=entry.state,
        is_muted=entry.is_muted,
        display_name=entry.display_name,
        entered_at=entry.entered_at,
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
