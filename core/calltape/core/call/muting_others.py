"""Muting others: one of them, or everybody but oneself.

The mute is soft: whoever was muted may unmute themselves, and nobody can unmute anybody else. It is for
group calls. The event is that of one's own microphone, with who did it: that is how a client can tell its
user that they were muted by others.
"""

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import require_connected
from calltape.core.call.muting import ParticipantMuted
from calltape.core.call.rooms import Events, decides
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL


@command
class MuteParticipant(Command):
    """`by` mutes `participant`, who may be holding, or a telephone."""

    participant: RawId
    by: RawId


@command
class MuteAll(Command):
    """`by` mutes everybody else who is up in the call."""

    by: RawId


@decides(MuteParticipant)
def _mute_participant(call: Call, asked: MuteParticipant, limits: Limits) -> Events:
    _require_may_mute(call, asked)
    if asked.participant == asked.by:
        state = call.participants[asked.by].call_state
        reason = "one's own microphone is muted with Mute"
        raise Refused(CALL.name, state, "MuteParticipant", reason, CALL.accepted(state))
    if call.participants[asked.participant].is_muted:
        return ()
    return (ParticipantMuted(participant=asked.participant, by=asked.by),)


@decides(MuteAll)
def _mute_all(call: Call, asked: MuteAll, limits: Limits) -> Events:
    _require_may_mute(call, asked)
    others = (person for person in call.participants.values() if person.id != asked.by)
    return tuple(
        ParticipantMuted(participant=person.id, by=asked.by) for person in others if _can_be_muted(person)
    )


def _require_may_mute(call: Call, asked: MuteParticipant | MuteAll) -> None:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "muteOthers", asked)
    if call.kind is CallKind.ONE_TO_ONE:
        state = call.participants[asked.by].call_state
        reason = "in a one-to-one call nobody mutes the other side"
        raise Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))


def _can_be_muted(person: Participant) -> bool:
    return not person.is_muted and CALL.accepts(person.call_state, "MuteAll")
