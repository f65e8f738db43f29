"""Values as Python source, laid out as formatters do it: for tests that carry their events with them."""

from collections.abc import Iterable, Mapping
from enum import Enum
from importlib import import_module
from types import NoneType
from typing import Any, NamedTuple, NewType, cast, get_args

import attrs

from calltape.conformance.declared_values import default_of

WIDTH = 100
"""Columns of a line."""

_INDENT = "    "
_PUBLIC = ("calltape.core", "calltape.projections")
"""Where names are imported from if they are there."""


class Group(NamedTuple):
    """Something in brackets."""

    opening: str
    items: tuple["tuple[str, Source]", ...]
    """Each with what stands before it: a field's or a key's name."""

    closing: str


Source = str | Group


class Imports:
    """What the sources made so far need."""

    def __init__(self) -> None:
        """Nothing."""
        self._names: dict[str, set[str]] = {}

    def add(self, module: str, name: str) -> str:
        """Note that `name` of `module` is needed; gives the name."""
        self._names.setdefault(module, set()).add(name)
        return name

    def lines(self) -> list[str]:
        """The import statements, sorted."""
        groups = ((f"from {module} import ", sorted(names)) for module, names in sorted(self._names.items()))
        return [
            laid_out(head + ", ".join(names), 0)
            if len(head + ", ".join(names)) <= WIDTH
            else laid_out(Group(f"{head}(", tuple(("", name) for name in names), ")"), 0)
            for head, names in groups
        ]


def source_of(value: Any, imports: Imports, declared: object = None) -> Source:
    """`value` as an expression.

    Args:
        value: what events are made of: attrs values, enumerations, tuples, mappings, text, numbers.
        imports: takes note of what the expression needs.
        declared: the type that it was declared to have, so that an instant says that it is one.
    """
    named = _new_type(declared)
    if named is not None and value is not None:
        return f"{_imported(named, imports)}({_literal(value)})"
    kind: Any = value.__class__
    if isinstance(value, Enum):
        return f"{_imported(kind, imports)}.{value.name}"
    if attrs.has(kind):
        return _construction(value, imports)
    inside = (*get_args(declared), None, None)
    if isinstance(value, Mapping):
        pairs = [
            (f"{laid_out(source_of(key, imports, inside[0]), 0)}: ", source_of(item, imports, inside[1]))
            for key, item in cast("Mapping[object, object]", value).items()
        ]
        return Group("{", tuple(pairs), "}")
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return Group("(", tuple(("", source_of(each, imports, inside[0])) for each in items), ")")
    return _literal(value)


def laid_out(source: Source, column: int, *, before: str = "", after: str = "") -> str:
    """`source` as text that begins at `column`: on one line where it fits, else each item on its own."""
    flat = f"{before}{_flat(source)}{after}"
    if isinstance(source, str) or not source.items or len(_INDENT) * column + len(flat) <= WIDTH:
        return flat
    inner = [
        _INDENT * (column + 1) + laid_out(item, column + 1, before=head, after=",")
        for head, item in source.items
    ]
    return "\n".join([before + source.opening, *inner, _INDENT * column + source.closing + after])


def _flat(source: Source) -> str:
    if isinstance(source, str):
        return source
    items = ", ".join(head + _flat(item) for head, item in source.items)
    lonely = "," if source.opening == "(" and len(source.items) == 1 else ""
    return f"{source.opening}{items}{lonely}{source.closing}"


def _construction(value: Any, imports: Imports) -> Group:
    """A call of the class with what is not as it would be anyway."""
    kind: Any = value.__class__
    fields = [(each, getattr(value, each.name)) for each in attrs.fields(kind) if each.init]
    said = [(each, now) for each, now in fields if each.default is attrs.NOTHING or now != default_of(each)]
    items = tuple((f"{each.alias}=", source_of(now, imports, each.type)) for each, now in said)
    return Group(f"{_imported(kind, imports)}(", items, ")")


def _literal(value: Any) -> str:
    if isinstance(value, str):
        told = repr(str(value))
        return f'"{told[1:-1]}"' if told[0] == "'" and '"' not in told else told
    return f"{value:_}" if type(value) is int else repr(value)


def _new_type(declared: object) -> NewType | None:
    """The name that a plain value was given, such as `Instant`."""
    is_one = isinstance(declared, NewType) or NoneType in get_args(declared)
    found: Iterable[object] = (declared, *get_args(declared)) if is_one else ()
    return next((each for each in found if isinstance(each, NewType)), None)


def _imported(kind: Any, imports: Imports) -> str:
    name: str = kind.__name__
    public = (each for each in _PUBLIC if getattr(import_module(each), name, None) is kind)
    return imports.add(next(public, kind.__module__), name)
