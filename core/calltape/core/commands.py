"""What all commands have in common.

A command is what somebody asks for, or what the outside world reports (an observation, named `Report…`). It
is imperative and may be refused. Everything nondeterministic comes in on it: the time and every id.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar, dataclass_transform

import attrs

from calltape.core.values import CommandId, Instant
from calltape.core.written import Written

_C = TypeVar("_C")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field,))
def _frozen(cls: type[_C]) -> type[_C]:
    """Frozen, slotted, keyword-only; said in a way that type checkers also follow through `command`."""
    return attrs.frozen(kw_only=True, repr=False)(cls)


@_frozen
class Command(Written):
    """Something asked for or observed. Subclasses are declared with `@command`."""

    id: CommandId
    at: Instant
    """When it was asked or observed, by the clock of whoever gives it."""

    causation_id: str | None = None
    """What made somebody give it: the id of an effect, of another command."""

    correlation_id: str | None = None
    """What ties together all that is done for one purpose."""


_Declared = TypeVar("_Declared", bound=Command)
_BY_NAME: dict[str, type[Command]] = {}

COMMANDS: Mapping[str, type[Command]] = MappingProxyType(_BY_NAME)
"""Every declared command class by its name, which is how the lifecycles' rows call it."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field,))
def command(cls: type[_Declared]) -> type[_Declared]:
    """Declare a command class: frozen, slotted, keyword-only, known by its class name."""
    built = attrs.frozen(kw_only=True, repr=False)(cls)
    _BY_NAME[built.__name__] = built
    return built
