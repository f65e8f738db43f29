"""What is wrong with a history: which event, against which rule, and what led to it."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import attrs

from calltape.core import (
    EVENTS,
    LIFECYCLES,
    Call,
    CorruptHistory,
    Event,
    Move,
    RawId,
    Rule,
    evolve,
    moves,
    rule_against,
    rule_of_row,
)

CALL = "call-"
"""What the names of the calls' own streams begin with."""


@attrs.frozen
class Before:
    """What was judged of a stream so far."""

    versions: list[int] = attrs.Factory(list[int])
    events: list[Event] = attrs.Factory(list[Event])


@attrs.frozen(kw_only=True)
class Violation:
    """The first thing that is wrong with one stream."""

    stream: str
    version: int
    """Which event of the stream, from 1."""

    event: str | None
    """Its stored name; None where it cannot even be read."""

    state: str | None
    """The state it met."""

    accepted: tuple[str, ...]
    """The stored names of the events that would have been legal there."""

    problem: str
    """All of this in a sentence."""

    rule: Rule
    """What forbids it."""

    before: Before
    """What was judged before it."""

    left: str = ""
    """That the history went where its claim does not reach before it went wrong; empty if it did not."""

    @property
    def call_id(self) -> str | None:
        """The call, if it is one's."""
        return self.stream.removeprefix(CALL) if self.stream.startswith(CALL) else None


def _of_records(says: str) -> Rule:
    return Rule(lifecycle=None, rows=(), says=says)


RECORD_RULES = {
    "contiguous": _of_records("the versions of a stream follow each other without a gap"),
    "known": _of_records("an event has a name and a shape that this calltape declares"),
    "readable": _of_records("an event has the fields of its name and shape, and what holds it is sound"),
    "filed": _of_records("a call is kept under its own id"),
}
"""The rules that no lifecycle has: how histories are written down."""

_ONE_ANSWER = _of_records("a survey holds answers, and one of each participant")


def broken_rule(found: CorruptHistory, event: Event, state: Any) -> Rule:
    """What forbids `event`, which the fold of `state` has refused."""
    if isinstance(state, Call):
        return rule_against(state, event)
    life = LIFECYCLES.get(found.lifecycle)
    return _ONE_ANSWER if life is None else rule_of_row(life, found.state, type(event))


def stored_names(names: Iterable[str]) -> tuple[str, ...]:
    """Stored names of events for names that may be those of their classes."""
    return tuple(_stored().get(name, name) for name in names)


@cache
def _stored() -> dict[str, str]:
    return {kind.__name__: name for name, kind in EVENTS.items()}


@attrs.frozen
class Past:
    """One event that stands before a violation."""

    version: int
    event: Event
    moves: tuple[Move, ...]
    """What it took to another state; what a row leaves where it is is left out."""

    @property
    def participant(self) -> RawId | None:
        """Whom the event names."""
        return getattr(self.event, "participant", None)


def led_to(found: Violation, last: int | None = None) -> list[Past]:
    """The judged events before a violation that concern the people in it, with their moves.

    Args:
        found: what is wrong.
        last: how many of them at most, the latest; None gives all.
    """
    people = set(found.rule.people)
    shown = [_concerns(event, people) for event in found.before.events]
    skipped = 0 if last is None else sum(shown) - last
    call, past = Call(), list[Past]()
    for version, event, is_shown in zip(found.before.versions, found.before.events, shown, strict=True):
        if is_shown and skipped <= 0:
            past.append(Past(version, event, _moved(call, event) if found.call_id else ()))
        skipped -= is_shown
        if found.call_id:
            evolve(call, event)
    return past


def _moved(call: Call, event: Event) -> tuple[Move, ...]:
    return tuple([move for move in moves(call, event) if move.source != move.target])


def _concerns(event: Event, people: set[RawId]) -> bool:
    """Whether it is about one of them, or about everybody; where nobody is named all is of interest."""
    who: RawId | None = getattr(event, "participant", None)
    return who is None or not people or who in people
