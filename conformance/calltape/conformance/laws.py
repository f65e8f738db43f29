"""The laws of a call, by name: what has to hold in every place that a call can get to, however it got there.

A law is asked after every event, of the call as it is then; some are asked about the step as well. The model
check asks them in every place of a small call, `first_breach` along one recorded history. A law answers None,
or says in words how it is broken.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

import attrs

from calltape.conformance.law_questions import (
    OF_HOLDS,
    accepts_twice,
    alive_after_the_end,
    cannot_leave,
    cause_changes,
    follows_the_end,
    hold_is_one_sided,
    hold_loses,
    is_illegal,
    media_waits_differ,
    rings_on,
    rosters_differ,
    second_accept,
    silence_does_not_end,
    two_shares,
    two_winners,
    waits_differ,
)
from calltape.core.call import Call, evolve
from calltape.core.call.answering import CallAccepted
from calltape.core.call.connecting import MediaLost, MediaRestored
from calltape.core.call.leaving import CallEnded, LegClosed, OfferEnded, ParticipantDropped, ParticipantLeft
from calltape.core.errors import BadInput, CorruptHistory
from calltape.core.events import Event, Recorded
from calltape.core.values import CommandId


@attrs.frozen(kw_only=True)
class Law:
    """One law. Whoever asks must not change what it hands over; a law changes nothing either."""

    name: str
    """As on the command line: words joined by hyphens."""

    sentence: str
    broken: Callable[[Call], str | None] | None = None
    """How the call, as it is after any event, breaks the law."""

    broken_by: Callable[[Call, Event, Call], str | None] | None = None
    """How a step breaks the law: the call before, the event, the call after. Asked about `watches` alone."""

    watches: frozenset[type[Event]] = frozenset()
    """The events that `broken_by` is asked about."""

    refused: Callable[[Call, Event], str | None] | None = None
    """How an event that the fold does not take in breaks the law: the call where it stands, the event."""

    is_of_whole_commands: bool = False
    """Whether `broken` is asked only where no command is half told: between two events of one command much
    may be missing that the next brings.
    """

    def of_step(self, before: Call, event: Event, after: Call) -> str | None:
        """How the step breaks it."""
        if self.broken_by is None or type(event) not in self.watches:
            return None
        return self.broken_by(before, event, after)

    def of_place(self, call: Call, *, is_last: bool) -> str | None:
        """How the place breaks it, which the last event of a command led to, or one before that."""
        if self.broken is None or (self.is_of_whole_commands and not is_last):
            return None
        return self.broken(call)


@attrs.frozen
class Breach:
    """A law that a history breaks."""

    law: Law
    number: int
    """The event after which it does, counted from 1."""

    event: Event
    words: str
    """How."""


def law(name: str) -> Law:
    """The law called `name`.

    Raises:
        BadInput: there is none; says which there are.
    """
    if name not in LAWS:
        raise BadInput(f"there is no law {name!r}; there are {', '.join(LAWS)}")
    return LAWS[name]


def first_breach(history: Iterable[Event | Recorded], laws: Iterable[Law] | None = None) -> Breach | None:
    """Where the history of one call breaks one of `laws` first; None when it keeps them all.

    Args:
        history: from the call's beginning on. Of events without an envelope nobody knows which command led
            to them: they are taken for those of a single one.
        laws: all of them when None. The history is read no further than to an event that is not legal, also
            where `laws` do not ask for that.
    """
    asked = tuple(LAWS.values()) if laws is None else tuple(laws)
    call = Call()
    for number, (event, is_last) in enumerate(_with_ends(history), 1):
        found = take_in(call, event, asked, is_last=is_last)
        if found is not None:
            return None if found[0] is None else Breach(found[0], number, event, found[1])
    return None


def take_in(call: Call, event: Event, laws: Iterable[Law], *, is_last: bool) -> tuple[Law | None, str] | None:
    """Fold `event` into `call`, and say which of `laws` that breaks, or the place it leads to, and how.

    Args:
        call: changed in place, unless the event is not legal.
        event: what comes next.
        laws: those that are asked.
        is_last: whether it is the last of its command.

    Returns:
        None when all is well; without a law when the event is not legal and none of `laws` minds.
    """
    try:
        return step_to(call, event, laws) or broken_at(call, laws, is_last=is_last)
    except CorruptHistory as found:
        return None, str(found)


def step_to(
    call: Call, event: Event, laws: Iterable[Law], before: Call | None = None
) -> tuple[Law, str] | None:
    """Fold `event` into `call`, and say which of `laws` that step breaks, and how.

    Args:
        call: changed in place, unless the event is not legal.
        event: what comes next.
        laws: those that are asked.
        before: the call as it is before the event, where somebody keeps it already.

    Raises:
        CorruptHistory: the event is not legal and none of `laws` minds.
    """
    if before is None:
        before = call.copy() if any(type(event) in each.watches for each in laws) else call
    try:
        evolve(call, event)
    except CorruptHistory:
        minds = ((each, each.refused(call, event)) for each in laws if each.refused)
        if (found := _first(minds)) is not None:
            return found
        raise
    return _first((each, each.of_step(before, event, call)) for each in laws)


def broken_at(call: Call, laws: Iterable[Law], *, is_last: bool) -> tuple[Law, str] | None:
    """Which of `laws` the call breaks as it is now, and how.

    Args:
        call: read only.
        laws: those that are asked.
        is_last: whether the last event of a command led here, and not one before that.
    """
    return _first((each, each.of_place(call, is_last=is_last)) for each in laws)


def _first(answers: Iterable[tuple[Law, str | None]]) -> tuple[Law, str] | None:
    return next(((each, words) for each, words in answers if words), None)


def _with_ends(history: Iterable[Event | Recorded]) -> Iterator[tuple[Event, bool]]:
    """Every event, and whether it is the last of its command."""
    known = (
        (each.event, each.command_id) if isinstance(each, Recorded) else (each, None) for each in history
    )
    last: tuple[Event, CommandId | None] | None = None
    for event, command in known:
        if last is not None:
            yield last[0], command != last[1]
        last = event, command
    if last is not None:
        yield last[0], True


_ALL = (
    Law(
        name="no-event-after-the-end",
        sentence="Once the call is over nothing more happens: no command is accepted, no deadline runs.",
        broken=alive_after_the_end,
        refused=follows_the_end,
    ),
    Law(
        name="one-winner-of-an-accept",
        sentence="Of a participant's endpoints at most one accepts, and that is where they talk.",
        broken=two_winners,
        broken_by=accepts_twice,
        watches=frozenset({CallAccepted}),
        refused=second_accept,
    ),
    Law(
        name="every-event-is-legal",
        sentence="Every event has a row where it stands; what is decided is taken in.",
        refused=is_illegal,
    ),
    Law(
        name="rosters-agree",
        sentence="How the others see a participant fits how their own endpoint sees the call, both sides "
        "name each other, and the call counts whom it has.",
        broken=rosters_differ,
    ),
    Law(
        name="hold-never-loses-a-side",
        sentence="A hold takes nobody out, and in a call of two a side is held exactly when the other holds.",
        broken=hold_is_one_sided,
        broken_by=hold_loses,
        watches=OF_HOLDS,
    ),
    Law(
        name="every-wait-has-a-deadline",
        sentence="A call has the deadlines that its states declare, and no others.",
        broken=waits_differ,
        broken_by=media_waits_differ,
        watches=frozenset({MediaLost, MediaRestored}),
    ),
    Law(
        name="no-offer-outlives-its-participant",
        sentence="Where a participant is gone, none of their endpoints rings.",
        broken=rings_on,
    ),
    Law(
        name="the-first-cause-wins",
        sentence="Why a participant left never changes.",
        broken_by=cause_changes,
        watches=frozenset({ParticipantLeft, ParticipantDropped, LegClosed, OfferEnded, CallEnded}),
    ),
    Law(
        name="one-share-at-a-time",
        sentence="At most one share can be seen, and the call knows whose.",
        broken=two_shares,
    ),
    Law(
        name="everyone-can-leave",
        sentence="Whoever is in the call can hang up at once, and whoever is called can reject.",
        broken=cannot_leave,
        is_of_whole_commands=True,
    ),
    Law(
        name="no-dead-end",
        sentence="From every place but the end there is a way on that needs nobody: the deadlines that run, "
        "passing one after the other, end the call.",
        broken=silence_does_not_end,
        is_of_whole_commands=True,
    ),
)
LAWS: Mapping[str, Law] = MappingProxyType({each.name: each for each in _ALL})
"""All of them, by name, in the order in which they are asked."""
