"""The spotlight: a few people whom everybody is shown first, in the order in which it came to them.

In calls without roles everybody puts anybody into it and takes anybody out. Where there are roles, only some
start it, for themselves too, and take others out; everybody steps out of it by themselves. Who leaves the
call leaves the spotlight.
"""

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import require_connected, require_named
from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL


@command
class StartSpotlight(Command):
    """`by` puts `participants` into the spotlight. Those who are in it already stay where they are."""

    by: RawId
    participants: tuple[RawId, ...] = ()
    """Whom; nobody named means `by`."""


@command
class StopSpotlight(Command):
    """`by` takes `participants` out of the spotlight, those of them who are in it."""

    by: RawId
    participants: tuple[RawId, ...] = ()
    """Whom; nobody named means `by`."""


@command
class StopAllSpotlight(Command):
    """`by` takes everybody out of the spotlight."""

    by: RawId


@event("spotlight.started")
class SpotlightStarted(Event):
    """Somebody is in the spotlight, after all who were in it before."""

    participant: RawId
    by: RawId


@event("spotlight.stopped")
class SpotlightStopped(Event):
    """Somebody is not in the spotlight any more."""

    participant: RawId
    by: RawId


@decides(StartSpotlight)
def _start(call: Call, asked: StartSpotlight, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "spotlightParticipant", asked, _ROLE)
    whom = _whom(call, asked)
    new = [who for who in whom if who not in call.spotlighted]
    most = limits.spotlighted_participants_max
    if not new:
        raise _refused(call, asked, "everybody named is in the spotlight already (400/45900)")
    if len(call.spotlighted) + len(new) > most:
        raise _refused(call, asked, f"the spotlight is on {most} at most; stop some first (400/45902)")
    return tuple(SpotlightStarted(participant=who, by=asked.by) for who in new)


@decides(StopSpotlight)
def _stop(call: Call, asked: StopSpotlight, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    whom = _whom(call, asked)
    if set(whom) - {asked.by}:
        require_capability(call, asked.by, "removeParticipantsSpotlight", asked, _ROLE)
    return _stopped(call, asked.by, whom)


@decides(StopAllSpotlight)
def _stop_all(call: Call, asked: StopAllSpotlight, limits: Limits) -> Events:
    require_connected(call, asked.by, asked)
    require_capability(call, asked.by, "removeParticipantsSpotlight", asked, _ROLE)
    return _stopped(call, asked.by, call.spotlighted)


_ROLE = "403/45903"


def _whom(call: Call, asked: StartSpotlight | StopSpotlight) -> tuple[RawId, ...]:
    """Everybody meant, once each."""
    whom = dict.fromkeys(asked.participants or (asked.by,))
    return tuple(require_named(call, who, asked).id for who in whom)


def _stopped(call: Call, by: RawId, whom: tuple[RawId, ...]) -> Events:
    return tuple(SpotlightStopped(participant=who, by=by) for who in call.spotlighted if who in whom)


def _refused(call: Call, asked: StartSpotlight, reason: str) -> Refused:
    state = call.participants[asked.by].call_state
    return Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))


@changes(SpotlightStarted)
def _in_it(call: Call, participant: Participant, fact: SpotlightStarted) -> None:
    call.spotlighted = (*call.spotlighted, participant.id)


@changes(SpotlightStopped)
def _out_of_it(call: Call, participant: Participant, fact: SpotlightStopped) -> None:
    call.spotlighted = tuple(who for who in call.spotlighted if who != participant.id)
