"""Tones (DTMF): the keys that are pressed for a telephone, and those that it presses itself.

Asked for, sent and failed are separate facts. What is on its way to a telephone that leaves is lost with its
leg, which says it all. What was pressed may be a secret of the person's, so tones are personal data.
"""

import attrs

from calltape.core.call.caller_id import require_phone
from calltape.core.call.leaving import require_connected
from calltape.core.call.rooms import Events, changes, decides, not_here, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, SendTones
from calltape.core.errors import Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, CallState
from calltape.core.tones import Tone, TonesOnTheirWay
from calltape.core.values import Instant, later


@command
class SendDtmf(Command):
    """`by` presses keys for the telephone `participant`, in order; what is on its way already goes first."""

    participant: RawId
    by: RawId
    tones: tuple[Tone, ...] = attrs.field(metadata=personal())


@command
class ReportTonesSent(Command):
    """Observed: the telephone was sent the tones of request `sequence`."""

    participant: RawId
    sequence: int


@command
class ReportTonesFailed(Command):
    """Observed: the telephone was not sent the tones of request `sequence`, or not all of them."""

    participant: RawId
    sequence: int
    words: str | None = None


@command
class ReportToneReceived(Command):
    """Observed: the telephone `participant` pressed a key."""

    participant: RawId
    sequence: int
    """Counts the keys that this telephone pressed, from 1 on; who reports one twice says so with it."""

    tone: Tone = attrs.field(metadata=personal())


@event("tones.requested")
class TonesRequested(Event):
    """Somebody pressed keys for a telephone."""

    participant: RawId
    by: RawId
    sequence: int
    """Counts the requests of the call, from 1 on."""

    tones: tuple[Tone, ...] = attrs.field(metadata=personal())
    tones_until: Instant
    """When silence means that they were not sent."""


@event("tones.sent")
class TonesSent(Event):
    """A telephone was sent tones."""

    participant: RawId
    sequence: int


@event("tones.failed")
class TonesFailed(Event):
    """A telephone was not sent tones, or not all of them. The call goes on."""

    participant: RawId
    sequence: int
    words: str | None = None


@event("tone.received")
class ToneReceived(Event):
    """A telephone pressed a key."""

    participant: RawId
    sequence: int
    tone: Tone = attrs.field(metadata=personal())


not_here(SendDtmf, "tones go to a telephone that is connected and that nobody holds")


@decides(SendDtmf)
def _send(call: Call, asked: SendDtmf, limits: Limits) -> Events:
    require_phone(call, asked.participant, asked)
    require_connected(call, asked.by, asked)
    if call.participants[asked.by].call_state is not CallState.CONNECTED:
        raise _refused(call, asked, f"{asked.by}, who asks, holds the call")
    if not asked.tones:
        raise _refused(call, asked, "no tones are given; give one at least")
    waiting = sum(len(each.tones) for each in call.participants[asked.participant].tones)
    most = limits.dtmf_tones_on_their_way_max
    if waiting + len(asked.tones) > most:
        reason = f"{waiting} tones are on their way already, and {most} are as many as there may be at once"
        raise _refused(call, asked, reason)
    return (
        TonesRequested(
            participant=asked.participant,
            by=asked.by,
            sequence=call.tones_requested + 1,
            tones=asked.tones,
            tones_until=later(asked.at, limits.dtmf_inter_tone_max_s),
        ),
    )


@decides(ReportTonesSent)
def _sent(call: Call, seen: ReportTonesSent, limits: Limits) -> Events:
    _require_on_their_way(call, seen)
    return (TonesSent(participant=seen.participant, sequence=seen.sequence),)


@decides(ReportTonesFailed)
def _failed(call: Call, seen: ReportTonesFailed, limits: Limits) -> Events:
    _require_on_their_way(call, seen)
    return (TonesFailed(participant=seen.participant, sequence=seen.sequence, words=seen.words),)


def _require_on_their_way(call: Call, seen: ReportTonesSent | ReportTonesFailed) -> None:
    if all(each.sequence != seen.sequence for each in call.participants[seen.participant].tones):
        raise _refused(call, seen, f"no tones of request {seen.sequence} are on their way")


@decides(ReportToneReceived)
def _received(call: Call, seen: ReportToneReceived, limits: Limits) -> Events:
    require_phone(call, seen.participant, seen)
    if seen.sequence < 1:
        raise _refused(call, seen, f"keys are counted from 1 on, and this is number {seen.sequence}")
    if seen.sequence <= call.participants[seen.participant].tones_received:
        return ()
    return (ToneReceived(participant=seen.participant, sequence=seen.sequence, tone=seen.tone),)


def _refused(
    call: Call, asked: SendDtmf | ReportTonesSent | ReportTonesFailed | ReportToneReceived, reason: str
) -> Refused:
    state = call.participants[asked.participant].call_state
    return Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))


def overdue_tones(call: Call, who: RawId, words: str) -> Events:
    """Nobody said what became of the tones that have been on their way to `who` longest."""
    return (TonesFailed(participant=who, sequence=call.participants[who].tones[0].sequence, words=words),)


@changes(TonesRequested)
def _requested(call: Call, participant: Participant, fact: TonesRequested) -> None:
    call.tones_requested = fact.sequence
    asked = TonesOnTheirWay(sequence=fact.sequence, tones=fact.tones, until=fact.tones_until)
    _keep(participant, (*participant.tones, asked))


@changes(TonesSent)
def _are_sent(call: Call, participant: Participant, fact: TonesSent) -> None:
    _keep(participant, tuple(each for each in participant.tones if each.sequence != fact.sequence))


@changes(TonesFailed)
def _are_not_sent(call: Call, participant: Participant, fact: TonesFailed) -> None:
    _keep(participant, tuple(each for each in participant.tones if each.sequence != fact.sequence))


def _keep(participant: Participant, tones: tuple[TonesOnTheirWay, ...]) -> None:
    participant.tones = tones
    participant.tones_until = tones[0].until if tones else None


@changes(ToneReceived)
def _was_pressed(call: Call, participant: Participant, fact: ToneReceived) -> None:
    participant.tones_received = fact.sequence


@reacts(TonesRequested)
def _do_send(call: Call, fact: TonesRequested) -> tuple[Effect, ...]:
    return (SendTones(participant=fact.participant, sequence=fact.sequence, tones=fact.tones),)
