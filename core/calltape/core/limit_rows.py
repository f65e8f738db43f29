"""Every limit and timeout of the domain, read from the data file `limits.toml`.

The file holds them all, with where each number comes from and what contradicts it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

import attrs

from .errors import BadSpec

LIMITS_FILE = "limits.toml"


@attrs.frozen(kw_only=True)
class Limit:
    """One row of the file: a number and where it comes from."""

    name: str
    value: int
    unit: str
    source: str
    """The page or artefact that states the number."""

    note: str = ""
    """What the number means, or why it is or is not the one to go by."""

    conflict: str = ""
    """What another source says instead."""


@cache
def every_limit() -> Mapping[str, Limit]:
    """Every row of the file by name, in the file's order: what documentation and tools show.

    Raises:
        BadSpec: the file is malformed; the sentence names the row.
    """
    return read_limits(files("calltape.specs").joinpath(LIMITS_FILE).read_text(encoding="utf-8"))


def read_limits(text: str) -> Mapping[str, Limit]:
    """The rows of a limits file given as TOML text.

    Raises:
        BadSpec: it is not TOML, or a row is malformed; the sentence names the row.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{LIMITS_FILE} is not TOML: {error}; correct that line") from error
    rows = document.get("limits")
    if not isinstance(rows, dict) or set(document) != {"limits"}:
        raise BadSpec(f"{LIMITS_FILE} must hold tables named [limits.<name>] and nothing else")
    by_name = {name: _limit(name, row) for name, row in cast("dict[str, object]", rows).items()}
    return MappingProxyType(by_name)


def _limit(name: str, row: object) -> Limit:
    """One row, checked."""
    if not isinstance(row, dict):
        raise BadSpec(f"{LIMITS_FILE}: limits.{name} must be a table with value, unit and source")
    fields = cast("dict[str, Any]", row)
    expected = {field.name: field.type for field in attrs.fields(Limit) if field.name != "name"}
    for key in fields:
        if key not in expected:
            raise BadSpec(
                f"{LIMITS_FILE}: limits.{name} has an unknown key {key!r}; use {', '.join(expected)}"
            )
    for key in ("value", "unit", "source"):
        if key not in fields:
            raise BadSpec(f"{LIMITS_FILE}: limits.{name} lacks {key}; add it")
    for key, value in fields.items():
        if type(value) is not expected[key]:
            wanted = "a whole number" if key == "value" else "text"
            raise BadSpec(f"{LIMITS_FILE}: limits.{name} has the {key} {value!r}; make it {wanted}")
    return Limit(name=name, **fields)
