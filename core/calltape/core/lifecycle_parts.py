"""What a lifecycle file is made of."""

from collections.abc import Mapping
from typing import Literal

import attrs

Whose = Literal["self", "peer", "all"]
WHOSE: tuple[Whose, ...] = ("self", "peer", "all")


@attrs.frozen
class Deadline:
    """What silence in a state turns into."""

    after: tuple[str, ...]
    """The limits that may apply, by name; which one does is decided once and kept on the event."""

    on: str
    """The command that silence gives."""

    when: str = ""
    """In which circumstances the state waits at all; empty for always."""


@attrs.frozen
class StateDoc:
    """One state."""

    doc: str
    expires: tuple[Deadline, ...] = ()


@attrs.frozen(kw_only=True)
class Row:
    """One legal step from one state."""

    row: str
    """The number of the transition in the reference sheet, or the name of our own rule."""

    status: str
    """`documented` by the vendor, or `inferred` by us."""

    source: str
    on: str | None
    """The command that may lead here; None when only another step's consequence does."""

    emits: str
    whose: Whose
    target: str
    when: str = ""
    """Which of several outcomes of one command this is."""

    why: str = ""


@attrs.frozen
class Law:
    """What must hold of every history."""

    name: str
    says: str
    test: str
    """The test that proves it, as pytest names it."""


@attrs.frozen
class Parts:
    """A lifecycle document, read but not judged."""

    name: str
    title: str
    initial: str
    final: tuple[str, ...]
    states: Mapping[str, StateDoc]
    rows: tuple[Row, ...]
    laws: tuple[Law, ...]
