"""Rows of views as JSON for programs: instants are written as elsewhere, in ISO 8601."""

from collections.abc import Mapping
from typing import Any, cast, get_args

import attrs

from calltape.adapters.cli.printing import moment
from calltape.core import Instant, plain


def plain_row(row: object) -> Any:
    """`row` made of nothing but what JSON has; fields declared as instants become text, and what a row only
    needs for folding on is left out.
    """
    kind: type[Any] = type(row)
    if attrs.has(kind):
        shown = [each for each in attrs.fields(kind) if not each.metadata.get("inner")]
        return {each.name: _field(getattr(row, each.name), each.type) for each in shown}
    if isinstance(row, Mapping):
        items = cast("Mapping[Any, object]", row).items()
        return {str(key): plain_row(value) for key, value in items}
    if isinstance(row, list | tuple):
        return [plain_row(each) for each in cast("list[object]", row)]
    return plain(row)


def _field(value: object, declared: object) -> Any:
    """One value by its declared type: `Instant`, `Instant | None`, or a mapping to instants."""
    if value is None or not _tells_time(declared):
        return plain_row(value)
    if isinstance(value, Mapping):
        return {str(key): moment(at) for key, at in cast("Mapping[Any, Instant]", value).items()}
    return moment(cast("Instant", value))


def _tells_time(declared: object) -> bool:
    return declared is Instant or any(map(_tells_time, get_args(declared)))
