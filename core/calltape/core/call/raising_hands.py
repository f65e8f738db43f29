"""Raised hands, in the order in which they went up.

Everybody raises and lowers their own hand, in any kind of call. The hands of others are lowered by whoever
has the role for it, so not in calls without roles. Each raised hand gets the next number of the call, which
is given to nobody else, ever: sorting by it is the order. Who leaves takes their hand along.
"""

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import require_connected, require_named
from calltape.core.call.rooms import Events, changes, decides, not_here
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import RoleScheme
from calltape.core.states import CALL


@command
class RaiseHand(Command):
    """`participant` raises their hand. Raising what is raised records nothing and keeps its place."""

    participant: RawId


@command
class LowerHand(Command):
    """`participant` lowers their own hand. Lowering what is not raised records nothing."""

    participant: RawId


@command
class LowerHands(Command):
    """`by` lowers the hands of `participants`, where they are raised."""

    by: RawId
    participants: tuple[RawId, ...]


@command
class LowerAllHands(Command):
    """`by` lowers every raised hand, their own too."""

    by: RawId


@event("hand.raised")
class HandRaised(Event):
    """Somebody's hand is up."""

    participant: RawId
    order: int
    """Its place: 1 for the first hand of the call, and one more for each that is raised later."""


@event("hand.lowered")
class HandLowered(Event):
    """Somebody's hand is down."""

    participant: RawId
    by: RawId | None = None
    """Who lowered it; None when they did so themselves."""


not_here(RaiseHand, "a hand is raised by who is up in the call, not before and not in the lobby")


@decides(RaiseHand)
def _raise(call: Call, asked: RaiseHand, limits: Limits) -> Events:
    require_capability(call, asked.participant, "raiseHand", asked)
    if call.participants[asked.participant].hand is not None:
        return ()
    return (HandRaised(participant=asked.participant, order=call.hands_raised + 1),)


@decides(LowerHand)
def _lower(call: Call, asked: LowerHand, limits: Limits) -> Events:
    if call.participants[asked.participant].hand is None:
        return ()
    return (HandLowered(participant=asked.participant),)


@decides(LowerHands)
def _lower_some(call: Call, asked: LowerHands, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    if set(asked.participants) - {asked.by}:
        _require_may_lower(call, asked)
    people = [require_named(call, who, asked) for who in dict.fromkeys(asked.participants)]
    return _lowered(people, asked.by)


@decides(LowerAllHands)
def _lower_all(call: Call, asked: LowerAllHands, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    _require_may_lower(call, asked)
    return _lowered(list(call.participants.values()), asked.by)


def _require_may_lower(call: Call, asked: LowerHands | LowerAllHands) -> None:
    if call.role_scheme is RoleScheme.NONE:
        state = call.participants[asked.by].call_state
        reason = "only a role lowers the hands of others, and this kind of call has no roles"
        raise Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))
    require_capability(call, asked.by, "lowerOthersHands", asked)


def _lowered(people: list[Participant], by: RawId) -> Events:
    """In the order in which they were raised."""
    raised = sorted((person.hand, person.id) for person in people if person.hand is not None)
    return tuple(HandLowered(participant=who, by=None if who == by else by) for _, who in raised)


@changes(HandRaised)
def _is_up(call: Call, participant: Participant, fact: HandRaised) -> None:
    participant.hand = call.hands_raised = fact.order


@changes(HandLowered)
def _is_down(call: Call, participant: Participant, fact: HandLowered) -> None:
    participant.hand = None
