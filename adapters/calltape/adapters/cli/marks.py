"""How a row shows that its history is not right: what the row says is then what was so before that event."""

from collections.abc import Iterable
from typing import Any

import click
from rich.text import Text

CORRUPT = 1
"""The exit status when a history that is shown is not right."""


def corrupt_from(row: Any) -> int | None:
    """The version of the event from which on the row's history cannot be followed; None for none."""
    version: int | None = getattr(row, "illegal_version", None)
    return version


def mark(row: Any) -> Text | str:
    """The same in words; empty when all is well."""
    version = corrupt_from(row)
    if version is None:
        return ""
    return Text(f"corrupt from event {version}; run `calltape check`", style="bold red")


def end_if_corrupt(rows: Iterable[Any]) -> None:
    """End the command with status `CORRUPT` if one of the rows has such a history. Everything is shown."""
    if any(corrupt_from(row) is not None for row in rows):
        click.get_current_context().exit(CORRUPT)
