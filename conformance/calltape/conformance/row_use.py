"""Which rows of the lifecycles a step uses, seen from outside: before and after each event is folded.

A row is used when its event moves its machine from its state, and, where it takes a command, when that
command was given to whom the event is about. Whom somebody else's step moves along uses a row without a
command, or none: that a call ends for the other side too is no reason to believe that the other side may
hang up.

Two laws are held on the way, because only here are table, command and outcome seen together: what a command
leads to is among its rows, and a machine is afterwards where its row says.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import attrs

from calltape.core import (
    DEVICE_PERMISSION,
    LIFECYCLES,
    PUSH_NOTICE,
    PUSH_REGISTRATION,
    RECORDING,
    ROOM,
    TOKEN,
    Call,
    Command,
    CorruptHistory,
    Event,
    Lifecycle,
    moves,
)
from calltape.core.call.rooms import MACHINES
from calltape.core.lifecycle import Row
from calltape.core.recordings import state_of_recording


class RowBroken(AssertionError):
    """A step that no row describes, or that went elsewhere; names lifecycle, state, command and event."""


class RowKey(NamedTuple):
    """What tells a row of one lifecycle from all others."""

    lifecycle: str
    source: str
    on: str
    """The command; empty where the row takes none."""

    emits: str
    whose: str

    def __str__(self) -> str:
        """The row as people read it: "call: Connected, Hold -> HoldRequested"."""
        whose = "" if self.whose == "self" else f" ({self.whose})"
        return f"{self.lifecycle}: {self.source}, {self.on or 'no command'} -> {self.emits}{whose}"


class Moving(NamedTuple):
    """One machine that an event is about to move."""

    lifecycle: str
    whose: str
    about: object
    """Whose machine it is; None where it is nobody's."""

    source: str
    target: str
    now: Callable[[], str]
    """Where the machine is when this is called."""


def key_of(lifecycle: str, row: Row) -> RowKey:
    """The key of one row."""
    return RowKey(lifecycle, row.source, row.on or "", row.emits, row.whose)


def every_row() -> Mapping[RowKey, Row]:
    """Every row of every lifecycle, in the files' order."""
    return {key_of(name, row): row for name, life in LIFECYCLES.items() for row in life.rows}


def moved_in_call(call: Call, event: Event) -> list[Moving]:
    """The machines of `call` that `event` is about to move; empty when it is not legal."""
    fact: Any = event
    if type(event).__name__ in RECORDING.emitted:
        return moved_in_book(
            RECORDING, event, None, lambda: state_of_recording(call.recordings, fact.recording_id)
        )
    try:
        found = moves(call, event)
    except CorruptHistory:
        return []
    return [
        Moving(
            each.lifecycle,
            each.whose,
            each.participant,
            each.source,
            each.target,
            _reader(call, event, each.lifecycle, each.participant),
        )
        for each in found
    ]


def moved_in_book(life: Lifecycle[Any], event: Event, about: object, read: Callable[[], str]) -> list[Moving]:
    """The one machine of `life` that `event` is about to move; empty when it moves none from there."""
    source = str(read())
    target = (life.table(type(event).__name__) or {}).get(source)
    return [] if target is None else [Moving(life.name, "self", about, source, str(target), read)]


def moved_beside(book: Any, event: Event) -> list[Moving]:
    """The same for one of the books that are kept beside calls, whichever it is."""
    fact: Any = event
    name = type(event).__name__
    reads: dict[str, tuple[Lifecycle[Any], Callable[[], str]]] = {
        **dict.fromkeys(PUSH_REGISTRATION.emitted, (PUSH_REGISTRATION, lambda: book.state(fact.device))),
        **dict.fromkeys(PUSH_NOTICE.emitted, (PUSH_NOTICE, lambda: book.state(fact.device, fact.kind))),
        **dict.fromkeys(DEVICE_PERMISSION.emitted, (DEVICE_PERMISSION, lambda: book.access_to(fact.use))),
        **dict.fromkeys(TOKEN.emitted, (TOKEN, lambda: book.state(fact.token))),
        **dict.fromkeys(ROOM.emitted, (ROOM, lambda: book.state)),
    }
    if name not in reads:
        return []
    life, read = reads[name]
    return moved_in_book(life, event, None, read)


def _reader(call: Call, event: Event, lifecycle: str, who: Any) -> Callable[[], str]:
    fact: Any = event
    match lifecycle:
        case "call":
            return lambda: call.participants[who].call_state
        case "participant":
            return lambda: call.participants[who].state
        case "incoming_call":
            return lambda: call.participants[who].offer(fact.endpoint)
        case _:
            return lambda: MACHINES[type(event).__name__].read(call.participants[who], event)


@attrs.define
class RowWitness:
    """Notes the rows that steps use, and holds the two laws about them."""

    used: dict[RowKey, int] = attrs.Factory(dict[RowKey, int])
    """How often each row was used."""

    @contextmanager
    def watching(self, command: Command, event: Event, moving: Iterable[Moving]) -> Generator[None]:
        """While this is entered, `event` is folded, to which `command` has led.

        Raises:
            RowBroken: the command has no row that leads there, or a machine went elsewhere.
        """
        before = list(moving)
        for each in before:
            self._note(command, event, each)
        yield
        for each in before:
            if (found := str(each.now())) != each.target:
                raise RowBroken(
                    f"{each.lifecycle}: {type(event).__name__} leads from {each.source} to {each.target}, "
                    f"and led to {found}"
                )

    def _note(self, command: Command, event: Event, moving: Moving) -> None:
        name, of_whom = type(command).__name__, getattr(command, "participant", None)
        without = RowKey(moving.lifecycle, moving.source, "", type(event).__name__, moving.whose)
        with_it = without._replace(on=name)
        may_be_theirs = moving.whose == "self" and (moving.about is None or of_whom in {None, moving.about})
        asked = (without, with_it) if may_be_theirs else (without,)
        hit = [key for key in asked if key in ROWS[moving.lifecycle]]
        for key in hit:
            self.used[key] = self.used.get(key, 0) + 1
        if may_be_theirs and not hit:
            raise RowBroken(f"no row says that {name} leads to {without.emits} ({with_it})")


ROWS: dict[str, frozenset[RowKey]] = {
    name: frozenset(key_of(name, row) for row in life.rows) for name, life in LIFECYCLES.items()
}
"""The keys of each lifecycle's rows."""
