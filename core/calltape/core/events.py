"""Events, and the envelope in which a log holds them.

An event is a frozen value that states a fact or a decision and never anything derived. Its stored name is
data (``participant.held``), fixed for ever by the golden list in the tests; the class may be renamed, the
name may not. When the fields of an event change, its `shape` goes up by one and `versions.py` gains the
step from the old shape to the new.

Where, when and why an event was recorded is not the event's business: that is the envelope, `Recorded`.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import ClassVar, TypeVar, dataclass_transform

import attrs

from calltape.core.values import CommandId, Instant
from calltape.core.written import Written


@attrs.frozen(kw_only=True, repr=False)
class Event(Written):
    """Something that happened. Subclasses are declared with `@event`."""

    name: ClassVar[str] = ""
    """The stored name."""

    shape: ClassVar[int] = 1
    """Which shape of that name the class is; older shapes are lifted by `versions.py`."""


@attrs.frozen(kw_only=True)
class Unreadable(Event):
    """Stands where the log holds an event whose data are damaged. Given by `EventLog.read_all` alone, so that
    one such event holds up nobody but who needs it; never stored, and no lifecycle has a row for it.
    """

    name = "unreadable"

    problem: str
    """What is wrong with it, as a sentence."""


_E = TypeVar("_E", bound=Event)
_BY_NAME: dict[str, type[Event]] = {}

EVENTS = MappingProxyType(_BY_NAME)
"""Every declared event class by its stored name."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field,))
def event(name: str, *, shape: int = 1) -> Callable[[type[_E]], type[_E]]:
    """Declare an event class: frozen, slotted, keyword-only, known by its stored `name`."""

    def declare(cls: type[_E]) -> type[_E]:
        built = attrs.frozen(kw_only=True, repr=False)(cls)
        built.name = name
        built.shape = shape
        if name in _BY_NAME:
            raise AssertionError(f"two events are called {name}")
        _BY_NAME[name] = built
        return built

    return declare


def personal() -> dict[str, bool]:
    """Field metadata that marks personal data, so that exports can replace it and logs can leave it out."""
    return {"personal": True}


@attrs.frozen(kw_only=True)
class Unrecorded:
    """An event on its way to the log."""

    event: Event
    at: Instant
    """When the command that led to it was given."""

    command_id: CommandId | None = None
    """The command that led to it."""

    causation_id: str | None = None
    """What made somebody give that command: an effect's id, another command's id."""

    correlation_id: str | None = None
    """What ties together all that was done for one purpose, across streams."""

    def recorded(self, *, position: int, stream: str, version: int) -> "Recorded":
        """It, in that place of a log."""
        return Recorded(
            position=position,
            stream=stream,
            version=version,
            event=self.event,
            at=self.at,
            command_id=self.command_id,
            causation_id=self.causation_id,
            correlation_id=self.correlation_id,
        )


@attrs.frozen(kw_only=True)
class Recorded:
    """An event as the log holds it."""

    position: int
    """Its place in the log's one order, as readers see it; grows, need not be dense."""

    stream: str
    version: int
    """Its place in its stream: 1, 2, 3, without a gap."""

    event: Event
    at: Instant
    command_id: CommandId | None = None
    causation_id: str | None = None
    correlation_id: str | None = None

    @property
    def draft(self) -> Unrecorded:
        """What was given to the log for it."""
        return Unrecorded(
            event=self.event,
            at=self.at,
            command_id=self.command_id,
            causation_id=self.causation_id,
            correlation_id=self.correlation_id,
        )
