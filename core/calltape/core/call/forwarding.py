"""Sending a call on to somebody else before anybody answered it.

Either the network does so by the rules of who is called, and says so (`ReportForwarded`): then the call goes
on ringing under the name of who was called. Or whoever is being rung does so themselves (`RedirectOffer`):
then all their endpoints fall silent, they are out of the call, and the target is called in their place, by
the same caller and with a time of its own to answer. Both leave one mark, `CallForwarded`.

A call that a transfer made may forbid it: the network's forwarding ends the attempt, a redirect is refused.
"""

import attrs

from calltape.core.call.authority import require_capability
from calltape.core.call.caller_id import caller_id_fault
from calltape.core.call.inviting import caller_of, capability_to_add, invitation, role_of_comer
from calltape.core.call.leaving import ParticipantLeft, leave, offers_ended
from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, CallState
from calltape.core.values import EndpointId


@command
class ReportForwarded(Command):
    """Observed: the call to `participant` was passed on to `to` before anybody answered."""

    participant: RawId
    to: RawId


@command
class RedirectOffer(Command):
    """`participant`, who is being rung at `endpoint`, sends the call on to `target` instead of answering."""

    participant: RawId
    endpoint: EndpointId
    target: RawId
    alternate_caller_id: str | None = attrs.field(default=None, metadata=personal())
    """The number to show to a telephone that is dialled, as +, country code first (E.164)."""

    is_caller_id_required: bool = False
    """Whether a telephone may not be dialled without one: the gateway's policy."""


@event("call.forwarded")
class CallForwarded(Event):
    """The call to `participant` rings at `to` instead.

    For who answers there, `participant` is the one who transferred the call.
    """

    participant: RawId
    to: RawId
    endpoint: EndpointId | None = None
    """Where `participant` sent it on; None when the network did."""


@decides(ReportForwarded)
def _forwarded(call: Call, seen: ReportForwarded, limits: Limits) -> Events:
    person = call.participants[seen.participant]
    if fault := _nowhere_else(person, seen.to) or (
        "the call has been answered" if person.has_accepted else ""
    ):
        raise _refused(person, seen, fault)
    if _is_forbidden(call):
        words = "it was forwarded, which the transfer that made it does not allow"
        reason = REGISTRY.named("no_answer", source=Source.SERVICE, words=words)
        return leave(call, person.id, reason, seen.at, limits)
    if person.forwarded_to == seen.to:
        return ()
    return (CallForwarded(participant=person.id, to=seen.to),)


@decides(RedirectOffer)
def _redirect(call: Call, asked: RedirectOffer, limits: Limits) -> Events:
    person = call.participants[asked.participant]
    caller = caller_of(call, person)
    if fault := _fault(call, person, caller, asked, limits):
        raise _refused(person, asked, fault)
    require_capability(call, person.id, capability_to_add(asked.target), asked)
    kind = call.kind or CallKind.GROUP
    invited = invitation(asked.target, caller, kind, asked.at, limits, caller_id=asked.alternate_caller_id)
    # No page gives a pair; it is the one that an endpoint sees whose call is taken back.
    over = REGISTRY.named("cancelled", source=Source.LOCAL, words="redirected")
    return (
        CallForwarded(participant=person.id, to=asked.target, endpoint=asked.endpoint),
        *offers_ended(person, over, but=asked.endpoint),
        ParticipantLeft(participant=person.id, reason=over),
        attrs.evolve(
            invited,
            role=role_of_comer(call, asked.target),
            redirected_by=(*person.redirected_by, person.id),
            custom_context=person.custom_context,
        ),
    )


def _fault(call: Call, person: Participant, caller: RawId, asked: RedirectOffer, limits: Limits) -> str:
    """What keeps the call from being redirected; empty when nothing does."""
    if fault := _nowhere_else(person, asked.target):
        return fault
    if asked.target == caller:
        return f"{caller} is the one who calls"
    there = call.participants.get(asked.target)
    if there is not None and there.call_state is not CallState.DISCONNECTED:
        return f"{there.id} is in the call already"
    if asked.target in person.redirected_by:
        return f"{asked.target} has redirected the call already, so it would go round"
    if len(person.redirected_by) >= limits.redirects_max:
        return f"the call has been redirected {limits.redirects_max} times, and no call may be more often"
    if _is_forbidden(call):
        return "the transfer that made the call does not allow to send it on"
    if call.room_id is not None:
        return "the invitation to a room is for whom it names"
    return caller_id_fault(asked, (asked.target,))


def _nowhere_else(person: Participant, to: RawId) -> str:
    return "a call is not forwarded to where it rings already" if to == person.id else ""


def _is_forbidden(call: Call) -> bool:
    """Whether it is still the attempt that a transfer makes and wants to reach nobody but its target."""
    return call.origin is not None and call.origin.is_forwarding_disabled and not call.is_answered


def _refused(person: Participant, asked: Command, reason: str) -> Refused:
    return Refused(
        CALL.name, person.call_state, type(asked).__name__, reason, CALL.accepted(person.call_state)
    )


@changes(CallForwarded)
def _rings_elsewhere(call: Call, participant: Participant, fact: CallForwarded) -> None:
    participant.forwarded_to = fact.to
