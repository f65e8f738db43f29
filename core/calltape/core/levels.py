"""The levels: which part of the domain an implementation, or a tape, claims; read from `levels.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import attrs

from .errors import BadInput, BadSpec

_FILE = "levels.toml"


@attrs.frozen(kw_only=True)
class Level:
    """One part of the domain."""

    name: str
    meaning: str
    """What somebody who claims the level can do, as a sentence."""

    needs: tuple[str, ...]
    """The levels that it does not make sense without, and not what those need in their turn."""

    commands: frozenset[str]
    """The commands that it takes, by class name."""

    events: frozenset[str]
    """The events that it tells, by stored name."""


@cache
def every_level() -> Mapping[str, Level]:
    """Every level by name, in the file's order: whatever a level needs stands before it.

    Raises:
        BadSpec: the file is malformed; the sentence names the level.
    """
    return read_levels(files("calltape.specs").joinpath(_FILE).read_text("utf-8"))


def read_levels(text: str) -> Mapping[str, Level]:
    """The levels of a file given as TOML text.

    Raises:
        BadSpec: it is not TOML, a part is missing, a level needs one that does not stand before it, or
            something stands in two levels.
    """
    try:
        rows: Mapping[str, Mapping[str, Any]] = tomllib.loads(text)["levels"]
        levels = {name: _level(name, row) for name, row in rows.items()}
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise BadSpec(f"{_FILE} is malformed at {error}; see schemas/levels.schema.json") from error
    _require_order(levels)
    _require_once(levels.values())
    return MappingProxyType(levels)


def _level(name: str, row: Mapping[str, Any]) -> Level:
    return Level(
        name=name,
        meaning=row["meaning"],
        needs=tuple(row["needs"]),
        commands=frozenset(row["commands"]),
        events=frozenset(row["events"]),
    )


def _require_order(levels: Mapping[str, Level]) -> None:
    known: set[str] = set()
    for level in levels.values():
        if missing := [need for need in level.needs if need not in known]:
            raise BadSpec(
                f"{_FILE}: {level.name} needs {missing[0]}, which does not stand before it; move it"
            )
        known.add(level.name)


def _require_once(levels: Iterable[Level]) -> None:
    homes: dict[str, str] = {}
    for level in levels:
        for each in sorted(level.commands | level.events):
            if each in homes:
                raise BadSpec(f"{_FILE}: {each} stands in {homes[each]} and in {level.name}; take one away")
            homes[each] = level.name


def claimed_levels(names: Iterable[str]) -> tuple[Level, ...]:
    """The levels of these names and all that they need, in the file's order.

    Raises:
        BadInput: there is no such level.
    """
    levels = every_level()
    wanted: set[str] = set()
    for name in names:
        if name not in levels:
            raise BadInput(f"there is no level {name!r}; there are {', '.join(levels)}")
        wanted.add(name)
    for level in reversed(tuple(levels.values())):
        if level.name in wanted:
            wanted.update(level.needs)
    return tuple(level for level in levels.values() if level.name in wanted)


@cache
def level_of(name: str) -> Level:
    """The one level of a command, by its class name, or of an event, by its stored name.

    Raises:
        BadInput: it stands in none.
    """
    for level in every_level().values():
        if name in level.commands or name in level.events:
            return level
    raise BadInput(f"no level has a command or an event {name!r}")
