"""Leaving: hanging up, being removed, and the end of the call.

Leaving and being torn down are two facts: `ParticipantLeft` is when the others see somebody go, `LegClosed`
when their media is gone. The call ends with its last leg. The first cause wins: a reason, once recorded,
never changes.
"""

import attrs

from calltape.core.breakout import IN_MAIN
from calltape.core.call.authority import require_capability
from calltape.core.call.caller_id import is_phone
from calltape.core.call.rooms import Events, changes, changes_whole, decides, moves_only, reacts
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import CloseMedia, Effect, StopDialling, StopRinging
from calltape.core.end_reasons import REGISTRY, EndReason, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, CallState, CaptionsState
from calltape.core.values import EndpointId, Instant, later


@command
class HangUp(Command):
    """`participant` hangs up, for themselves or for everyone."""

    participant: RawId
    for_everyone: bool = False


@command
class Remove(Command):
    """`by` removes `participant` from the call."""

    participant: RawId
    by: RawId


@command
class ReportMediaClosed(Command):
    """Observed: the leg's media has been torn down."""

    participant: RawId


@event("offer.ended")
class OfferEnded(Event):
    """An endpoint's offer is over without it: cancelled, answered elsewhere, unanswered."""

    participant: RawId
    endpoint: EndpointId
    reason: EndReason


@event("participant.left", shape=2)
class ParticipantLeft(Event):
    """Somebody is out of the call, for `reason`."""

    participant: RawId
    reason: EndReason
    teardown_until: Instant | None = None
    """By when the leg must be reported closed; None where there was nothing to tear down."""


@event("participant.dropped")
class ParticipantDropped(Event):
    """Somebody is out of the call and their media is already gone."""

    participant: RawId
    reason: EndReason


@event("leg.closed")
class LegClosed(Event):
    """A leg's media has been torn down."""

    participant: RawId


@event("call.ended")
class CallEnded(Event):
    """The last leg is over; nothing follows."""

    reason: EndReason


@decides(HangUp)
def _hang_up(call: Call, asked: HangUp, limits: Limits) -> Events:
    gives_up = asked.participant == call.starter and not call.is_answered
    if asked.for_everyone and not gives_up:
        require_capability(call, asked.participant, "hangUpForEveryOne", asked)
        mine = REGISTRY.named("local_hang_up", source=Source.LOCAL)
        theirs = REGISTRY.named("ended_for_all", source=Source.REMOTE)
        others = {
            p.id: theirs for p in call.participants.values() if p.is_present and p.id != asked.participant
        }
        return departures(call, {asked.participant: mine, **others}, asked.at, limits, cause=theirs)
    name = "cancelled" if gives_up else "local_hang_up"
    return leave(call, asked.participant, REGISTRY.named(name, source=Source.LOCAL), asked.at, limits)


@decides(Remove)
def _remove(call: Call, asked: Remove, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    if asked.by == asked.participant:
        state = call.participants[asked.by].call_state
        raise Refused(CALL.name, state, "Remove", "nobody removes themselves", CALL.accepted(state))
    require_capability(call, asked.by, "removeParticipant", asked)
    removed = REGISTRY.named("removed", source=Source.REMOTE)
    if call.kind is not CallKind.ONE_TO_ONE:
        return leave(call, asked.participant, removed, asked.at, limits)
    # The call ends for both, and who removed the other was not removed.
    mine = REGISTRY.named("local_hang_up", source=Source.LOCAL)
    return departures(call, {asked.participant: removed, asked.by: mine}, asked.at, limits, cause=removed)


@decides(ReportMediaClosed)
def _media_closed(call: Call, seen: ReportMediaClosed, limits: Limits) -> Events:
    return close(call, seen.participant)


def require_connected(call: Call, who: RawId, asked: Command) -> None:
    """Raise Refused unless `who`, who asks something about somebody else, is up in the call."""
    actor = call.participants.get(who)
    state = CALL.initial if actor is None else actor.call_state
    if state not in {CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}:
        raise Refused(
            CALL.name, state, type(asked).__name__, f"{who}, who asks, is not connected", CALL.accepted(state)
        )


def require_named(call: Call, who: RawId, asked: Command) -> Participant:
    """`who`, one of those whom `asked` is about. Raise Refused unless they are where their leg accepts it."""
    person = call.participants.get(who)
    name = type(asked).__name__
    state = CALL.initial if person is None else person.call_state
    if person is None or not CALL.accepts(state, name):
        raise Refused(
            CALL.name, state, name, f"{who}, who is named, is not up in the call", CALL.accepted(state)
        )
    return person


def leave(call: Call, who: RawId, reason: EndReason, at: Instant, limits: Limits) -> Events:
    """`who` leaves for `reason`, and with them everyone who cannot stay without them."""
    return departures(call, {who: reason, **_followers(call, who, reason)}, at, limits, cause=reason)


def drop(call: Call, who: RawId, reason: EndReason, at: Instant, limits: Limits) -> Events:
    """`who` is gone for `reason`, media and all; the rest as in `leave`."""
    rest = _departed(call, _followers(call, who, reason), at, limits)
    return with_end(call, (ParticipantDropped(participant=who, reason=reason), *rest), reason)


def departures(
    call: Call, leaving: dict[RawId, EndReason], at: Instant, limits: Limits, *, cause: EndReason
) -> Events:
    """Everybody in `leaving` leaves; if nobody's leg is left open by that, the call ends for `cause`."""
    return with_end(call, _departed(call, leaving, at, limits), cause)


def close(call: Call, who: RawId) -> Events:
    """The leg of `who` is closed; if it was the last, the call ends for the reason with which they left."""
    reason = call.participants[who].end_reason
    return with_end(call, (LegClosed(participant=who),), call.end_reason or reason or _OVER)


def with_end(call: Call, events: Events, cause: EndReason) -> Events:
    """`events`, and the end of the call if they close its last leg."""
    closing = sum(_closes(call, each) for each in events)
    return (*events, CallEnded(reason=cause)) if closing == call.open_legs else events


_OVER = REGISTRY.named("call_over", source=Source.SERVICE)
_AFTER_LEFT = CALL.table("ParticipantLeft") or {}


def _closes(call: Call, each: Event) -> bool:
    """Whether `each` takes its participant's leg to its final state."""
    if isinstance(each, ParticipantLeft):
        return _AFTER_LEFT[call.participants[each.participant].call_state] is CallState.DISCONNECTED
    return isinstance(each, ParticipantDropped | LegClosed)


def _departed(call: Call, leaving: dict[RawId, EndReason], at: Instant, limits: Limits) -> Events:
    events: list[Event] = []
    for who, reason in leaving.items():
        participant = call.participants[who]
        events += offers_ended(participant, reason)
        tears_down = _AFTER_LEFT[participant.call_state] is CallState.DISCONNECTING
        until = later(at, limits.reconnect_s) if tears_down else None
        events.append(ParticipantLeft(participant=who, reason=reason, teardown_until=until))
    return tuple(events)


def offers_ended(person: Participant, reason: EndReason, *, but: EndpointId | None = None) -> Events:
    """Every endpoint of `person` that still rings, `but` one, stops for `reason`."""
    ringing = (endpoint for endpoint in person.ringing_endpoints if endpoint != but)
    return tuple(OfferEnded(participant=person.id, endpoint=each, reason=reason) for each in ringing)


def _followers(call: Call, who: RawId, reason: EndReason) -> dict[RawId, EndReason]:
    """Who cannot stay when `who` leaves, each with the reason as it looks from their side.

    A one-to-one call ends for both. A call that nobody has answered yet ends with its starter, and ends for
    its starter with the last person called.
    """
    seen = attrs.evolve(reason, source=Source.REMOTE) if reason.source is Source.LOCAL else reason
    if call.kind is CallKind.ONE_TO_ONE or (not call.is_answered and who == call.starter):
        return {p.id: seen for p in call.participants.values() if p.is_present and p.id != who}
    if not call.is_answered and call.present == 2 and call.starter is not None:
        return {call.starter: seen}
    return {}


moves_only(OfferEnded)


@changes(ParticipantLeft)
def _left(call: Call, participant: Participant, fact: ParticipantLeft) -> None:
    _gone(call, participant, fact.reason)
    if fact.teardown_until is not None:
        participant.teardown_until = fact.teardown_until
    if participant.call_state is CallState.DISCONNECTED:
        call.open_legs -= 1


@changes(ParticipantDropped)
def _dropped(call: Call, participant: Participant, fact: ParticipantDropped) -> None:
    _gone(call, participant, fact.reason)
    call.open_legs -= 1


def _gone(call: Call, participant: Participant, reason: EndReason) -> None:
    call.present -= 1
    participant.end_reason = reason
    participant.asked = None
    if participant.transfer_until is not None:
        # What becomes of the new call is its own affair from now on.
        participant.transfer = participant.transfer_until = None
    participant.hand = None
    no_captions(participant)
    if participant.id in call.spotlighted:
        call.spotlighted = tuple(who for who in call.spotlighted if who != participant.id)
    participant.lobby_until = None
    participant.establish_until = participant.reconnect_until = participant.modality_until = None
    if participant.effects:
        participant.effects, participant.effect_until = {}, None
    if participant.streams:
        participant.streams = {}
        participant.video_until = participant.share_until = None
        if call.sharer == participant.id:
            call.sharer = None
    if participant.tones:
        participant.tones, participant.tones_until = (), None
    if participant.channels:
        participant.channels, participant.channel_until = {}, None
    participant.breakout, participant.breakout_until = IN_MAIN, None
    # A one-to-one call ends for the reason that took the first of the two; a group for that of the last.
    if call.kind is not CallKind.ONE_TO_ONE or call.end_reason is None:
        call.end_reason = reason


def no_captions(participant: Participant) -> None:
    """Captions come no more, nor are they waited for."""
    participant.captions = CaptionsState.OFF
    participant.caption_language = participant.captions_until = None


@changes(LegClosed)
def _closed(call: Call, participant: Participant, fact: LegClosed) -> None:
    call.open_legs -= 1
    participant.teardown_until = None


@changes_whole(
    CallEnded,
    when=lambda call: call.open_legs == 0 and bool(call.participants),
    place="where somebody was in the call and every leg of it is over",
)
def _ended(call: Call, fact: CallEnded) -> None:
    call.is_over = True
    call.end_reason = fact.reason


@reacts(OfferEnded)
def _stop_ringing(call: Call, fact: OfferEnded) -> tuple[Effect, ...]:
    return (StopRinging(participant=fact.participant, endpoint=fact.endpoint, reason=fact.reason),)


@reacts(ParticipantLeft)
def _tear_down(call: Call, fact: ParticipantLeft) -> tuple[Effect, ...]:
    if fact.teardown_until is None:
        return _stop_dialling(call.participants[fact.participant], fact.reason)
    return (CloseMedia(participant=fact.participant, endpoint=call.participants[fact.participant].endpoint),)


def _stop_dialling(who: Participant, reason: EndReason) -> tuple[Effect, ...]:
    """An endpoint learns from its offer that it need not ring any more; a telephone has none."""
    return (StopDialling(participant=who.id, reason=reason),) if is_phone(who.id) else ()


@reacts(ParticipantDropped)
def _clear_away(call: Call, fact: ParticipantDropped) -> tuple[Effect, ...]:
    return (CloseMedia(participant=fact.participant, endpoint=call.participants[fact.participant].endpoint),)
