"""The values of one declared type, wherever they stand inside an event: all its people, all its instants.

Events are made of attrs values, tuples and mappings whose types are declared, so that nobody needs a list of
which fields of which event name somebody: a new event is known here by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin

import attrs

from calltape.core.events import Event

GONE = object()
"""What a change answers for a value that is to be left out."""

Change = Callable[[Any], Any]


def values_of(fact: Event, declared: object) -> Iterator[Any]:
    """Every value in `fact` whose declared type is `declared`, such as `RawId`."""
    found: list[Any] = []

    def note(value: Any) -> Any:
        found.append(value)
        return value

    with_values(fact, declared, note)
    yield from found


def with_values(fact: Event, declared: object, change: Change) -> Event | None:
    """`fact` with every value of that declared type replaced by what `change` answers for it.

    A value for which it answers `GONE` is left out: of a tuple or a mapping, or where nothing need stand. A
    list that had nothing else is left out itself, and so is what cannot be without it.

    Returns:
        None when the event cannot be without what is gone; `fact` itself when nothing in it changes.
    """
    changed = _of_class(fact, declared, change)
    return None if changed is GONE else cast("Event", changed)


@cache
def _places(kind: Any, declared: object) -> tuple["attrs.Attribute[Any]", ...]:
    """The fields of an attrs class that may hold such a value."""
    return tuple(field for field in attrs.fields(kind) if _holds(field.type, declared))


@cache
def _holds(given: object, declared: object) -> bool:
    if given is declared:
        return True
    if isinstance(given, type) and attrs.has(given):
        return bool(_places(given, declared))
    return any(_holds(part, declared) for part in get_args(given))


def _of_class(value: Any, declared: object, change: Change) -> Any:
    changed: dict[str, Any] = {}
    kind: Any = value.__class__
    for field in _places(kind, declared):
        old = getattr(value, field.name)
        new = _of(old, field.type, declared, change)
        if new is GONE and field.default is attrs.NOTHING:
            return GONE
        if new is not old:
            changed[field.alias or field.name] = default_of(field) if new is GONE else new
    return attrs.evolve(value, **changed) if changed else value


def default_of(field: "attrs.Attribute[Any]") -> Any:
    """What stands in a field that nobody fills."""
    made: Any = field.default
    return made.factory() if hasattr(made, "factory") else made


def _of(value: Any, given: object, declared: object, change: Change) -> Any:
    """One value by its declared type."""
    if value is None or not _holds(given, declared):
        return value
    if given is declared:
        return change(value)
    if isinstance(given, UnionType) or get_origin(given) is Union:
        return _of_choice(value, get_args(given), declared, change)
    kind: Any = value.__class__
    if attrs.has(kind):
        return _of_class(value, declared, change)
    if isinstance(value, Mapping):
        return _of_mapping(cast("Mapping[object, object]", value), get_args(given), declared, change)
    return _of_tuple(value, get_args(given)[0], declared, change)


def _of_choice(value: Any, choices: tuple[object, ...], declared: object, change: Change) -> Any:
    """A value that may be of several types: ours are all one type or None."""
    (only,) = (each for each in choices if each is not NoneType)
    new = _of(value, only, declared, change)
    return None if new is GONE else new


def _of_tuple(values: tuple[Any, ...], inside: object, declared: object, change: Change) -> Any:
    kept = tuple(new for each in values if (new := _of(each, inside, declared, change)) is not GONE)
    if values and not kept:
        return GONE
    same = len(kept) == len(values) and all(new is old for new, old in zip(kept, values, strict=True))
    return values if same else kept


def _of_mapping(
    values: Mapping[object, object], inside: tuple[object, ...], declared: object, change: Change
) -> Any:
    key_type, item_type = inside
    pairs = [
        (_of(key, key_type, declared, change), _of(item, item_type, declared, change))
        for key, item in values.items()
    ]
    kept = {key: item for key, item in pairs if key is not GONE and item is not GONE}
    if values and not kept:
        return GONE
    return values if kept == values else kept
