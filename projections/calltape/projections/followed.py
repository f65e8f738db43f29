"""Rows that keep the core's own state, for views of what a single event cannot tell: moves and deadlines.

Such a row is right by construction, and grows with the core by itself. The price: rows stored under another
layout of the core's state cannot be continued, so their schema number is that layout's.
"""

import zlib
from typing import get_args

import attrs

from calltape.core import Call, CorruptHistory, Recorded, evolve


def inner() -> dict[str, bool]:
    """Field metadata that marks what a row needs for folding on; whoever shows rows leaves it out."""
    return {"inner": True}


@attrs.define(kw_only=True)
class Followed:
    """A row that follows one call."""

    call: Call = attrs.field(factory=Call, metadata=inner())
    """The call as far as the row has come."""

    illegal_version: int | None = None
    """The version of the first event that cannot be read, or that the lifecycles do not allow there;
    the row stays as it was before. None in every history that `calltape check` passes."""


def step(row: Followed, recorded: Recorded) -> bool:
    """Take the row's call one event further; False, with nothing changed, when that is not legal."""
    try:
        evolve(row.call, recorded.event)
    except CorruptHistory:
        row.illegal_version = recorded.version
        return False
    return True


def layout_number(row_type: type) -> int:
    """A number for the fields of a row class and the classes in them; another layout, another number.

    It has 31 bits: PostgreSQL's `int`, in which stores keep it, takes no more.
    """
    return zlib.crc32("; ".join(sorted(_layouts(row_type, set()))).encode()) & 0x7FFF_FFFF


def _layouts(kind: type, seen: set[type]) -> set[str]:
    seen.add(kind)
    found = {f"{kind.__name__}({', '.join(f'{f.name}: {f.type}' for f in attrs.fields(kind))})"}
    for field in attrs.fields(kind):
        for part in _parts(field.type):
            if part not in seen:
                found |= _layouts(part, seen)
    return found


def _parts(declared: object) -> list[type]:
    """The attrs classes in a declared type."""
    inside = [part for each in get_args(declared) for part in _parts(each)]
    return [*inside, declared] if isinstance(declared, type) and attrs.has(declared) else inside
