"""Every place a small call can get to: the walk that leaves no path out.

Random walks find what is near the beaten track. This goes everywhere, for few people: from the empty call,
every command in every place, each place visited once. Two calls are in the same place when their legs, their
offers and what was asked of them agree; clocks, ids, microphones and which endpoint is which do not count,
and videos and shares only where they are asked for.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence

import attrs

from calltape.conformance.alphabet import every_command, firing, take
from calltape.core.call import Call, evolve
from calltape.core.call.expiring import Expire
from calltape.core.commands import Command
from calltape.core.identity import RawId
from calltape.core.streams import StreamKind, state_in


@attrs.frozen
class Place:
    """A call, and one shortest way to it."""

    call: Call
    way: tuple[Command, ...]


def explore(
    opening: Iterable[Command], people: Iterable[RawId], *, with_streams: bool = False
) -> Iterator[Place]:
    """Every place that commands about `people` lead to after `opening`, the nearest first.

    A place's call is the reader's to copy, not to change.

    Args:
        opening: commands that start the call and are given once.
        people: whose commands are tried; a command is tried when everybody it names is among them.
        with_streams: tell places apart by what is sent too; there are many more of them.
    """
    alphabet = commands_about(frozenset(people))
    start = _after(Place(Call(), ()), opening)
    key_of = _key_with_streams if with_streams else place_key
    seen, waiting = {key_of(start.call)}, deque([start])
    while waiting:
        here = waiting.popleft()
        yield here
        for command in (*alphabet, *firing(here.call)):
            step = take(here.call, command)
            if not step.events:
                continue
            there = _after(here, (command,))
            key = key_of(there.call)
            if key not in seen:
                seen.add(key)
                waiting.append(there)


def commands_about(people: frozenset[RawId]) -> Sequence[Command]:
    """Every command over the alphabets that names nobody but `people`, without the deadlines."""
    return [
        command
        for command in every_command()
        if not isinstance(command, Expire)
        and getattr(command, "participant", None) in {None, *people}
        and getattr(command, "by", None) in {None, *people}
        and {*getattr(command, "callees", ()), *getattr(command, "participants", ())} <= people
    ]


def place_key(call: Call) -> Hashable:
    """What tells two places apart."""
    people = sorted(call.participants.values(), key=lambda person: person.id)
    return (
        call.kind,
        call.is_answered,
        call.is_over,
        call.has_lobby,
        tuple(
            (
                *(person.id, person.state, person.call_state, person.asked, person.is_media_lost),
                *(person.role, person.waits_in_lobby),
                *(person.has_accepted, person.has_declined, *sorted(person.offers.values())),
            )
            for person in people
        ),
    )


def _key_with_streams(call: Call) -> Hashable:
    people = sorted(call.participants.values(), key=lambda person: person.id)
    streams = (tuple(state_in(person.streams, kind) for kind in StreamKind) for person in people)
    return place_key(call), call.sharer, *streams


def _after(here: Place, commands: Iterable[Command]) -> Place:
    call, way = here.call.copy(), here.way
    for command in commands:
        for event in take(call, command).events:
            evolve(call, event)
        way = (*way, command)
    return Place(call, way)
