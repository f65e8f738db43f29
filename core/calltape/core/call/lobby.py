"""The lobby:

waiting to be admitted to a group call. Who is sent there is decided outside; how long the wait may be, no
source says.
"""

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import leave, require_connected
from calltape.core.call.rooms import Events, changes, decides, moves_only
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL


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
class RejectFromLobby(Command):
    """`by` turns `participant` away."""

    participant: RawId
    by: RawId


@event("participant.waiting")
class ParticipantWaiting(Event):
    """Somebody waits in the lobby."""

    participant: RawId


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
    elif not call.is_answered:
        fault = "nobody has answered yet, so there is nobody who could admit"
    if fault:
        state = call.participants[seen.participant].call_state
        raise Refused(CALL.name, state, "ReportInLobby", fault, CALL.accepted(state))
    return (ParticipantWaiting(participant=seen.participant),)


@decides(Admit)
def _admit(call: Call, asked: Admit, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "manageLobby", asked)
    return (ParticipantAdmitted(participant=asked.participant, by=asked.by),)


@decides(RejectFromLobby)
def _turn_away(call: Call, asked: RejectFromLobby, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "manageLobby", asked)
    # No page gives the code; the UI library knows the subcode.
    reason = REGISTRY.reason(0, 5854, source=Source.REMOTE)
    return leave(call, asked.participant, reason, asked.at, limits)


moves_only(ParticipantAdmitted)


@changes(ParticipantWaiting)
def _waiting(call: Call, participant: Participant, fact: ParticipantWaiting) -> None:
    participant.establish_until = None
