"""Starting a call, and joining one by its locator.

A one-to-one call has one callee. A call to several is a group call whose starter waits for a first answer.
A call joined by group locator has nobody to wait for: the first to join starts it and stays, alone if need
be.
"""

from typing import Any

import attrs

from calltape.core.call.authority import comes_in_silent
from calltape.core.call.caller_id import caller_id_fault
from calltape.core.call.inviting import invitation, require_room, role_of_comer
from calltape.core.call.rooms import Events, changes, changes_whole, decides, reacts
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.call.transfer_facts import TransferOrigin
from calltape.core.commands import Command, command
from calltape.core.custom_context import CustomContext, carried, context_fault, recipient_fault
from calltape.core.effects import Effect, OpenMedia
from calltape.core.errors import Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import Role, passes_lobby
from calltape.core.states import CALL
from calltape.core.values import CallId, EndpointId, Instant, later


@command
class StartCall(Command):
    """`participant` calls `callees` from `endpoint`."""

    call_id: CallId
    participant: RawId
    endpoint: EndpointId
    callees: tuple[RawId, ...]
    """One for a one-to-one call, several for a group call; distinct, and not the caller:

    nobody can call themselves.
    """

    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())
    transferor: RawId | None = None
    """Who handed the caller over, where a transfer makes the call."""

    transferred_from: CallId | None = None
    """The call in which the transfer was asked for."""

    replaces: CallId | None = None
    """The call of the callee whose place this one takes."""

    is_forwarding_disabled: bool = False
    """Whether the callee may not redirect it."""

    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())
    """What the one who is called is to know. A call to several carries none."""

    alternate_caller_id: str | None = attrs.field(default=None, metadata=personal())
    """The number to show to telephones that are dialled, as +, country code first (E.164)."""

    is_caller_id_required: bool = False
    """Whether a telephone may not be dialled without one: the gateway's policy."""


@command
class Join(Command):
    """`participant` joins the group call `group_id` from `endpoint`, starting it if nobody is there.

    Who starts one with a lobby is its organizer.
    """

    call_id: CallId
    participant: RawId
    endpoint: EndpointId
    group_id: str
    has_lobby: bool = False
    """Whether the call gets a lobby, if this starts it."""

    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())


@event("call.started", shape=2)
class CallStarted(Event):
    """The call exists."""

    call_id: CallId
    kind: CallKind
    starter: RawId
    group_id: str | None = None
    room_id: str | None = None
    """The room that it takes place in."""

    is_pstn_dial_out_enabled: bool = False
    """Whether the room allowed to dial out to telephones when it started."""

    has_lobby: bool = False
    """Whether who comes in by themselves and has no role that passes must be admitted."""

    waits_for_answer: bool
    """Whether the starter's leg waits for somebody to answer."""

    ends_by: Instant
    """When everybody still there is disconnected."""

    transferor: RawId | None = None
    """Who handed the caller over, where a transfer makes the call."""

    transferred_from: CallId | None = None
    """The call in which the transfer was asked for."""

    replaces: CallId | None = None
    """The call of the callee whose place this one takes."""

    is_forwarding_disabled: bool = False
    """Whether the callee may not redirect it."""

    custom_context: CustomContext | None = attrs.field(default=None, metadata=personal())
    """What everybody is to know who is called and given nothing of their own; opaque."""


@event("participant.joined")
class ParticipantJoined(Event):
    """Somebody comes in by themselves: the caller, or who joins by locator."""

    participant: RawId
    endpoint: EndpointId
    establish_until: Instant
    role: Role = Role.UNKNOWN
    waits_in_lobby: bool = False
    """Whether they have to be admitted, once their media is up."""

    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())


@decides(StartCall)
def _start(call: Call, asked: StartCall, limits: Limits) -> Events:
    fault = _start_fault(asked, limits)
    if fault or call.kind is not None:
        raise Refused(CALL.name, call.state, "StartCall", fault or "the call has already started", ())
    kind = CallKind.ONE_TO_ONE if len(asked.callees) == 1 else CallKind.GROUP
    started = _from_transfer(_started(asked, kind, limits, group_id=None, waits_for_answer=True), asked)
    started = attrs.evolve(started, custom_context=carried(asked.custom_context, limits))
    shown = asked.alternate_caller_id
    invitations = [
        invitation(callee, asked.participant, kind, asked.at, limits, caller_id=shown)
        for callee in asked.callees
    ]
    # The caller's leg may wait as long as the slowest of those called.
    until = max(each.answer_until for each in invitations)
    return (started, _joined(asked, until), *invitations)


def _start_fault(asked: StartCall, limits: Limits) -> str:
    """What is wrong with whom it calls, or with what they are shown; empty when nothing is."""
    if not asked.callees:
        return "nobody is called; name at least one callee"
    if asked.participant in asked.callees:
        return "nobody can call themselves"
    if len(set(asked.callees)) < len(asked.callees):
        return "somebody is called twice"
    if (asked.transferor is None) is not (asked.transferred_from is None):
        return "a transferred call names both who transferred it and the call it came from"
    if len(asked.callees) >= limits.participants_max:
        return f"a call holds at most {limits.participants_max} participants"
    return caller_id_fault(asked, asked.callees) or _context_fault(asked, limits)


def _context_fault(asked: StartCall, limits: Limits) -> str:
    """What is wrong with what the callee is to know; who is transferred may bring it to anybody."""
    who_may = "" if asked.transferor else recipient_fault(asked.custom_context, asked.callees)
    return who_may or context_fault(asked.custom_context, limits)


@decides(Join)
def _join(call: Call, asked: Join, limits: Limits) -> Events:
    if call.kind is not None and call.group_id != asked.group_id:
        raise Refused(CALL.name, call.state, "Join", "the call cannot be joined by that group id", ())
    require_room(call, asked, limits)
    role = _role_of_joiner(call, asked)
    joined = attrs.evolve(
        _joined(asked, later(asked.at, limits.establish_group_s)),
        role=role,
        waits_in_lobby=call.has_lobby and not passes_lobby(role),
        is_muted=asked.is_muted or comes_in_silent(call, Participant(id=asked.participant, role=role)),
    )
    if call.kind is not None:
        return (joined,)
    started = _started(asked, CallKind.GROUP, limits, group_id=asked.group_id, waits_for_answer=False)
    return (attrs.evolve(started, has_lobby=asked.has_lobby), joined)


def _role_of_joiner(call: Call, asked: Join) -> Role:
    """What who joins by locator is: of a meeting its organizer, or what they were, or an attendee."""
    if call.kind is None:
        return Role.ORGANIZER if asked.has_lobby else Role.UNKNOWN
    return role_of_comer(call, asked.participant)


def _started(
    asked: StartCall | Join, kind: CallKind, limits: Limits, *, group_id: str | None, waits_for_answer: bool
) -> CallStarted:
    return CallStarted(
        call_id=asked.call_id,
        kind=kind,
        starter=asked.participant,
        group_id=group_id,
        waits_for_answer=waits_for_answer,
        ends_by=later(asked.at, limits.call_duration_max_s),
    )


def _from_transfer(started: CallStarted, asked: StartCall) -> CallStarted:
    """`started`, with what a transfer made it of."""
    if asked.transferor is None:
        return started
    fact: Any = started  # the declaring decorator hides from type checkers that it is an attrs class
    with_origin: CallStarted = attrs.evolve(
        fact,
        transferor=asked.transferor,
        transferred_from=asked.transferred_from,
        replaces=asked.replaces,
        is_forwarding_disabled=asked.is_forwarding_disabled,
    )
    return with_origin


def _joined(asked: StartCall | Join, until: Instant) -> ParticipantJoined:
    return ParticipantJoined(
        participant=asked.participant,
        endpoint=asked.endpoint,
        establish_until=until,
        is_muted=asked.is_muted,
        display_name=asked.display_name,
    )


@changes_whole(CallStarted, when=lambda call: call.kind is None, place="at the beginning")
def _begun(call: Call, fact: CallStarted) -> None:
    call.id = fact.call_id
    call.kind = fact.kind
    call.starter = fact.starter
    call.group_id = fact.group_id
    call.has_lobby = fact.has_lobby
    call.room_id = fact.room_id
    call.is_pstn_dial_out_enabled = fact.is_pstn_dial_out_enabled
    call.is_answered = not fact.waits_for_answer
    call.ends_by = fact.ends_by
    call.custom_context = fact.custom_context
    if fact.transferor is not None and fact.transferred_from is not None:
        call.origin = TransferOrigin(
            call_id=fact.transferred_from,
            transferor=fact.transferor,
            replaces=fact.replaces,
            is_forwarding_disabled=fact.is_forwarding_disabled,
        )


@changes(ParticipantJoined, enters=True)
def _entered(call: Call, participant: Participant, fact: ParticipantJoined) -> None:
    participant.endpoint = fact.endpoint
    participant.is_muted = fact.is_muted
    participant.display_name = fact.display_name
    participant.role = fact.role
    participant.waits_in_lobby = fact.waits_in_lobby
    participant.has_accepted = True
    participant.establish_until = fact.establish_until


@reacts(ParticipantJoined)
def _open(call: Call, fact: ParticipantJoined) -> tuple[Effect, ...]:
    """Who joins by locator opens media at once; a caller waits for an answer."""
    if not call.is_answered:
        return ()
    who = fact.participant
    return (OpenMedia(participant=who, endpoint=fact.endpoint, is_alone=call.is_alone(who)),)
