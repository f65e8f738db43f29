"""The lobby: waiting to be admitted to a group call.

Who comes by themselves into a call with a lobby waits there once their media is up, unless their role
passes; where the call has none of its own, who is sent there is decided outside. How long the wait may be,
no source says: `Limits.lobby_s` is None unless somebody sets it.
"""

from collections.abc import Iterable

import attrs

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import leave, require_connected
from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, EndReason, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, CallState
from calltape.core.values import Instant, later


@command
class ReportInLobby(Command):
    """Observed: whoever decides sent `participant` to the lobby."""

    participant: RawId


@command
class Admit(Command):
    """`by` lets `participant` in."""

    participant: RawId
    by: RawId


@command
class AdmitAll(Command):
    """`by` lets everybody in who waits."""

    by: RawId


@command
class RejectFromLobby(Command):
    """`by` turns `participant` away."""

    participant: RawId
    by: RawId


@event("participant.waiting")
class ParticipantWaiting(Event):
    """Somebody waits in the lobby."""

    participant: RawId
    admit_until: Instant | None = None
    """By when they must be admitted, where that has a limit."""


@event("participant.admitted")
class ParticipantAdmitted(Event):
    """Somebody was let in."""

    participant: RawId
    by: RawId


@decides(ReportInLobby)
def _wait(call: Call, seen: ReportInLobby, limits: Limits) -> Events:
    fault = ""
    if call.kind is CallKind.ONE_TO_ONE:
        fault = "a one-to-one call has no lobby"
    elif call.room_id is not None:
        fault = "a room has no lobby"
    elif not call.is_answered:
        fault = "nobody has answered yet, so there is nobody who could admit"
    if fault:
        state = call.participants[seen.participant].call_state
        raise Refused(CALL.name, state, "ReportInLobby", fault, CALL.accepted(state))
    return waiting(seen.participant, seen.at, limits)


def waiting(who: RawId, at: Instant, limits: Limits) -> Events:
    """`who` waits in the lobby from `at` on."""
    until = None if limits.lobby_s is None else later(at, limits.lobby_s)
    return (ParticipantWaiting(participant=who, admit_until=until),)


@decides(Admit)
def _admit(call: Call, asked: Admit, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "manageLobby", asked)
    return (ParticipantAdmitted(participant=asked.participant, by=asked.by),)


@decides(AdmitAll)
def _admit_all(call: Call, asked: AdmitAll, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "manageLobby", asked)
    return tuple(ParticipantAdmitted(participant=who, by=asked.by) for who in in_lobby(call))


def in_lobby(call: Call) -> tuple[RawId, ...]:
    """Who waits. Reads every participant."""
    return tuple(p.id for p in call.participants.values() if p.call_state is CallState.IN_LOBBY)


@attrs.frozen(kw_only=True)
class AdmissionCounts:
    """What came of admitting everybody."""

    success: int
    failure: int


def admission_counts(before: Call, events: Iterable[Event]) -> AdmissionCounts:
    """How many of those who waited in `before` the `events` admitted, and how many not."""
    admitted = {fact.participant for fact in events if isinstance(fact, ParticipantAdmitted)}
    waited = in_lobby(before)
    success = sum(who in admitted for who in waited)
    return AdmissionCounts(success=success, failure=len(waited) - success)


@decides(RejectFromLobby)
def _turn_away(call: Call, asked: RejectFromLobby, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "manageLobby", asked)
    return leave(call, asked.participant, turned_away(Source.REMOTE), asked.at, limits)


def turned_away(source: Source) -> EndReason:
    """Why whoever was not admitted left. No page gives the code; the UI library knows the subcode."""
    return REGISTRY.reason(0, 5854, source=source)


@changes(ParticipantAdmitted)
def _admitted(call: Call, participant: Participant, fact: ParticipantAdmitted) -> None:
    participant.lobby_until = None


@changes(ParticipantWaiting)
def _waiting(call: Call, participant: Participant, fact: ParticipantWaiting) -> None:
    participant.waits_in_lobby = False
    participant.establish_until = None
    participant.lobby_until = fact.admit_until
