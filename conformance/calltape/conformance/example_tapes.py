"""A call in any state that a call can be in, as a tape: for tests of user interfaces, importers and views.

The tape is found by searching breadth first, so no tape of fewer commands reaches the state; the commands are
then given anew, a second apart, and what they lead to is recorded as a log would hold it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from heapq import merge
from itertools import islice
from typing import Any

import attrs

from calltape.conformance.alphabet import (
    ALICE,
    BOB,
    CALL_IDS,
    CAROL,
    GROUP_ID,
    NAMELESS,
    START,
    endpoints,
    recorded,
    take,
)
from calltape.conformance.call_states import CALL_LIFECYCLES, NoSuchState, StateName, is_met, state_named
from calltape.conformance.drawn_values import ROOM_ID
from calltape.conformance.exploring import Place, Walk
from calltape.conformance.models import Model
from calltape.conformance.place_keys import Keys
from calltape.core import LIFECYCLES, LIMITS
from calltape.core.call import Call, DeadlineKey, deadlines, replay
from calltape.core.call.expiring import Expire
from calltape.core.call.room_calls import JoinRoom
from calltape.core.call.starting import Join, StartCall
from calltape.core.commands import Command
from calltape.core.events import Recorded
from calltape.core.identity import RawId
from calltape.core.roles import Role
from calltape.core.room import RoomPass
from calltape.core.values import SECOND, CommandId, Instant


def call_in_state(state: str, *, participants: int = 2) -> tuple[Recorded, ...]:
    """A shortest tape of a call of users in which something is in `state`: none of fewer commands gets there.

    Args:
        state: for example ``RemoteHold``; where several lifecycles have a state of that name, with the
            lifecycle before it: ``call.Connected``. In it is at least one of the machines of the call: one
            participant's leg, one offer, one share.
        participants: how many people the roster lists; who left stays listed.

    Raises:
        NoSuchState: there is no such state, or no call of so many people gets there; says what there is.
    """
    name = state_named(state)
    if not 1 <= participants <= LIMITS.participants_max:
        raise NoSuchState(f"a call has 1 to {LIMITS.participants_max} participants, not {participants}")
    tape = _found(name, participants)
    if tape is None:
        raise NoSuchState(_unreachable(name, participants))
    return tape


UNREACHABLE: Mapping[StateName, str] = {
    StateName("participant", "Idle"): "who is known has been invited or has joined in the same breath",
}
"""The states in which nothing rests, and why."""


def _unreachable(name: StateName, participants: int) -> str:
    if name in UNREACHABLE:
        return f"no call rests in {name}: {UNREACHABLE[name]}"
    others = [str(number) for number in (1, 2, 3) if number != participants and _found(name, number)]
    return f"no call of {participants} that is near gets to {name}; calls of {' and '.join(others)} do"


_ACTING = 3
"""How many people do something; whoever else there is was only called, or joined."""

_PLACES_MAX = 12_000
"""Where to stop looking: more than twice as many as there are before the farthest state that is ever met."""


@attrs.frozen
class _Opening:
    """One way to begin a call."""

    acting: tuple[Command, ...]
    """Of those who act: what the search starts from."""

    everybody: tuple[Command, ...]
    """The same of everybody."""

    def whole(self, place: Place) -> tuple[Command, ...]:
        """The way to `place`, of everybody."""
        return (*self.everybody, *place.way[len(self.acting) :])


@cache
def _found(name: StateName, participants: int) -> tuple[Recorded, ...] | None:
    """The tape, or None when there is none among the places that were looked at."""
    if name in UNREACHABLE:
        return None
    acting = min(participants, _ACTING)
    walks = [_ways(opening, name.lifecycle, acting) for opening in _openings(participants)]
    for way, call in islice(merge(*walks, key=lambda found: len(found[0])), _PLACES_MAX):
        if len(call.participants) == acting and is_met(name, call):
            return _told(way, name)
    return None


def _ways(opening: _Opening, life: str, acting: int) -> Iterator[tuple[tuple[Command, ...], Call]]:
    """Every place that the commands that matter lead to, the nearest first, with the way of everybody."""
    people = (ALICE, BOB, CAROL)[:acting]
    model = Model(
        name="", sentence="", people=people, opening=opening.acting, tries=_tries(life), endpoints_each=1
    )
    for place in Walk(model.opening, model.alphabet(), Keys()):
        yield opening.whole(place), place.call


_ALWAYS = {"Offer", "Accept", "ReportMediaConnected", "Join", "Invite"}
"""What brings people into the call."""

_BEFORE = {"breakout_stay": {"SetBreakoutRoom", "OpenBreakoutRooms"}}
"""What has to come first, and moves no machine of the lifecycle itself."""


@cache
def _tries(life: str) -> frozenset[str]:
    """The commands that can matter: what brings people in, and whatever moves a machine of that lifecycle."""
    moving = {row.emits for row in LIFECYCLES[life].rows if row.source != row.target}
    rows = (row for name in CALL_LIFECYCLES for row in LIFECYCLES[name].rows)
    movers = {row.on for row in rows if row.on and row.emits in moving}
    return frozenset({*_ALWAYS, *movers, *_BEFORE.get(life, ())} - {"Expire", "StartCall", "JoinRoom"})


def _openings(participants: int) -> Iterator[_Opening]:
    """How a call of so many can begin: called one by one or together, joined, met in a meeting or a room."""
    more = [RawId(f"8:acs:resource_person_{number}") for number in range(_ACTING + 1, participants + 1)]
    if 1 < participants <= _ACTING:
        yield _Opening((_start(BOB),), (_start(BOB),))
    if participants >= _ACTING:
        yield _Opening((_start(BOB, CAROL),), (_start(BOB, CAROL, *more),))
    for enter in (_join, _meet, _enter_room):
        yield _Opening((enter(ALICE),), tuple(map(enter, (ALICE, *more))))


def _start(*callees: RawId) -> Command:
    return StartCall(**_from(ALICE), callees=callees)


def _join(who: RawId) -> Command:
    return Join(**_from(who), group_id=GROUP_ID)


def _meet(who: RawId) -> Command:
    return Join(**_from(who), group_id=GROUP_ID, has_lobby=True)


def _enter_room(who: RawId) -> Command:
    return JoinRoom(**_from(who), room=RoomPass(room_id=ROOM_ID, role=Role.PRESENTER))


def _from(who: RawId) -> dict[str, Any]:
    """What every command that begins a call says."""
    return {
        "id": NAMELESS,
        "at": START,
        "call_id": CALL_IDS[0],
        "participant": who,
        "endpoint": endpoints(who)[0],
    }


def _told(way: tuple[Command, ...], name: StateName) -> tuple[Recorded, ...]:
    """What a log holds of a call in which the commands of `way` are given, a second apart."""
    call, at, log = Call(), START, list[Recorded]()
    for number, command in enumerate(way, 1):
        at = _due(call, command, Instant(at + SECOND)) if number > 1 else at
        given: Any = command  # the declaring decorator hides from type checkers that it is an attrs class
        again: Command = attrs.evolve(given, id=CommandId(f"command-{number}"), at=at)
        events = take(call, again).events
        for event in events:
            log.append(recorded(CALL_IDS[0], len(log) + 1, len(log) + 1, event, again))
        replay(events, call)
    assert is_met(name, call), f"{name} depends on when its commands are given"
    return tuple(log)


def _due(call: Call, command: Command, at: Instant) -> Instant:
    """When to give `command`, `at` the earliest: a deadline has to pass."""
    if not isinstance(command, Expire):
        return at
    return max(at, deadlines(call)[DeadlineKey(command.wait, command.participant)])
