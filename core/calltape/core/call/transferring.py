"""Transfer: handing the other side of a call between two over to somebody else.

Three people take part. The transferor asks; the transferee's endpoint calls the target by itself, which is
another call with an id of its own; and when the target answers, the old call is over for both of its sides.
Blind, the target is a person; consultative, it is a call the transferor already has, whose other side is
called and whose place the new call takes; or it is somebody's voicemail.

The old call knows of the new one only what it is told: `ReportTransferred`, `ReportTransferFailed`. The new
call says on its first event what it came from.
"""

from typing import Any

import attrs

from calltape.core.call.leaving import leave
from calltape.core.call.rooms import Events, changes, decides, moves_machine, reacts
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.call.transfer_facts import Transfer, TransferTarget
from calltape.core.commands import Command, command
from calltape.core.custom_context import CustomContext, carried, context_fault
from calltape.core.effects import AbandonTransferredCall, Effect, PlaceTransferredCall
from calltape.core.end_reasons import REGISTRY, EndReason, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId, is_m365, parse
from calltape.core.limits import Limits
from calltape.core.states import CALL, TRANSFER, ParticipantState, TransferState
from calltape.core.values import CallId, Instant, later


@command
class TransferToParticipant(Command):
    """`participant` hands the other side over to `target`."""

    participant: RawId
    target: RawId
    new_call: CallId
    """The id that the transferee's call to the target will have."""

    is_forwarding_disabled: bool = False
    """Whether the attempt ends where the target's own rules would send the call on to somebody else."""

    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())
    """What the target is to know; opaque."""


@command
class TransferToCall(Command):
    """`participant`, who has talked it over with `target` in `target_call`, lets the other side take that
    call's place.
    """

    participant: RawId
    target: RawId
    target_call: CallId
    new_call: CallId
    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())


@command
class TransferToVoicemail(Command):
    """`participant` hands the other side over to the voicemail of `target`, a Microsoft 365 user."""

    participant: RawId
    target: RawId
    new_call: CallId


@command
class ReportTransferred(Command):
    """Observed: the target answered the transferee in `new_call`."""

    participant: RawId
    """The transferor."""

    new_call: CallId


@command
class ReportTransferFailed(Command):
    """Observed: `new_call` was not answered, or not even placed."""

    participant: RawId
    """The transferor."""

    new_call: CallId
    reason: EndReason


@command
class ReportReplaced(Command):
    """Observed: `participant` answered `new_call`, which takes the place of this one."""

    participant: RawId
    new_call: CallId


@event("transfer.requested", shape=2)
class TransferRequested(Event):
    """Somebody asked to hand the other side over."""

    participant: RawId
    transferee: RawId
    to: TransferTarget
    target: RawId
    target_call: CallId | None = None
    """The call to be replaced, for a consultative transfer."""

    new_call: CallId
    is_forwarding_disabled: bool = False
    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())
    transfer_until: Instant
    """When silence means that it failed."""


@event("transfer.completed")
class TransferCompleted(Event):
    """The target answered the transferee; nobody needs this call any more."""

    participant: RawId
    new_call: CallId


@event("transfer.failed")
class TransferFailed(Event):
    """The target was not reached, for `reason`; this call goes on."""

    participant: RawId
    new_call: CallId
    reason: EndReason


@decides(TransferToParticipant)
def _to_participant(call: Call, asked: TransferToParticipant, limits: Limits) -> Events:
    return _requested(
        call,
        asked,
        limits,
        TransferTarget.PARTICIPANT,
        is_forwarding_disabled=asked.is_forwarding_disabled,
        custom_context=_carried(call, asked, limits),
    )


@decides(TransferToCall)
def _to_call(call: Call, asked: TransferToCall, limits: Limits) -> Events:
    if asked.target_call == call.id:
        raise _refused(call, asked, "a call cannot be transferred to itself")
    return _requested(
        call,
        asked,
        limits,
        TransferTarget.CALL,
        target_call=asked.target_call,
        custom_context=_carried(call, asked, limits),
    )


def _carried(
    call: Call, asked: TransferToParticipant | TransferToCall, limits: Limits
) -> CustomContext | None:
    """What the target is to know.

    Raises:
        Refused: no call can carry that.
    """
    if fault := context_fault(asked.custom_context, limits):
        raise _refused(call, asked, fault)
    return carried(asked.custom_context, limits)


@decides(TransferToVoicemail)
def _to_voicemail(call: Call, asked: TransferToVoicemail, limits: Limits) -> Events:
    if not is_m365(parse(asked.target)):
        raise _refused(call, asked, f"{asked.target} is no Microsoft 365 user and has no voicemail")
    return _requested(call, asked, limits, TransferTarget.VOICEMAIL)


_Asked = TransferToParticipant | TransferToCall | TransferToVoicemail


def _requested(call: Call, asked: _Asked, limits: Limits, to: TransferTarget, **more: Any) -> Events:
    """What all three kinds of transfer record, and `more` of one kind."""
    return (
        TransferRequested(
            participant=asked.participant,
            transferee=_transferee(call, asked),
            to=to,
            target=asked.target,
            new_call=asked.new_call,
            transfer_until=later(asked.at, limits.transfer_s),
            **more,
        ),
    )


def _transferee(call: Call, asked: _Asked) -> RawId:
    """Who would be handed over.

    Raises:
        Refused: nobody can be, or not to that target, or a transfer is under way.
    """
    me = call.participants[asked.participant]
    _require_transfer_row(me, asked)
    other = call.participants.get(me.other) if me.other is not None else None
    if call.kind is not CallKind.ONE_TO_ONE or other is None:
        raise _refused(call, asked, "only a call between two can be transferred")
    if other.state not in _UP:
        raise _refused(call, asked, f"{other.id} is not connected yet")
    if asked.target in {me.id, other.id}:
        raise _refused(call, asked, f"{asked.target} is in this call already; name somebody else")
    if asked.new_call == call.id:
        raise _refused(call, asked, "the new call needs an id of its own")
    return other.id


_UP = frozenset({ParticipantState.CONNECTED, ParticipantState.HOLD})


def _refused(call: Call, asked: _Asked, reason: str) -> Refused:
    state = call.participants[asked.participant].call_state
    return Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))


def _require_transfer_row(me: Participant, asked: Command) -> None:
    """Raise Refused unless the transfer's own lifecycle accepts `asked`."""
    TRANSFER.outcomes(transfer_state(me), type(asked).__name__)


def transfer_state(person: Participant) -> TransferState:
    """Where the transfer is that `person` asked for last."""
    return TRANSFER.initial if person.transfer is None else person.transfer.state


@decides(ReportTransferred)
def _transferred(call: Call, seen: ReportTransferred, limits: Limits) -> Events:
    transfer = _under_way(call, seen)
    completed = TransferCompleted(participant=seen.participant, new_call=seen.new_call)
    # The UI library knows the pair; it has no row of its own in the vendor's tables.
    reason = REGISTRY.reason(0, 7015, source=Source.SERVICE)
    return (completed, *leave(call, transfer.transferee, reason, seen.at, limits))


@decides(ReportTransferFailed)
def _failed(call: Call, seen: ReportTransferFailed, limits: Limits) -> Events:
    _under_way(call, seen)
    return (TransferFailed(participant=seen.participant, new_call=seen.new_call, reason=seen.reason),)


def _under_way(call: Call, seen: ReportTransferred | ReportTransferFailed) -> Transfer:
    """The transfer that `seen` is about.

    Raises:
        Refused: none is under way, or it is another one.
    """
    me = call.participants[seen.participant]
    _require_transfer_row(me, seen)
    transfer = me.transfer
    if transfer is None or transfer.new_call != seen.new_call:
        state = transfer_state(me)
        reason = "the report is about an earlier transfer"
        raise Refused(TRANSFER.name, state, type(seen).__name__, reason, TRANSFER.accepted(state))
    return transfer


@decides(ReportReplaced)
def _replaced(call: Call, seen: ReportReplaced, limits: Limits) -> Events:
    if call.kind is not CallKind.ONE_TO_ONE:
        state = call.participants[seen.participant].call_state
        reason = "only a call between two is replaced by another"
        raise Refused(CALL.name, state, "ReportReplaced", reason, CALL.accepted(state))
    over = REGISTRY.reason(0, 7015, source=Source.SERVICE, words=f"replaced by {seen.new_call}")
    return leave(call, seen.participant, over, seen.at, limits)


def overdue(call: Call, who: RawId) -> Events:
    """What the silence about the transfer that `who` asked for leads to."""
    transfer = call.participants[who].transfer
    if transfer is None:
        return ()
    reason = REGISTRY.named("no_answer", source=Source.DEADLINE)
    return (TransferFailed(participant=who, new_call=transfer.new_call, reason=reason),)


moves_machine(TRANSFER, lambda participant, _: transfer_state(participant))


@changes(TransferRequested)
def _asked(call: Call, participant: Participant, fact: TransferRequested) -> None:
    participant.transfer = Transfer(
        transferee=fact.transferee,
        to=fact.to,
        target=fact.target,
        target_call=fact.target_call,
        new_call=fact.new_call,
        is_forwarding_disabled=fact.is_forwarding_disabled,
        custom_context=fact.custom_context,
    )
    participant.transfer_until = fact.transfer_until


@changes(TransferCompleted)
def _is_done(call: Call, participant: Participant, fact: TransferCompleted) -> None:
    if participant.transfer is not None:
        participant.transfer = attrs.evolve(participant.transfer, state=TransferState.TRANSFERRED)
    participant.transfer_until = None


@changes(TransferFailed)
def _has_failed(call: Call, participant: Participant, fact: TransferFailed) -> None:
    if participant.transfer is not None:
        participant.transfer = attrs.evolve(
            participant.transfer, state=TransferState.FAILED, reason=fact.reason
        )
    participant.transfer_until = None


@reacts(TransferRequested)
def _place(call: Call, fact: TransferRequested) -> tuple[Effect, ...]:
    return placing(call, call.participants[fact.participant])


def placing(call: Call, transferor: Participant) -> tuple[Effect, ...]:
    """The effect that a transfer under way wants; none if there is none."""
    transfer = transferor.transfer
    if transfer is None or transfer.state is not TransferState.TRANSFERRING:
        return ()
    return (
        PlaceTransferredCall(
            participant=transfer.transferee,
            endpoint=call.participants[transfer.transferee].endpoint,
            transferor=transferor.id,
            target=transfer.target,
            new_call=transfer.new_call,
            replaces=transfer.target_call,
            is_to_voicemail=transfer.to is TransferTarget.VOICEMAIL,
            is_forwarding_disabled=transfer.is_forwarding_disabled,
            custom_context=transfer.custom_context,
        ),
    )


@reacts(TransferFailed)
def _give_up(call: Call, fact: TransferFailed) -> tuple[Effect, ...]:
    transfer = call.participants[fact.participant].transfer
    if transfer is None:
        return ()
    return (AbandonTransferredCall(participant=transfer.transferee, new_call=fact.new_call),)
