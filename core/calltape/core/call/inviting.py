"""Inviting somebody, offering the call to their endpoints, and promoting a one-to-one call to a group call.

An invitation is to a person; an offer is to one of their endpoints. Whoever knows the endpoints (the shell)
answers the `Locate` effect with one `Offer` each, or with `ReportUnreachable`. A cancel that overtakes an
invitation finds nobody to offer to: the late `Offer` is refused.
"""

import attrs

from calltape.core.call.authority import require_capability
from calltape.core.call.caller_id import caller_id_fault, is_phone
from calltape.core.call.leaving import leave, require_connected
from calltape.core.call.rooms import Events, changes, changes_whole, decides, moves_only, reacts
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.custom_context import CustomContext, carried, context_fault, recipient_fault
from calltape.core.effects import Dial, Effect, Locate, Ring
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import Kind, RawId, is_m365, parse
from calltape.core.limits import Limits
from calltape.core.roles import ROLES, Role, RoleScheme
from calltape.core.room import RoomPass
from calltape.core.states import CALL, PARTICIPANT
from calltape.core.values import EndpointId, Instant, later


@command
class Invite(Command):
    """`by`, who is in the call, invites `participant`.

    In a one-to-one call this promotes it to a group call.
    """

    participant: RawId
    by: RawId
    room: RoomPass | None = None
    """What the room says of them, in the call of a room; telephones need none."""

    alternate_caller_id: str | None = attrs.field(default=None, metadata=personal())
    """The number to show to a telephone that is dialled, as +, country code first (E.164)."""

    is_caller_id_required: bool = False
    """Whether a telephone may not be dialled without one: the gateway's policy."""

    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())
    """What they are to know, in place of what the call carries for everybody."""


@command
class Offer(Command):
    """The call is offered to `participant` at `endpoint`."""

    participant: RawId
    endpoint: EndpointId


@command
class ReportAlerted(Command):
    """Observed: `participant` is being alerted; at `endpoint`, unless it is a telephone."""

    participant: RawId
    endpoint: EndpointId | None = None


@command
class ReportUnreachable(Command):
    """Observed: there is no endpoint where `participant` could be rung."""

    participant: RawId
    words: str | None = None
    """Why not, where more is known."""


@event("call.promoted")
class CallPromoted(Event):
    """The one-to-one call is a group call from now on; its history stays."""

    by: RawId


@event("participant.invited")
class ParticipantInvited(Event):
    """Somebody is called."""

    participant: RawId
    by: RawId
    answer_until: Instant
    """When silence means that nobody answered: decided once, so that a replay recomputes no policy."""

    role: Role = Role.UNKNOWN

    alternate_caller_id: str | None = attrs.field(default=None, metadata=personal())
    """The number that a telephone is shown; None for the gateway's own, and for who is no telephone."""

    redirected_by: tuple[RawId, ...] = ()
    """Who sent the call on to them instead of answering: the last stands last. Empty when nobody did."""

    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())
    """What they are to know; None for what the call carries for everybody, if anything."""


@event("call.offered")
class CallOffered(Event):
    """One endpoint of somebody's is being offered the call."""

    participant: RawId
    endpoint: EndpointId
    caller: RawId


@event("participant.alerted")
class ParticipantAlerted(Event):
    """Somebody's endpoint rings."""

    participant: RawId
    endpoint: EndpointId | None = None


@decides(Invite)
def _invite(call: Call, asked: Invite, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, capability_to_add(asked.participant), asked)
    require_room(call, asked, limits)
    if fault := _invite_fault(asked, limits):
        raise Refused(PARTICIPANT.name, PARTICIPANT.initial, "Invite", fault, ())
    shown = asked.alternate_caller_id
    invited = invitation(asked.participant, asked.by, CallKind.GROUP, asked.at, limits, caller_id=shown)
    invited = attrs.evolve(invited, custom_context=carried(asked.custom_context, limits))
    if call.kind is CallKind.ONE_TO_ONE:
        return (
            CallPromoted(by=asked.by),
            attrs.evolve(invited, answer_until=later(asked.at, limits.promote_s)),
        )
    if call.role_scheme is RoleScheme.ROOM:
        return (attrs.evolve(invited, role=_role_in_room(call, asked)),)
    return (attrs.evolve(invited, role=role_of_comer(call, asked.participant)),)


def _invite_fault(asked: Invite, limits: Limits) -> str:
    """What is wrong with what goes along with the invitation; empty when nothing is."""
    return (
        caller_id_fault(asked, (asked.participant,))
        or recipient_fault(asked.custom_context, (asked.participant,))
        or context_fault(asked.custom_context, limits)
    )


def _role_in_room(call: Call, asked: Invite) -> Role:
    """The role that the room gives to who is invited into its call."""
    if parse(asked.participant).kind is Kind.PHONE_NUMBER:
        return Role.UNKNOWN
    room = asked.room
    if room is None or room.room_id != call.room_id:
        room = RoomPass(room_id=call.room_id or "", role=None)
    if fault := room_fault(asked.participant, room):
        state = call.participants[asked.by].call_state
        raise Refused(CALL.name, state, "Invite", fault, CALL.accepted(state))
    return room.role or Role.UNKNOWN


def room_fault(who: RawId, room: RoomPass) -> str:
    """What keeps `who` out of the call of `room`, with the code it is known by; empty when nothing does."""
    if parse(who).kind is not Kind.COMMUNICATION_USER:
        return f"{who} is no user of a communication resource, and rooms admit no others (403/5830)"
    if not room.is_valid:
        return f"the room {room.room_id} is not open now (403/5829)"
    if room.role is None:
        return f"{who} is not on the invitation list of the room {room.room_id} (403/5828)"
    return ""


def role_of_comer(call: Call, who: RawId) -> Role:
    """What `who` is in a meeting that they come into: what they were before, or else an attendee.

    Telephones have no role.
    """
    if call.role_scheme is not RoleScheme.MEETING or parse(who).kind is Kind.PHONE_NUMBER:
        return Role.UNKNOWN
    before = call.participants.get(who)
    if before is not None and before.role is not Role.UNKNOWN:
        return before.role
    return ROLES.kinds[RoleScheme.MEETING].default


def capability_to_add(who: RawId) -> str:
    """The capability that inviting `who` takes."""
    identity = parse(who)
    if identity.kind is Kind.PHONE_NUMBER:
        return "addPhoneNumber"
    return "addTeamsUser" if is_m365(identity) else "addCommunicationUser"


def invitation(
    who: RawId, by: RawId, kind: CallKind, at: Instant, limits: Limits, *, caller_id: str | None = None
) -> ParticipantInvited:
    """The invitation of `who`, with the time that their kind of leg may take."""
    one_to_one = kind is CallKind.ONE_TO_ONE
    wait_s = limits.establish_one_to_one_s if one_to_one else limits.establish_group_s
    if is_phone(who):
        wait_s = limits.establish_pstn_s
    return ParticipantInvited(
        participant=who,
        by=by,
        answer_until=later(at, wait_s),
        alternate_caller_id=caller_id if is_phone(who) else None,
    )


def require_room(call: Call, asked: Command, limits: Limits) -> None:
    """Raise Refused unless one more participant fits into the call."""
    if call.present >= limits.participants_max:
        reason = f"the call is full with {limits.participants_max} participants"
        raise Refused(PARTICIPANT.name, PARTICIPANT.initial, type(asked).__name__, reason, ())


@decides(Offer)
def _offer(call: Call, asked: Offer, limits: Limits) -> Events:
    person = call.participants[asked.participant]
    if person.has_accepted:
        reason = "the call has been answered elsewhere"
        raise Refused(CALL.name, person.call_state, "Offer", reason, CALL.accepted(person.call_state))
    return (CallOffered(participant=person.id, endpoint=asked.endpoint, caller=caller_of(call, person)),)


def caller_of(call: Call, person: Participant) -> RawId:
    """Who calls `person`, as their endpoints show it: the other side, or who started the group call."""
    return person.other or call.starter or person.id


def context_for(call: Call, person: Participant) -> CustomContext | None:
    """What `person` is to know: what they were given themselves, or else what the call carries."""
    return person.custom_context or call.custom_context


def dialling(call: Call, telephone: Participant) -> Dial:
    """The effect that calls `telephone`."""
    return Dial(
        participant=telephone.id,
        caller_id=telephone.alternate_caller_id,
        custom_context=context_for(call, telephone),
    )


@decides(ReportAlerted)
def _alerted(call: Call, seen: ReportAlerted, limits: Limits) -> Events:
    return (ParticipantAlerted(participant=seen.participant, endpoint=seen.endpoint),)


@decides(ReportUnreachable)
def _unreachable(call: Call, seen: ReportUnreachable, limits: Limits) -> Events:
    reason = REGISTRY.named("not_registered", source=Source.SERVICE, words=seen.words)
    return leave(call, seen.participant, reason, seen.at, limits)


moves_only(CallOffered, ParticipantAlerted)


@changes_whole(CallPromoted, when=lambda call: call.kind is CallKind.ONE_TO_ONE, place="in a one-to-one call")
def _promoted(call: Call, fact: CallPromoted) -> None:
    call.kind = CallKind.GROUP
    for participant in call.participants.values():
        participant.other = None


@changes(ParticipantInvited, enters=True)
def _invited(call: Call, participant: Participant, fact: ParticipantInvited) -> None:
    participant.establish_until = fact.answer_until
    participant.role = fact.role
    participant.alternate_caller_id = fact.alternate_caller_id
    participant.custom_context = fact.custom_context
    if call.kind is CallKind.ONE_TO_ONE:
        participant.other = fact.by
        call.participants[fact.by].other = participant.id
    if fact.redirected_by:
        _takes_the_call_over(call, participant, fact)


def _takes_the_call_over(call: Call, participant: Participant, fact: ParticipantInvited) -> None:
    """The call goes on: who sent it on was not its end, and who waits for an answer waits longer."""
    participant.redirected_by = fact.redirected_by
    call.end_reason = None
    waiting = call.participants[fact.by]
    if not call.is_answered and waiting.establish_until is not None:
        waiting.establish_until = max(waiting.establish_until, fact.answer_until)


@reacts(ParticipantInvited)
def _locate(call: Call, fact: ParticipantInvited) -> tuple[Effect, ...]:
    if is_phone(fact.participant):
        return (dialling(call, call.participants[fact.participant]),)
    return (Locate(participant=fact.participant),)


@reacts(CallOffered)
def _ring(call: Call, fact: CallOffered) -> tuple[Effect, ...]:
    return (Ring(participant=fact.participant, endpoint=fact.endpoint, caller=fact.caller),)
