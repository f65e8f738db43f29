"""What the laws of a call ask: each says in words how a call, a step or a refused event breaks it, or None.

The sentences stand in `calltape.conformance.laws`. What people expect of a telephone is typed by hand here
and not read off the tables, because a law read off a table cannot find that table wrong.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from calltape.conformance.alphabet import START, earliest, every_command, take
from calltape.conformance.waits import expected_waits
from calltape.core.call import Call, CallKind, DeadlineKey, Participant, Wait, deadlines, evolve, replay
from calltape.core.call.answering import CallAccepted, Reject
from calltape.core.call.connecting import MediaLost
from calltape.core.call.expiring import Expire
from calltape.core.call.holding import (
    HoldFailed,
    HoldRequested,
    ParticipantHeld,
    ParticipantResumed,
    ParticipantResumedUnderHold,
    ResumeFailed,
    ResumeRequested,
)
from calltape.core.call.leaving import HangUp
from calltape.core.commands import Command
from calltape.core.errors import CorruptHistory
from calltape.core.events import Event
from calltape.core.states import CallState, OfferState, ParticipantState, StreamState
from calltape.core.streams import StreamKind, state_in
from calltape.core.values import CommandId

_UP = frozenset({CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD})
_OVER = frozenset({CallState.DISCONNECTING, CallState.DISCONNECTED})
_ID = CommandId("law")


def alive_after_the_end(call: Call) -> str | None:
    """What goes on in a call that is over."""
    if not call.is_over:
        return None
    if deadlines(call):
        return f"the call is over and waits for {earliest(call)[0].wait}"
    late = next((each for each in every_command() if take(call, each).refusal is None), None)
    return None if late is None else f"the call is over and accepts {type(late).__name__}"


def follows_the_end(call: Call, event: Event) -> str | None:
    """That `event` comes too late."""
    return f"{event.name} follows the end of the call" if call.is_over else None


def is_illegal(call: Call, event: Event) -> str | None:
    """Which row `event` lacks."""
    if call.is_over:
        return None  # another law's
    try:
        evolve(call.copy(), event)
    except CorruptHistory as found:
        return str(found)
    return None


def _silences_max(call: Call) -> int:
    """More than the deadlines that a call of so many can have one after the other."""
    return len(Wait) * (len(call.participants) + 1)


def silence_does_not_end(call: Call) -> str | None:
    """Let every deadline pass, the next first, on a copy."""
    later = call.copy()
    silences = _silences_max(call)
    for _ in range(silences):
        if later.is_over:
            return None
        if not deadlines(later):
            return f"the call is {later.state}, not over, and waits for nothing"
        key, due = earliest(later)
        silence = Expire(id=_ID, at=due, wait=key.wait, participant=key.participant)
        if stuck := _stays(later, silence):
            return f"nothing comes of the silence about {key.wait}: {stuck}"
    return f"after {silences} silences the call is not over"


def _stays(call: Call, command: Command) -> str | None:
    """Give `command`; why nothing came of it, or None when something did."""
    step = take(call, command)
    if not step.events:
        return str(step.refusal or "nothing is recorded")
    try:
        replay(step.events, call)
    except CorruptHistory as found:
        return str(found)
    return None


_MAY_HANG_UP = frozenset(CallState) - {CallState.NONE, CallState.INCOMING} - _OVER
"""Typed by hand: whoever's leg is under way; who is only being called rejects instead."""


def cannot_leave(call: Call) -> str | None:
    """Who is in the call, or rings, and does not get out."""
    found = (_stays_in(call, person) for person in call.participants.values() if person.is_present)
    return next((words for words in found if words), None)


def _stays_in(call: Call, person: Participant) -> str | None:
    """Why `person` cannot leave; None when they can, or are not there yet."""
    ways: Sequence[Command] = ()
    if person.call_state in _MAY_HANG_UP:
        ways = [HangUp(id=_ID, at=START, participant=person.id)]
    elif person.call_state is CallState.INCOMING:
        ways = [
            Reject(id=_ID, at=START, participant=person.id, endpoint=each)
            for each in person.ringing_endpoints
        ]
    if not ways:
        return None
    after = call.copy()
    stuck = next((words for way in ways if (words := _stays(after, way))), None)
    if stuck is None and after.participants[person.id].is_present:
        stuck = "they are still there"
    leaves = type(ways[0]).__name__
    return f"{leaves} does not take {person.id} out of {person.call_state}: {stuck}" if stuck else None


def waits_differ(call: Call) -> str | None:
    """Which deadline is missing, and which nobody waits for."""
    lost = {person.id for person in call.participants.values() if person.is_media_lost}
    expected, running = expected_waits(call, lost), set(deadlines(call))
    if expected == running:
        return None
    missing, idle = sorted(expected - running, key=repr), sorted(running - expected, key=repr)
    told = [f"no deadline for {_named(key)}" for key in missing]
    return "; ".join([*told, *(f"a deadline and no wait for {_named(key)}" for key in idle)])


def _named(key: DeadlineKey) -> str:
    return f"{key.wait} of {key.participant or 'the call'}"


def media_waits_differ(_before: Call, event: Event, after: Call) -> str | None:
    """That lost media has no deadline, or media that is back still has one."""
    fact: Any = event  # both kinds name a participant
    waits = after.participants[fact.participant].is_media_lost
    if waits is isinstance(event, MediaLost):
        return None
    return f"{event.name} leaves {fact.participant} {'with' if waits else 'without'} a deadline to be back"


_SEEN_AS: Mapping[CallState, frozenset[ParticipantState]] = {
    CallState.NONE: frozenset(
        {
            *(ParticipantState.IDLE, ParticipantState.CONNECTING, ParticipantState.RINGING),
            ParticipantState.EARLY_MEDIA,
        }
    ),
    CallState.INCOMING: frozenset(
        {ParticipantState.CONNECTING, ParticipantState.RINGING, ParticipantState.EARLY_MEDIA}
    ),
    CallState.CONNECTING: frozenset(
        {ParticipantState.CONNECTING, ParticipantState.RINGING, ParticipantState.EARLY_MEDIA}
    ),
    # What rings and plays is the other side: who waits for it is seen connecting. The lobby may play too.
    CallState.RINGING: frozenset({ParticipantState.CONNECTING}),
    CallState.EARLY_MEDIA: frozenset({ParticipantState.CONNECTING, ParticipantState.EARLY_MEDIA}),
    CallState.IN_LOBBY: frozenset({ParticipantState.IN_LOBBY}),
    CallState.CONNECTED: frozenset({ParticipantState.CONNECTED}),
    CallState.LOCAL_HOLD: frozenset({ParticipantState.HOLD}),
    CallState.REMOTE_HOLD: frozenset({ParticipantState.CONNECTED}),
    CallState.DISCONNECTING: frozenset({ParticipantState.DISCONNECTED}),
    CallState.DISCONNECTED: frozenset({ParticipantState.DISCONNECTED}),
}
"""How the others may see somebody whose leg is there. Typed by hand."""


def rosters_differ(call: Call) -> str | None:
    """Where two views of the same people differ."""
    people = call.participants.values()
    for person in people:
        if person.state not in _SEEN_AS[person.call_state]:
            return f"{person.id} is in {person.call_state} and the others see {person.state}"
        if person.is_present is (person.end_reason is not None):
            return f"{person.id} is {person.state} and has {person.end_reason or 'no reason'}"
        other = call.participants.get(person.other) if person.other is not None else None
        if person.is_present and other is not None and other.is_present and other.other != person.id:
            return f"{person.id} talks to {other.id}, who talks to {other.other or 'nobody'}"
    present = sum(person.is_present for person in people)
    legs = sum(person.call_state is not CallState.DISCONNECTED for person in people)
    if (present, legs) != (call.present, call.open_legs):
        return f"{present} are there with {legs} legs; the call counts {call.present} and {call.open_legs}"
    return None


def hold_is_one_sided(call: Call) -> str | None:
    """RemoteHold stands exactly where the other side of a call of two holds and this one does not."""
    people = list(call.participants.values())
    if call.kind is not CallKind.ONE_TO_ONE:
        under = next((who for who in people if who.call_state is CallState.REMOTE_HOLD), None)
        return None if under is None else f"{under.id} is held by another in a call of many"
    for me in people:
        other = call.participants.get(me.other) if me.other is not None else None
        if other is None or not {me.call_state, other.call_state} <= _UP:
            continue
        is_held = other.state is ParticipantState.HOLD and me.call_state is not CallState.LOCAL_HOLD
        if is_held is not (me.call_state is CallState.REMOTE_HOLD):
            return f"{other.id} is seen in {other.state} and {me.id} is in {me.call_state}"
    return None


OF_HOLDS: frozenset[type[Event]] = frozenset(
    {
        *(HoldRequested, HoldFailed, ParticipantHeld, ResumeRequested, ResumeFailed),
        *(ParticipantResumed, ParticipantResumedUnderHold),
    }
)


def hold_loses(before: Call, event: Event, after: Call) -> str | None:
    """Whom a hold takes out."""
    for who, person in before.participants.items():
        now = after.participants[who]
        if person.call_state in _UP and now.call_state not in _UP:
            return f"{event.name} takes {who} from {person.call_state} to {now.call_state}"
        if person.is_present is not now.is_present or person.end_reason != now.end_reason:
            return f"{event.name} takes {who} out of the call"
    return None


def two_winners(call: Call) -> str | None:
    """Who accepts at two places, or talks where they did not accept."""
    for person in call.participants.values():
        won = [each for each, state in person.offers.items() if state is OfferState.ACCEPTED]
        if len(won) > 1:
            return f"{person.id} accepted at {' and '.join(won)}"
        if won and won != [person.endpoint]:
            return f"{person.id} accepted at {won[0]} and talks at {person.endpoint}"
    return None


def accepts_twice(before: Call, event: Event, _after: Call) -> str | None:
    """That who accepts had accepted, or that it is wrong about being the first."""
    fact: Any = event  # a CallAccepted
    if before.participants[fact.participant].has_accepted:
        return f"{fact.participant} had accepted already"
    if fact.is_first is before.is_answered:
        return f"{fact.participant} is {'the' if fact.is_first else 'not the'} first to answer, it says"
    return None


def second_accept(call: Call, event: Event) -> str | None:
    """That `event` is the accept of somebody who had accepted."""
    person = call.participants.get(event.participant) if isinstance(event, CallAccepted) else None
    return f"{person.id} accepts a second time" if person is not None and person.has_accepted else None


def cause_changes(before: Call, event: Event, after: Call) -> str | None:
    """For whom the reason of leaving changes."""
    for who, person in before.participants.items():
        now = after.participants[who]
        if person.end_reason is not None and now.end_reason != person.end_reason:
            return f"{event.name} changes why {who} left: {now.end_reason}, and it was {person.end_reason}"
    return None


def rings_on(call: Call) -> str | None:
    """What rings for somebody who is gone."""
    for person in call.participants.values():
        if person.call_state in _OVER and person.ringing_endpoints:
            return f"{person.ringing_endpoints[0]} rings and {person.id} is in {person.call_state}"
    return None


def two_shares(call: Call) -> str | None:
    """Whose shares can be seen, where that is not the one the call names."""
    seen = {StreamState.STARTED, StreamState.STOPPING}
    sharing = [
        person.id
        for person in call.participants.values()
        if state_in(person.streams, StreamKind.SCREEN_SHARING) in seen
    ]
    if sharing == ([] if call.sharer is None else [call.sharer]):
        return None
    return f"{', '.join(sharing) or 'nobody'} shares, and the call says {call.sharer or 'nobody'}"
