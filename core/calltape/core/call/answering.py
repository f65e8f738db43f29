"""Answering: accepting, rejecting, being busy.

Every endpoint of a person rings; the first to accept wins and the others learn that the call was answered
elsewhere. A rejection or a busy signal is one endpoint's; the person has declined when no endpoint is left
that could answer.
"""

import attrs

from calltape.core.call.authority import comes_in_silent
from calltape.core.call.caller_id import require_phone
from calltape.core.call.leaving import OfferEnded, leave, offers_ended
from calltape.core.call.rooms import Events, changes, decides, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, OpenMedia
from calltape.core.end_reasons import REGISTRY, EndReason, Source
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.values import EndpointId


@command
class Accept(Command):
    """`participant` accepts the call at `endpoint`."""

    participant: RawId
    endpoint: EndpointId
    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())


@command
class Reject(Command):
    """`participant` declines the call at `endpoint`."""

    participant: RawId
    endpoint: EndpointId


@command
class ReportBusy(Command):
    """Observed: `endpoint` is busy with another call."""

    participant: RawId
    endpoint: EndpointId


@command
class ReportAnswered(Command):
    """Observed: a telephone, which is no endpoint of ours, was picked up."""

    participant: RawId


@event("call.accepted")
class CallAccepted(Event):
    """Somebody took the call; media is the next thing."""

    participant: RawId
    endpoint: EndpointId | None = None
    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())
    is_first: bool
    """Whether nobody had answered the starter before."""


@event("offer.rejected")
class OfferRejected(Event):
    """One endpoint will not take the call."""

    participant: RawId
    endpoint: EndpointId
    reason: EndReason


_BUSY = REGISTRY.named("busy_everywhere", source=Source.LOCAL)


@decides(Accept)
def _accept(call: Call, asked: Accept, limits: Limits) -> Events:
    accepted = CallAccepted(
        participant=asked.participant,
        endpoint=asked.endpoint,
        is_muted=asked.is_muted or comes_in_silent(call, call.participants[asked.participant]),
        display_name=asked.display_name,
        is_first=not call.is_answered,
    )
    elsewhere = REGISTRY.named("answered_elsewhere", source=Source.REMOTE)
    return (accepted, *offers_ended(call.participants[asked.participant], elsewhere, but=asked.endpoint))


@decides(ReportAnswered)
def _answered(call: Call, seen: ReportAnswered, limits: Limits) -> Events:
    require_phone(call, seen.participant, seen)
    return (CallAccepted(participant=seen.participant, is_first=not call.is_answered),)


@decides(Reject)
def _reject(call: Call, asked: Reject, limits: Limits) -> Events:
    name = "all_declined" if len(call.participants[asked.participant].offers) > 1 else "declined"
    return _turn_down(call, asked, REGISTRY.named("declined", source=Source.LOCAL), name, limits)


@decides(ReportBusy)
def _busy(call: Call, seen: ReportBusy, limits: Limits) -> Events:
    # Who declined at one place is not busy because another place was.
    name = "all_declined" if call.participants[seen.participant].has_declined else "busy_everywhere"
    return _turn_down(call, seen, _BUSY, name, limits)


def _turn_down(call: Call, asked: Reject | ReportBusy, offer: EndReason, name: str, limits: Limits) -> Events:
    """One endpoint says no; with the last one the person does, for the reason called `name`."""
    rejected = OfferRejected(participant=asked.participant, endpoint=asked.endpoint, reason=offer)
    if call.participants[asked.participant].ringing_endpoints != (asked.endpoint,):
        return (rejected,)
    reason = REGISTRY.named(name, source=Source.LOCAL)
    rest = leave(call, asked.participant, reason, asked.at, limits)
    return (rejected, *(e for e in rest if not (isinstance(e, OfferEnded) and e.endpoint == asked.endpoint)))


@changes(CallAccepted)
def _taken(call: Call, participant: Participant, fact: CallAccepted) -> None:
    call.is_answered = True
    participant.has_accepted = True
    participant.endpoint = fact.endpoint
    participant.is_muted = fact.is_muted
    participant.display_name = fact.display_name


@changes(OfferRejected)
def _turned_down(call: Call, participant: Participant, fact: OfferRejected) -> None:
    participant.has_declined = participant.has_declined or fact.reason.code != _BUSY.code


@reacts(CallAccepted)
def _open(call: Call, fact: CallAccepted) -> tuple[Effect, ...]:
    """Media for who accepted and, with the first answer, for who waited for it."""
    mine = OpenMedia(participant=fact.participant, endpoint=fact.endpoint)
    if not fact.is_first or call.starter is None:
        return (mine,)
    return (OpenMedia(participant=call.starter, endpoint=call.participants[call.starter].endpoint), mine)
