"""Media:

connected, failed, lost, restored. What an adapter observes enters here and may be refused like anything
else.
"""

from calltape.core.call.leaving import leave
from calltape.core.call.lobby import waiting
from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL, CallState, ParticipantState
from calltape.core.values import Instant, later


@command
class ReportMediaConnected(Command):
    """Observed: the leg's media is up."""

    participant: RawId


@command
class ReportMediaFailed(Command):
    """Observed: the leg's media cannot be set up."""

    participant: RawId
    words: str | None = None
    """What the media stack said."""


@command
class ReportMediaLost(Command):
    """Observed: nothing arrives from the leg any more."""

    participant: RawId


@command
class ReportMediaRestored(Command):
    """Observed: the leg is back."""

    participant: RawId


@event("participant.connected")
class ParticipantConnected(Event):
    """Somebody is in the call, with media."""

    participant: RawId


@event("participant.connected_under_hold")
class ParticipantConnectedUnderHold(Event):
    """Somebody is in the call, with media, and the other side already holds."""

    participant: RawId


@event("media.lost")
class MediaLost(Event):
    """A leg's media is gone and may come back."""

    participant: RawId
    reconnect_until: Instant
    """When it is given up."""


@event("media.restored")
class MediaRestored(Event):
    """A leg's media came back in time."""

    participant: RawId


@decides(ReportMediaConnected)
def _connected(call: Call, seen: ReportMediaConnected, limits: Limits) -> Events:
    if not call.is_answered and seen.participant == call.starter:
        state = call.participants[seen.participant].call_state
        reason = "nobody has answered yet; sound before the answer is early media"
        raise Refused(CALL.name, state, "ReportMediaConnected", reason, CALL.accepted(state))
    if call.participants[seen.participant].call_state is CallState.IN_LOBBY:
        return _back(call, seen.participant)
    if call.participants[seen.participant].waits_in_lobby:
        return waiting(seen.participant, seen.at, limits)
    if is_held_by_other(call, call.participants[seen.participant]):
        return (ParticipantConnectedUnderHold(participant=seen.participant),)
    return (ParticipantConnected(participant=seen.participant),)


def is_held_by_other(call: Call, me: Participant) -> bool:
    """Whether `me` is in a one-to-one call whose other side holds it."""
    other = call.participants.get(me.other) if me.other is not None else None
    return other is not None and other.state is ParticipantState.HOLD


@decides(ReportMediaFailed)
def _failed(call: Call, seen: ReportMediaFailed, limits: Limits) -> Events:
    reason = REGISTRY.named("media_setup_failed", source=Source.NETWORK, words=seen.words)
    return leave(call, seen.participant, reason, seen.at, limits)


@decides(ReportMediaLost)
def _lost(call: Call, seen: ReportMediaLost, limits: Limits) -> Events:
    if call.participants[seen.participant].is_media_lost:
        return ()
    return (MediaLost(participant=seen.participant, reconnect_until=later(seen.at, limits.reconnect_s)),)


@decides(ReportMediaRestored)
def _restored(call: Call, seen: ReportMediaRestored, limits: Limits) -> Events:
    return _back(call, seen.participant)


def _back(call: Call, who: RawId) -> Events:
    return (MediaRestored(participant=who),) if call.participants[who].is_media_lost else ()


@changes(ParticipantConnected)
def _is_up(call: Call, participant: Participant, fact: ParticipantConnected) -> None:
    participant.establish_until = None


@changes(ParticipantConnectedUnderHold)
def _is_up_under_hold(call: Call, participant: Participant, fact: ParticipantConnectedUnderHold) -> None:
    participant.establish_until = None


@changes(MediaLost)
def _is_lost(call: Call, participant: Participant, fact: MediaLost) -> None:
    participant.reconnect_until = fact.reconnect_until


@changes(MediaRestored)
def _is_back(call: Call, participant: Participant, fact: MediaRestored) -> None:
    participant.reconnect_until = None
