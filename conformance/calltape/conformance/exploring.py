"""Every place a small call can get to: the walk that leaves no path out.

Random walks find what is near the beaten track. This goes everywhere, for few people: from the empty call,
every command in every place, each place visited once, the nearest first. What tells two places apart is a
key: `place_key`, coarse and quick, for tests that want to stand in many different places, or
`calltape.conformance.place_keys`, which leaves out next to nothing, for the model check.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import attrs

from calltape.conformance.alphabet import Step, every_command, firing, take
from calltape.core.call import Call, evolve
from calltape.core.call.expiring import Expire
from calltape.core.commands import Command
from calltape.core.identity import RawId
from calltape.core.streams import StreamKind, state_in


@attrs.frozen(eq=False)
class Place:
    """A call, and one shortest way to it."""

    call: Call
    """The reader's to copy, not to change."""

    last: Command | None = None
    before: "Place | None" = attrs.field(default=None, repr=False)
    depth: int = 0
    """How many commands after the opening."""

    @property
    def way(self) -> tuple[Command, ...]:
        """The commands that lead here, the opening included."""
        commands, place = list[Command](), self
        while place.last is not None and place.before is not None:
            commands.append(place.last)
            place = place.before
        return tuple(reversed(commands))


def fold(call: Call, step: Step) -> Call:
    """The call after `step`; `call` stays as it is."""
    after = call.copy()
    for event in step.events:
        evolve(after, event)
    return after


class Walk:
    """Goes everywhere from one opening, breadth first, so that every way it knows is a shortest one."""

    def __init__(
        self,
        opening: Iterable[Command],
        alphabet: Sequence[Command],
        key_of: Callable[[Call], Hashable],
        *,
        after: Callable[[Call, Step], Call] = fold,
    ) -> None:
        """Begin before the opening.

        Args:
            opening: commands that start the call and are given once.
            alphabet: the commands that are tried in every place, beside the deadlines that run.
            key_of: equal for two calls that are the same place.
            after: folds the events of a step into a copy of the call; it may raise what ends the walk.
        """
        self.edges = 0
        """How many steps led to something so far."""

        self.here = Place(Call())
        """Where the next command is given."""

        self._opening, self._alphabet = opening, alphabet
        self._key_of, self._after = key_of, after

    def __iter__(self) -> Iterator[Place]:
        """Every place, the nearest first."""
        for command in self._opening:
            after = self._after(self.here.call, take(self.here.call, command))
            self.here = Place(after, command, self.here)
        start = self.here
        seen, waiting = {self._key_of(start.call)}, deque([start])
        yield start
        while waiting:
            self.here = waiting.popleft()
            for there in self._next():
                key = self._key_of(there.call)
                if key not in seen:
                    seen.add(key)
                    waiting.append(there)
                    yield there

    def _next(self) -> Iterator[Place]:
        here = self.here
        for command in (*self._alphabet, *firing(here.call)):
            step = take(here.call, command)
            if step.events:
                self.edges += 1
                yield Place(self._after(here.call, step), command, here, here.depth + 1)


def explore(
    opening: Iterable[Command], people: Iterable[RawId], *, with_streams: bool = False
) -> Iterator[Place]:
    """Every place, told apart coarsely, that commands about `people` lead to after `opening`.

    Args:
        opening: commands that start the call and are given once.
        people: whose commands are tried; a command is tried when everybody it names is among them.
        with_streams: tell places apart by what is sent too; there are many more of them.
    """
    yield from Walk(
        opening, commands_about(frozenset(people)), _key_with_streams if with_streams else place_key
    )


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
    """What tells two places apart for most tests: the legs, the offers, and what was asked of them.

    Clocks, ids, microphones and which endpoint is which do not count.
    """
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
