"""`roster`: who is in each call, in which state, muted or not, and why they left.

The states move by the lifecycles' own tables, independently of `replay`; the tests hold the two against each
other. What an event costs does not depend on how many people are in the call.

Who speaks is no event of the call: it stands in a stream beside it, and is never pruned. Each fact there says
all of it, so that it does not matter where it falls among the events of the call.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from calltape.core import (
    CALL,
    PARTICIPANT,
    STREAM_LIFECYCLES,
    CallEnded,
    CallStarted,
    CallState,
    DominantSpeakersChanged,
    Event,
    Instant,
    ParticipantState,
    RawId,
    Recorded,
    StreamKind,
    StreamState,
)
from calltape.core.call.rooms import CHANGES, ENTRANCES, WHOLE_CHANGES
from calltape.core.states import furthest
from calltape.core.streams import moved, state_in

from .call_events import call_of
from .projection import Projection
from .roster_facets import FACETS, WHOLE_FACETS, Facet
from .roster_rows import Roster, RosterEntry


class _Plan(NamedTuple):
    """What one kind of event about one participant moves; None where it does not touch a machine."""

    enters: bool
    leg: Mapping[CallState, CallState] | None
    seen: Mapping[ParticipantState, ParticipantState] | None
    peer: Mapping[CallState, CallState] | None
    stream: tuple[StreamKind, Mapping[StreamState, StreamState]] | None
    facet: Facet | None


def _plan(kind: type[Event]) -> _Plan:
    name = kind.__name__
    return _Plan(
        enters=kind in ENTRANCES,
        leg=CALL.table(name),
        seen=PARTICIPANT.table(name),
        peer=CALL.table(name, "peer"),
        stream=_stream_plan(name),
        facet=FACETS.get(kind),
    )


def _stream_plan(name: str) -> tuple[StreamKind, Mapping[StreamState, StreamState]] | None:
    """Which kind of stream the event moves, if any, and where to."""
    tables = ((kind, life.table(name)) for kind, life in STREAM_LIFECYCLES.items())
    return next(((kind, table) for kind, table in tables if table is not None), None)


_PLANS: dict[type[Event], _Plan] = {kind: _plan(kind) for kind in CHANGES}
_EVERYBODY: dict[type[Event], Mapping[CallState, CallState]] = {
    kind: CALL.table(kind.__name__, "all") or {} for kind in WHOLE_CHANGES
}


def _fold(row: Roster, recorded: Recorded) -> Roster:
    if row.illegal_version is not None:
        return row
    plan = _PLANS.get(recorded.event.__class__)
    try:
        if plan is not None:
            _move_one(row, plan, recorded.event, recorded.at)
        elif isinstance(recorded.event, DominantSpeakersChanged):
            _hear(row, recorded.event, recorded.version)
        else:
            _move_everybody(row, recorded.event, recorded.at)
    except KeyError:
        # A table has no such row, or the event names somebody who is not there. Nothing has changed yet.
        row.illegal_version = recorded.version
    return row


def _move_one(row: Roster, plan: _Plan, fact: Any, at: Instant) -> None:
    """An event about one participant. All look-ups come first, so that a KeyError leaves no trace."""
    enters, leg_table, seen_table, peer_table, stream, facet = plan
    who: RawId = fact.participant
    entry = _new_entry(row, who, at) if enters else row.participants[who]
    leg = leg_table[entry.call_state] if leg_table is not None else entry.call_state
    seen = seen_table[entry.state] if seen_table is not None else entry.state
    streams = entry.streams
    if stream is not None:
        kind, stream_table = stream
        streams = moved(streams, kind, stream_table[state_in(streams, kind)])
    if peer_table is not None and (peer := _peer(row, entry)) is not None:
        _move_leg(row, peer, peer_table[peer.call_state])
    if enters:
        _enter(row, entry)
    _move_leg(row, entry, leg)
    entry.state = seen
    entry.streams = streams
    if seen is ParticipantState.CONNECTED and entry.joined_at is None:
        entry.joined_at = at
    if facet is not None:
        facet(row, entry, fact, at)
    row.state = furthest(row.legs)


def _new_entry(row: Roster, who: RawId, at: Instant) -> RosterEntry:
    """An entry for who is not in the call; KeyError when they are, or there is no call to be in."""
    there = row.participants.get(who)
    if row.kind is None or row.ended_at is not None:
        raise KeyError(who)
    if there is not None and there.call_state is not CallState.DISCONNECTED:
        raise KeyError(who)
    return RosterEntry(id=who, entered_at=at)


def _enter(row: Roster, entry: RosterEntry) -> None:
    """Put `entry` in its place, over an earlier one of the same person."""
    earlier = row.participants.get(entry.id)
    if earlier is not None:
        _uncount(row, earlier.call_state)
    row.participants[entry.id] = entry
    entry.is_speaking = entry.id in row.speaking
    row.legs[entry.call_state] = row.legs.get(entry.call_state, 0) + 1


def _peer(row: Roster, entry: RosterEntry) -> RosterEntry | None:
    """The other side; in a group call the starter, while the call waits for its first answer."""
    if entry.other is not None:
        return row.participants.get(entry.other)
    if row.is_answered or row.starter is None or row.starter == entry.id:
        return None
    return row.participants.get(row.starter)


def _move_everybody(row: Roster, fact: Event, at: Instant) -> None:
    """An event about the whole call; KeyError when it is not legal, and then nothing has changed."""
    is_early = isinstance(fact, CallEnded) and set(row.legs) - {CallState.DISCONNECTED}
    if isinstance(fact, CallStarted) is (row.kind is not None) or row.ended_at is not None or is_early:
        raise KeyError(fact.name)
    if table := _EVERYBODY[fact.__class__]:
        for entry, leg in [(entry, table[entry.call_state]) for entry in row.participants.values()]:
            _move_leg(row, entry, leg)
        row.state = furthest(row.legs)
    facet = WHOLE_FACETS.get(fact.__class__)
    if facet is not None:
        facet(row, fact, at)


def _hear(row: Roster, fact: DominantSpeakersChanged, version: int) -> None:
    """Other people speak. What an observer knew already is passed over."""
    if version <= row.heard_version:
        return
    for who in {*row.speaking}.symmetric_difference(fact.speaking):
        entry = row.participants.get(who)
        if entry is not None:
            entry.is_speaking = entry.is_present and who in fact.speaking
    row.speaking = fact.speaking
    row.heard_version = version


def _key(recorded: Recorded) -> str | None:
    fact = recorded.event
    return fact.call_id if isinstance(fact, DominantSpeakersChanged) else call_of(recorded)


def _move_leg(row: Roster, entry: RosterEntry, leg: CallState) -> None:
    if entry.call_state is not leg:
        _uncount(row, entry.call_state)
        entry.call_state = leg
        row.legs[leg] = row.legs.get(leg, 0) + 1


def _uncount(row: Roster, leg: CallState) -> None:
    left = row.legs[leg] - 1
    if left:
        row.legs[leg] = left
    else:
        del row.legs[leg]


ROSTER = Projection(name="roster", schema=6, key=_key, initial=Roster, fold=_fold, row_type=Roster)
