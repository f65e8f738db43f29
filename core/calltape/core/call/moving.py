"""Which machines an event moves, and where to: the one reading of the tables that fold, timeline and checks
share.

For each kind of event a plan is compiled once: the four tables it needs, ready for look-up. A missing entry
anywhere means that the history is not legal there, and nothing has been changed yet when that is found out.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

import attrs

from calltape.core.call.rooms import CHANGES, ENTRANCES, MACHINES, WHOLE_CHANGES, WHOLE_GUARDS, Machine
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.errors import CorruptHistory
from calltape.core.events import EVENTS, Event
from calltape.core.identity import RawId
from calltape.core.lifecycle import Lifecycle, Whose
from calltape.core.states import CALL, INCOMING_CALL, PARTICIPANT, CallState, OfferState, ParticipantState


class Plan(NamedTuple):
    """What one kind of event about one participant moves; None where it does not touch a machine."""

    enters: bool
    own_leg: Mapping[CallState, CallState] | None
    seen: Mapping[ParticipantState, ParticipantState] | None
    offer: Mapping[OfferState, OfferState] | None
    peer_leg: Mapping[CallState, CallState] | None
    change: Callable[[Call, Participant, Any], None]
    machine: Machine | None
    """A machine of the room's own; its change writes the new state."""


_S = TypeVar("_S", bound=str)

Step = tuple[
    dict[CallState, CallState],
    dict[ParticipantState, ParticipantState] | None,
    dict[CallState, CallState] | None,
    Callable[[Call, Participant, Any], None],
]
"""The plan of an event that neither begins an entry nor moves an offer nor a room's own machine: own leg,
seen, the peer's leg, change. Plain tuples and dictionaries: the interpreter is twice as fast with them as
with named tuples and read-only views.
"""


@attrs.frozen(kw_only=True)
class Move:
    """One machine moved, or stayed where it was because a row says so."""

    whose: Whose
    lifecycle: str
    participant: RawId
    source: str
    target: str


def _plan(name: str, kind: type[Event]) -> Plan:
    return Plan(
        enters=kind in ENTRANCES,
        own_leg=CALL.table(name),
        seen=PARTICIPANT.table(name),
        offer=INCOMING_CALL.table(name),
        peer_leg=CALL.table(name, "peer"),
        change=CHANGES[kind],
        machine=MACHINES.get(name),
    )


def compile_plans() -> tuple[dict[type[Event], Plan], dict[type[Event], Mapping[CallState, CallState]]]:
    """The plans of the events about one participant, and the tables of those about everybody.

    Raises:
        AssertionError: a row names an event that no room declares.
    """
    plans = {kind: _plan(kind.__name__, kind) for kind in CHANGES}
    whole = {kind: CALL.table(kind.__name__, "all") or {} for kind in WHOLE_CHANGES}
    known = {kind.__name__ for kind in (*CHANGES, *WHOLE_CHANGES)}
    unknown = (CALL.emitted | PARTICIPANT.emitted | INCOMING_CALL.emitted) - known
    if unknown:
        raise AssertionError(f"rows emit events that no room of the call declares: {sorted(unknown)}")
    return plans, whole


def steps(plans: Mapping[type[Event], Plan]) -> dict[type[Event], Step]:
    """The short form of those plans that have one."""
    return {
        kind: (
            dict(plan.own_leg),
            None if plan.seen is None else dict(plan.seen),
            None if plan.peer_leg is None else dict(plan.peer_leg),
            plan.change,
        )
        for kind, plan in plans.items()
        if plan.own_leg is not None and plan.offer is None and plan.machine is None and not plan.enters
    }


def peer_of(call: Call, participant: Participant) -> Participant | None:
    """The other side:

    in a one-to-one call the other person, in a group the starter while waiting for a first answer.
    """
    other = participant.other
    if other is None:
        if call.is_answered or call.starter is None or call.starter == participant.id:
            return None
        other = call.starter
    return call.participants.get(other)


def entry(call: Call, who: RawId, by: RawId | None) -> Participant | None:
    """A new entry for `who`, let in by `by` unless they come by themselves.

    None when they are in the call already, when there is no call to be in or it is over, when it has only two
    places and both are taken, unless one of the two sent the call on to them, or when who lets them in is not
    in it.
    """
    present = call.participants.get(who)
    if (
        call.kind is None
        or call.is_over
        or (present is not None and present.call_state is not CallState.DISCONNECTED)
    ):
        return None
    if by is not None and by not in call.participants:
        return None
    if _has_no_place(call) and not _was_sent_on(call, who, by):
        return None
    return Participant(id=who)


def _has_no_place(call: Call) -> bool:
    return call.kind is CallKind.ONE_TO_ONE and len(call.participants) >= _BOTH


def _was_sent_on(call: Call, who: RawId, by: RawId | None) -> bool:
    """Whether the place of the other side of `by` is free for `who`, to whom that side sent the call on."""
    if by is None or call.present != 1:
        return False
    gone = call.participants.get(call.participants[by].other or by)
    return gone is not None and not gone.is_present and gone.forwarded_to == who


_BOTH = 2


def _entering(call: Call, event: Event) -> Participant | None:
    fact: Any = event
    return entry(call, fact.participant, getattr(event, "by", None))


@attrs.frozen(kw_only=True)
class Fault:
    """Where an event that is not legal met what."""

    life: Lifecycle[Any]
    state: str
    accepted: tuple[str, ...]
    """The stored names of the events that would have been legal there."""

    whose: Whose | None = None
    """Which of its rows have none for the event; None where no row decides: the event has no place at all."""

    who: RawId | None = None
    """Whose machine it is."""


def fault_of(call: Call, event: Event, plan: Plan | None) -> Fault:
    """What the fold of `event` fails at. Only for events that were found illegal."""
    who: RawId | None = getattr(event, "participant", None)
    participant = call.participants.get(who) if who is not None else None
    if participant is not None and plan is not None and plan.enters:
        return _fault(PARTICIPANT, participant.state, None, who)
    if call.is_over or participant is None or plan is None:
        return Fault(life=CALL, state=call.state, accepted=_expected(call))
    endpoint = getattr(event, "endpoint", None)
    if plan.own_leg is not None and participant.call_state not in plan.own_leg:
        return _fault(CALL, participant.call_state, "self", who)
    if plan.seen is not None and participant.state not in plan.seen:
        return _fault(PARTICIPANT, participant.state, "self", who)
    if plan.offer is not None and endpoint is not None and participant.offer(endpoint) not in plan.offer:
        return _fault(INCOMING_CALL, participant.offer(endpoint), "self", who)
    if plan.machine is not None and plan.machine.read(participant, event) not in plan.machine.table:
        return _fault(plan.machine.life, plan.machine.read(participant, event), "self", who)
    peer = peer_of(call, participant)
    if peer is None:
        return _fault(CALL, CallState.NONE, "peer", None)
    return _fault(CALL, peer.call_state, "peer", peer.id)


def _fault(life: Lifecycle[Any], state: str, whose: Whose | None, who: RawId | None) -> Fault:
    return Fault(
        life=life, state=state, accepted=_names(life.legal(state, whose or "self")), whose=whose, who=who
    )


def corrupt(call: Call, event: Event, plan: Plan | None) -> CorruptHistory:
    """Which lifecycle has no row for `event`, told as an error. Only for events that were found illegal."""
    fault = fault_of(call, event, plan)
    return CorruptHistory(fault.life.name, fault.state, event.name, None, fault.accepted)


def moves_of(
    call: Call, event: Event, plan: Plan | None, whole: Mapping[CallState, CallState] | None
) -> tuple[Move, ...]:
    """The moves that `event` makes from `call`. Their states are plain text, whatever lifecycle they are of.

    Raises:
        CorruptHistory: one of them is not legal.
    """
    if plan is None and (whole is None or call.is_over or not WHOLE_GUARDS[event.__class__](call, event)):
        raise corrupt(call, event, None)
    try:
        if plan is not None:
            return tuple(_moves_of_one(call, event, plan))
        return tuple(_leg("all", person, whole) for person in call.participants.values()) if whole else ()
    except KeyError:  # a table has no such row, or nobody of that name is there
        raise corrupt(call, event, plan) from None


def _moves_of_one(call: Call, event: Event, plan: Plan) -> Iterator[Move]:
    """Those of an event about one participant; KeyError where one is not legal."""
    fact: Any = event
    person = _entering(call, event) if plan.enters else call.participants[fact.participant]
    if person is None:
        raise KeyError(fact.participant)
    if plan.own_leg is not None:
        yield _leg("self", person, plan.own_leg)
    if plan.seen is not None:
        yield _move("self", PARTICIPANT.name, person.id, person.state, plan.seen)
    if plan.offer is not None and fact.endpoint is not None:
        yield _move("self", INCOMING_CALL.name, person.id, person.offer(fact.endpoint), plan.offer)
    if plan.machine is not None:
        life, table, read = plan.machine
        yield _move("self", life.name, person.id, read(person, event), table)
    if plan.peer_leg is not None and (peer := peer_of(call, person)) is not None:
        yield _leg("peer", peer, plan.peer_leg)


def _leg(whose: Whose, person: Participant, table: Mapping[CallState, CallState]) -> Move:
    return _move(whose, CALL.name, person.id, person.call_state, table)


def _move(whose: Whose, life: str, who: RawId, source: _S, table: Mapping[_S, _S]) -> Move:
    return _made(whose, life, who, source, table[source])


@lru_cache(maxsize=4096)
def _made(whose: Whose, life: str, who: RawId, source: str, target: str) -> Move:
    """One value for equal moves: a timeline has few kinds of them and many of each."""
    return Move(whose=whose, lifecycle=life, participant=who, source=str(source), target=str(target))


def _expected(call: Call) -> tuple[str, ...]:
    """What may come when the event names nobody the call knows."""
    if call.is_over:
        return ()
    if call.kind is None:
        return ("call.started",)
    if _has_no_place(call):
        legs = (person.call_state for person in call.participants.values())
        return ("call.promoted",) if all("CallPromoted" in CALL.legal(leg, "all") for leg in legs) else ()
    return tuple(sorted(kind.name for kind in ENTRANCES))


@cache
def _names(classes: tuple[str, ...]) -> tuple[str, ...]:
    stored = {kind.__name__: name for name, kind in EVENTS.items()}
    return tuple(stored[name] for name in classes)
