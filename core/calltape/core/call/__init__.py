"""The call: decide, evolve, react, deadlines, replay.

    decide(call, command) -> events     or Refused; changes nothing
    evolve(call, event)   -> call       or CorruptHistory; never refuses what decide emitted
    react(call, event)    -> effects    what the outside must now do
    deadlines(call)       -> mapping    what silence will mean
    replay(events)        -> call

Every capability is a room of its own beside this file: its commands, events, decisions and changes stand
there together. This file is the one dispatch in front of them: the lifecycles say *whether* and *where to*,
the rooms say *with what*.
"""

from collections.abc import Iterable
from typing import Any

from calltape.core.call import (
    answering,
    applying_effects,
    breakout_rooms,
    breakout_stays,
    captioning,
    changing_roles,
    choosing_devices,
    connecting,
    constraining_video,
    data_channel,
    dialling_tones,
    early_media,
    expiring,
    forwarding,
    glare,
    holding,
    incoming_audio,
    inviting,
    leaving,
    lobby,
    losing_tokens,
    media_access,
    muting,
    muting_others,
    pstn,
    raising_hands,
    recording,
    room_calls,
    sharing,
    spotlighting,
    starting,
    transferring,
    video,
)
from calltape.core.call.moving import Move, compile_plans, corrupt, entry, moves_of, peer_of, steps
from calltape.core.call.owed import owed
from calltape.core.call.rooms import DECISIONS, LEG_WORDS, REACTIONS, WHOLE_CHANGES, WHOLE_GUARDS
from calltape.core.call.ruling import Rule, rule_of
from calltape.core.call.state import Call, CallKind, DeadlineKey, Participant, Wait
from calltape.core.call.waiting import deadline, deadlines, deadlines_of
from calltape.core.commands import Command
from calltape.core.effects import Effect
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.states import CALL, INCOMING_CALL, PARTICIPANT, CallState, OfferState
from calltape.core.values import EndpointId

ROOMS = (
    starting,
    inviting,
    answering,
    early_media,
    forwarding,
    pstn,
    dialling_tones,
    connecting,
    lobby,
    changing_roles,
    room_calls,
    muting,
    muting_others,
    media_access,
    recording,
    raising_hands,
    spotlighting,
    captioning,
    incoming_audio,
    choosing_devices,
    video,
    constraining_video,
    applying_effects,
    sharing,
    data_channel,
    holding,
    breakout_rooms,
    breakout_stays,
    leaving,
    losing_tokens,
    transferring,
    glare,
    expiring,
)
"""The capabilities, in the order in which a call meets them. Importing a room registers it."""

_PLANS, _WHOLE = compile_plans()
_STEPS = steps(_PLANS)


def decide(call: Call, command: Command, limits: Limits = LIMITS) -> tuple[Event, ...]:
    """What `command` leads to. Reads `call` and changes nothing.

    Returns:
        The events to record; none when everything asked for is already so.

    Raises:
        Refused: it may not happen now; why, in which state, and what would be accepted.
    """
    _require_accepted(call, command)
    return DECISIONS[type(command)](call, command, limits)


def _require_accepted(call: Call, command: Command) -> None:
    """Ask every lifecycle that knows the command."""
    name = type(command).__name__
    if type(command) not in DECISIONS:
        raise Refused(CALL.name, call.state, name, "a call knows no such command", ())
    if call.is_over:
        raise Refused(CALL.name, call.state, name, "the call is over", ())
    if call.kind is None and not isinstance(command, _STARTING):
        raise Refused(
            CALL.name, call.state, name, "the call has not started", ("StartCall", "Join", "JoinRoom")
        )
    who = getattr(command, "participant", None)
    if who is None:
        return
    person = call.participants.get(who)
    if name in _ENTERING and (person is None or person.call_state is CallState.DISCONNECTED):
        person = Participant(id=who)
    if person is None:
        raise Refused(PARTICIPANT.name, PARTICIPANT.initial, name, f"{who} is not in the call", ())
    _require_rows(person, command, name)


_STARTING = (starting.StartCall, starting.Join, room_calls.JoinRoom)
_ENTERING = frozenset({"StartCall", "Join", "JoinRoom", "Invite"})
# Kept, because a lifecycle gathers them from its rows whenever it is asked.
_LEG_COMMANDS, _SEEN_COMMANDS, _OFFER_COMMANDS = CALL.commands, PARTICIPANT.commands, INCOMING_CALL.commands


def _require_rows(person: Participant, command: Command, name: str) -> None:
    if name in _LEG_COMMANDS and not CALL.accepts(person.call_state, name):
        why = LEG_WORDS.get(name, "")
        raise Refused(CALL.name, person.call_state, name, why, CALL.accepted(person.call_state))
    if name in _SEEN_COMMANDS and not PARTICIPANT.accepts(person.state, name) and not _is_teardown(command):
        raise Refused(PARTICIPANT.name, person.state, name, "", PARTICIPANT.accepted(person.state))
    endpoint = getattr(command, "endpoint", None)
    if name in _OFFER_COMMANDS and endpoint is not None:
        offer: OfferState = person.offer(endpoint)
        if not INCOMING_CALL.accepts(offer, name):
            raise Refused(INCOMING_CALL.name, offer, name, "", INCOMING_CALL.accepted(offer))


def _is_teardown(command: Command) -> bool:
    """Silence after leaving is the leg's affair alone: the others no longer see the participant."""
    return isinstance(command, expiring.Expire) and command.wait is Wait.TEARDOWN


def evolve(call: Call, event: Event) -> Call:
    """What `call` is after `event`. Works in place on a call that the caller owns, and returns it;
    `call.copy()` first to keep it.

    Raises:
        CorruptHistory: the event is not legal here; `call` is unchanged.
    """
    step = _STEPS.get(event.__class__)
    if step is None:
        return _evolve_rarely(call, event)
    own_leg, seen, peer_leg, change = step
    fact: Any = event  # every event with a plan names a participant
    try:
        participant = call.participants[fact.participant]
        leg = own_leg[participant.call_state]
        state = participant.state if seen is None else seen[participant.state]
        if peer_leg is not None and (peer := peer_of(call, participant)) is not None:
            peer.call_state = peer_leg[peer.call_state]
    except KeyError:
        raise corrupt(call, event, _PLANS[event.__class__]) from None
    # From here on nothing can fail, so a refused event leaves no trace.
    participant.call_state = leg
    participant.state = state
    change(call, participant, event)
    return call


def _evolve_rarely(call: Call, event: Event) -> Call:
    """An event that begins an entry or moves an offer, some times a call; or one about everybody."""
    plan = _PLANS.get(event.__class__)
    if plan is None:
        return _evolve_whole(call, event)
    enters, own_leg, seen, offer, peer_leg, change, machine = plan
    fact: Any = event  # those that move an offer name an endpoint as well
    who = fact.participant
    try:
        participant = _enter(call, who, event) if enters else call.participants[who]
        leg = participant.call_state if own_leg is None else own_leg[participant.call_state]
        state = participant.state if seen is None else seen[participant.state]
        endpoint: EndpointId | None = fact.endpoint if offer is not None else None
        offered = None
        if offer is not None and endpoint is not None:
            offered = offer[participant.offers.get(endpoint, OfferState.NONE)]
        if machine is not None:
            machine.table[machine.read(participant, event)]  # only looked up: the change writes it
        if peer_leg is not None and (peer := peer_of(call, participant)) is not None:
            peer.call_state = peer_leg[peer.call_state]
    except KeyError:
        raise corrupt(call, event, plan) from None
    participant.call_state = leg
    participant.state = state
    if offered is not None and endpoint is not None:
        participant.offers[endpoint] = offered
    if enters:
        call.participants[who] = participant
        call.present += 1
        call.open_legs += 1
    change(call, participant, event)
    return call


def _enter(call: Call, who: RawId, event: Event) -> Participant:
    participant = entry(call, who, getattr(event, "by", None))
    if participant is None:
        raise KeyError(who)
    return participant


def _evolve_whole(call: Call, event: Event) -> Call:
    """An event about everybody."""
    table = _WHOLE.get(event.__class__)
    if table is None or call.is_over or not WHOLE_GUARDS[event.__class__](call, event):
        raise corrupt(call, event, None)
    if table:
        legs = [(person, table.get(person.call_state)) for person in call.participants.values()]
        if any(leg is None for _, leg in legs):
            raise corrupt(call, event, None)
        for person, leg in legs:
            person.call_state = leg or person.call_state
    WHOLE_CHANGES[event.__class__](call, event)
    return call


def moves(call: Call, event: Event) -> tuple[Move, ...]:
    """Which machines `event` would move from `call`, for people to read. Changes nothing.

    Raises:
        CorruptHistory: the event is not legal here.
    """
    return moves_of(call, event, _PLANS.get(event.__class__), _WHOLE.get(event.__class__))


def rule_against(call: Call, event: Event) -> Rule:
    """What forbids `event`, which `evolve` has refused, after `call`. Changes nothing."""
    return rule_of(call, event, _PLANS.get(event.__class__))


def react(call: Call, event: Event) -> tuple[Effect, ...]:
    """What the outside must do now that `event` has led to `call`."""
    reaction = REACTIONS.get(event.__class__)
    return reaction(call, event) if reaction is not None else ()


def replay(events: Iterable[Event], call: Call | None = None) -> Call:
    """The call that `events` add up to, from nothing or from `call`, which is then used up.

    Raises:
        CorruptHistory: an event is not legal where it stands; `position` counts from 1.
    """
    current = Call() if call is None else call
    step = evolve
    number = 0
    try:
        for number, event in enumerate(events, 1):  # noqa: B007 - read when an event is refused
            step(current, event)
    except CorruptHistory as found:
        where = number if found.position is None else found.position  # the log may have found a hole itself
        raise CorruptHistory(found.lifecycle, found.state, found.event, where, found.accepted) from None
    return current


__all__ = [
    "Call",
    "CallKind",
    "DeadlineKey",
    "Move",
    "Participant",
    "Rule",
    "Wait",
    "deadline",
    "deadlines",
    "deadlines_of",
    "decide",
    "evolve",
    "moves",
    "owed",
    "react",
    "replay",
    "rule_against",
]
