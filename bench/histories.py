"""Recorded calls, made up: seeded, so always the same; legal, because every step goes through `decide`."""

from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

import attrs

from calltape.core.call import Call, decide, evolve
from calltape.core.call.answering import Accept
from calltape.core.call.connecting import ReportMediaConnected, ReportMediaLost, ReportMediaRestored
from calltape.core.call.holding import Hold, ReportHeld, ReportResumed, Resume
from calltape.core.call.inviting import Offer, ReportAlerted
from calltape.core.call.leaving import HangUp, ReportMediaClosed
from calltape.core.call.muting import Mute, Unmute
from calltape.core.call.starting import Join, StartCall
from calltape.core.commands import Command
from calltape.core.events import Unrecorded
from calltape.core.identity import RawId
from calltape.core.ledger import envelope
from calltape.core.values import CallId, CommandId, EndpointId, Instant, call_stream

Step = tuple[type[Command], RawId]

_EPOCH_US = 1_790_000_000_000_000
_STEP_US = 250_000
_TALK: tuple[tuple[type[Command], ...], ...] = (
    (Mute, Unmute),
    (Hold, ReportHeld, Resume, ReportResumed),
    (ReportMediaLost, ReportMediaRestored),
)
"""What people do while they talk; each line one event a command, and back where it began."""

_TALK_WEIGHTS = (2, 2, 1)


@attrs.frozen
class History:
    """One call as it was recorded."""

    call_id: CallId
    people: tuple[RawId, ...]
    recorded: Sequence[Unrecorded]
    talk_from: int
    """How many events it took until everybody was connected."""

    @property
    def stream(self) -> str:
        """Where it is kept."""
        return call_stream(self.call_id)


class Scribe:
    """Gives commands to one call and keeps what they lead to."""

    def __init__(self, seed: int, step_us: int = _STEP_US) -> None:
        self.random = Random(seed)
        self._step_us = step_us
        self.call_id = CallId(self.guid())
        self.call = Call()
        self.recorded: list[Unrecorded] = []
        self._commands = 0

    def guid(self) -> str:
        """A random id in the usual form."""
        return str(UUID(int=self.random.getrandbits(128)))

    def person(self) -> RawId:
        """Somebody new."""
        return RawId(f"8:acs:{self.guid()}_{self.guid()}")

    def command(self, kind: type[Command], **fields: Any) -> Command:
        """The next command, one step after the one before."""
        self._commands += 1
        at = Instant(_EPOCH_US + self._commands * self._step_us)
        return kind(id=CommandId(f"{self.call_id}/{self._commands}"), at=at, **fields)

    def give(self, kind: type[Command], **fields: Any) -> None:
        """Give a command, which must not be refused."""
        command = self.command(kind, **fields)
        for event in decide(self.call, command):
            evolve(self.call, event)
            self.recorded.append(envelope(event, command))


def one_to_one(seed: int, length: int, step_us: int = _STEP_US) -> History:
    """Two people, from ringing to the end, in `length` events (at least 13), a command every `step_us`."""
    scribe = Scribe(seed, step_us)
    alice, bob = scribe.person(), scribe.person()
    phone = EndpointId(scribe.guid())
    start = {"call_id": scribe.call_id, "endpoint": EndpointId(scribe.guid())}
    scribe.give(StartCall, participant=alice, callees=(bob,), **start)
    scribe.give(Offer, participant=bob, endpoint=phone)
    scribe.give(ReportAlerted, participant=bob, endpoint=phone)
    scribe.give(Accept, participant=bob, endpoint=phone)
    return _connect_and_talk(scribe, (alice, bob), length - 5)


def group(seed: int, size: int, length: int) -> History:
    """`size` people meet by a locator, in `length` events (at least 4 × size + 2)."""
    scribe = Scribe(seed)
    people = tuple(scribe.person() for _ in range(size))
    meeting = {"call_id": scribe.call_id, "group_id": scribe.guid()}
    for who in people:
        scribe.give(Join, participant=who, endpoint=EndpointId(scribe.guid()), **meeting)
    return _connect_and_talk(scribe, people, length - 2 * size - 1)


def before_the_end(history: History) -> History:
    """The same call while it is up: without the hanging up, the legs' closing and the end."""
    return attrs.evolve(history, recorded=history.recorded[: -2 * len(history.people) - 1])


def when_connected(history: History) -> History:
    """The same call when everybody has just come in."""
    return attrs.evolve(history, recorded=history.recorded[: history.talk_from])


def _connect_and_talk(scribe: Scribe, people: tuple[RawId, ...], until: int) -> History:
    for who in people:
        scribe.give(ReportMediaConnected, participant=who)
    talk_from = len(scribe.recorded)
    for kind, who in talk(scribe.random, people, until - talk_from):
        scribe.give(kind, participant=who)
    scribe.give(HangUp, participant=people[0], for_everyone=True)
    for who in people:
        scribe.give(ReportMediaClosed, participant=who)
    return History(scribe.call_id, people, tuple(scribe.recorded), talk_from)


def talk(random: Random, people: Sequence[RawId], length: int) -> list[Step]:
    """`length` commands of people who are connected, one event each."""
    steps: list[Step] = []
    while len(steps) < length:
        (kinds,) = random.choices(_TALK, _TALK_WEIGHTS)
        room = length - len(steps)
        if len(kinds) > room:
            kinds = (Mute, Unmute)[:room]
        who = random.choice(people)
        steps += [(kind, who) for kind in kinds]
    return steps


def short_calls(count: int, seed: int = 1) -> list[History]:
    """`count` calls of 20 to 40 events: seven in ten one-to-one, the others of three or four people."""
    random = Random(seed)
    calls: list[History] = []
    for number in range(count):
        own_seed, length = seed * 1_000_003 + number, random.randint(20, 40)
        if random.random() < 0.7:
            calls.append(one_to_one(own_seed, length))
        else:
            calls.append(group(own_seed, random.randint(3, 4), length))
    return calls
