"""Commands as JSON objects and back: `type` is the class, the other keys are its fields.

What a field holds is written as on a tape: instants as whole microseconds since 1970, people as raw ids,
kinds and states by their names. What is None is left out, and what is left out has its default.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from calltape.core import COMMANDS, BadInput, Command, plain

TYPE = "type"
"""The key that names the class."""


def encode_command(command: Command) -> dict[str, Any]:
    """`command` as an object made of nothing but what JSON has."""
    fields = {name: value for name, value in plain(command).items() if value is not None}
    return {TYPE: type(command).__name__, **fields}


def decode_command(written: Mapping[str, Any]) -> Command:
    """The command that `written` is.

    Raises:
        BadInput: there is no such command, or its fields are others.
    """
    name = written.get(TYPE)
    kind = COMMANDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadInput(f"there is no command {name!r}; docs/reference/commands.md lists them")
    fields = {key: value for key, value in written.items() if key != TYPE}
    try:
        return msgspec.convert(fields, kind)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise BadInput(f"{name} cannot be given so: {error}") from error
