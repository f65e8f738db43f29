"""Early media: sound before the answer. Set-up only goes forwards: never from early media back to ringing."""

from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CallState
from calltape.core.values import Instant, later


@command
class ReportEarlyMedia(Command):
    """Observed:

    the other side plays an announcement or ring-back for `participant` before they are connected.
    """

    participant: RawId


@event("early_media.started")
class EarlyMediaStarted(Event):
    """Sound is played before `participant` is connected."""

    participant: RawId
    answer_until: Instant | None = None
    """A new deadline for being connected, for who had waited in the lobby without one."""


@decides(ReportEarlyMedia)
def _early(call: Call, seen: ReportEarlyMedia, limits: Limits) -> Events:
    waited = call.participants[seen.participant].call_state is CallState.IN_LOBBY
    until = later(seen.at, limits.establish_pstn_s) if waited else None
    return (EarlyMediaStarted(participant=seen.participant, answer_until=until),)


@changes(EarlyMediaStarted)
def _started(call: Call, participant: Participant, fact: EarlyMediaStarted) -> None:
    if fact.answer_until is not None:
        participant.establish_until = fact.answer_until
    # Who waited is let in: nothing is waited for there any more, nor for lost media, since something plays.
    participant.lobby_until = participant.reconnect_until = None
