"""Why an event may not stand where it stands, said so that its author can look the rule up.

The fold only knows *that* a look-up missed. This is the reading of the same tables for people: which rows
have the event, and from which states; or, where no row decides, what the event would need to have a place.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from calltape.core.call.moving import Fault, Plan, entry, fault_of, peer_of
from calltape.core.call.rooms import WHOLE_PLACES
from calltape.core.call.state import Call
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.lifecycle import Lifecycle, Whose
from calltape.core.states import CallState


@attrs.frozen(kw_only=True)
class Rule:
    """What forbids an event."""

    lifecycle: str | None
    """The lifecycle that was met; None where the rule is about how things are recorded."""

    rows: tuple[str, ...]
    """The rows that have the event, by their ids, each from other states; empty where no row decides."""

    says: str
    """The rule in a sentence, without a full stop."""

    people: tuple[RawId, ...] = ()
    """Whom it concerns: whose machine was met, whom the event names, and the other side."""


def rule_of(call: Call, event: Event, plan: Plan | None) -> Rule:
    """What forbids `event` after `call`. Only for events that were found illegal."""
    fault = fault_of(call, event, plan)
    people = _people(call, event, fault)
    if fault.whose is None:
        return Rule(
            lifecycle=fault.life.name, rows=(), says=_placeless(call, event, plan, fault), people=people
        )
    rule = rule_of_row(fault.life, fault.state, type(event), whose=fault.whose, who=fault.who)
    return attrs.evolve(rule, people=people)


def rule_of_row(
    life: Lifecycle[Any], state: str, kind: type[Event], *, whose: Whose = "self", who: str | None = None
) -> Rule:
    """What forbids an event of that kind in `state`: the rows of `life` that have it, from other states.

    Args:
        life: the lifecycle that was met.
        state: where the machine was.
        kind: the class of the event.
        whose: which of its rows move that machine.
        who: whose machine it is; None names nobody.
    """
    sources: dict[str, list[str]] = {}
    for row in life.rows:
        if row.emits == kind.__name__ and row.whose == whose:
            sources.setdefault(row.row, []).append(row.source)
    taken = " and ".join(f"{_either(met)} ({row})" for row, met in sources.items())
    whom = f" of {who}" if who is not None else ""
    end = ", which nothing leaves" if state in life.final else ""
    says = (
        f"{kind.name} follows only {taken}, and the {life.name}{whom} was in {state}{end}"
        if taken
        else f"{kind.name} does not fit what stands before it, and no row of {life.name} has it"
    )
    return Rule(lifecycle=life.name, rows=tuple(sources), says=says)


def _either(states: Iterable[str]) -> str:
    *most, last = states
    return f"{', '.join(most)} or {last}" if most else last


def _people(call: Call, event: Event, fault: Fault) -> tuple[RawId, ...]:
    fact: Any = event
    asked: list[RawId | None] = [getattr(fact, "participant", None), getattr(fact, "by", None), fault.who]
    named = [who for who in asked if who is not None]
    known = [call.participants[who] for who in named if who in call.participants]
    peers = [peer.id for person in known if (peer := peer_of(call, person)) is not None]
    return tuple(dict.fromkeys((*named, *peers)))


def _placeless(call: Call, event: Event, plan: Plan | None, fault: Fault) -> str:
    """The rule where no row decides."""
    fact: Any = event
    if call.is_over:
        return "the call is over, and nothing follows its end"
    if plan is None:
        place = WHOLE_PLACES.get(type(event))
        return f"{event.name} stands only {place}" if place else f"{event.name} is no event of a call"
    if call.kind is None:
        return "a call begins with call.started"
    who: RawId = fact.participant
    if not plan.enters:
        return f"{who} is not in the call, and only who has entered it can do anything in it"
    return _no_entry(call, who, getattr(event, "by", None))


def _no_entry(call: Call, who: RawId, by: RawId | None) -> str:
    present = call.participants.get(who)
    if present is not None and present.call_state is not CallState.DISCONNECTED:
        return f"{who} is in the call, and enters it again only after leaving it to the end"
    if by is not None and by not in call.participants:
        return f"{by}, who lets {who} in, is not in the call"
    if entry(call, who, by) is None:
        return "a one-to-one call has two places, and both are taken until it is promoted"
    return f"{who} may enter, but the other side is where nobody's entry leads on"
