"""The same events, simpler: shorter pauses, values that say less. For shrinking."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, cast, get_args

import attrs
from attrs import NOTHING

from calltape.conformance.declared_values import default_of, values_of, with_values
from calltape.core.events import Event, Recorded
from calltape.core.values import SECOND, Instant, later

Tape = tuple[Recorded, ...]

PAUSE_S = 1
"""Seconds that a pause is shortened to."""

TEXT_MAX = 16
"""Characters of a text that is left alone: longer ones are cut to this."""


# ── pauses ──


def shorter_pauses(tape: Tape) -> Iterator[Tape]:
    """Every pause of more than a second made a second: first all of them together, then each by itself.

    Whatever comes after a pause moves with it, deadlines too, so that their order stays what it was.
    """
    instants = sorted({each.at for each in tape} | {at for each in tape for at in _instants(each)})
    long = [(early, late) for early, late in pairwise(instants) if late - early > PAUSE_S * SECOND]
    if len(long) > 1:
        yield _shortened(tape, instants, long)
    for pause in reversed(long):
        yield _shortened(tape, instants, [pause])


def _instants(recorded: Recorded) -> Iterator[Instant]:
    return values_of(recorded.event, Instant)


def _shortened(tape: Tape, instants: Sequence[Instant], pauses: Sequence[tuple[Instant, Instant]]) -> Tape:
    ends = {late: later(early, PAUSE_S) for early, late in pauses}
    moved: dict[Instant, Instant] = {}
    shift = 0
    for at in instants:
        if at in ends:
            shift += at - ends[at]
        moved[at] = Instant(at - shift)
    return tuple(_at_other_times(each, moved) for each in tape)


def _at_other_times(recorded: Recorded, moved: Mapping[Instant, Instant]) -> Recorded:
    event = with_values(recorded.event, Instant, moved.__getitem__) or recorded.event
    return attrs.evolve(recorded, at=moved[recorded.at], event=event)


# ── values ──


def simpler_values(tape: Tape) -> Iterator[Tape]:
    """One value in one event simpler: what may be left out is, rosters and texts get shorter."""
    for place in reversed(range(len(tape))):
        recorded = tape[place]
        for event in _simpler_events(recorded.event):
            changed = attrs.evolve(recorded, event=event)
            yield (*tape[:place], changed, *tape[place + 1 :])


def _simpler_events(fact: Event) -> Iterator[Event]:
    """The event with as little as it can hold, then with one value less or shorter."""
    kind: Any = type(fact)
    needed = {each.name: getattr(fact, each.name) for each in attrs.fields(kind) if each.default is NOTHING}
    barest: Event = kind(**needed)
    if barest != fact:
        yield barest
    yield from _of_fields(fact)


def _of_fields(value: Any) -> Iterator[Any]:
    """An attrs value with one of its fields simpler."""
    kind: Any = value.__class__
    for field in attrs.fields(kind):
        now = getattr(value, field.name)
        least = now if field.default is NOTHING else default_of(field)
        simpler = chain(() if now == least else (least,), _simpler(now, field.type))
        for each in simpler:
            yield attrs.evolve(value, **{field.alias or field.name: each})


def _simpler(value: Any, declared: object) -> Iterator[Any]:
    """One value shorter. Ids, numbers and instants are what they are."""
    kind: Any = value.__class__
    if isinstance(value, str):
        if declared in _TEXTS and len(value) > TEXT_MAX:
            yield value[:TEXT_MAX]
    elif isinstance(value, tuple):
        yield from _shorter(cast("tuple[object, ...]", value), get_args(declared)[:1])
    elif isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value)
        for gone in items if len(items) > 1 else ():
            yield {key: item for key, item in items.items() if key != gone}
    elif attrs.has(kind):
        yield from _of_fields(value)


def _shorter(values: tuple[object, ...], declared: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    """A list without half of it, without one of it, or with one of it simpler."""
    half = len(values) // 2
    if half > 1:
        yield values[:half]
        yield values[half:]
    for place, each in enumerate(values):
        if len(values) > 1:
            yield (*values[:place], *values[place + 1 :])
        for simpler in _simpler(each, declared[0] if declared else None):
            yield (*values[:place], simpler, *values[place + 1 :])


_TEXTS = frozenset({str, str | None})
