"""`calltape timeline`: every event of a call in order, with what it moved."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import attrs
import click
from rich.console import Console
from rich.text import Text

from calltape.adapters.cli.options import CALL_ID, json_option, opened, require_call, store_option
from calltape.adapters.cli.printing import (
    clock,
    headline,
    moment,
    offset,
    print_json,
    print_lines,
    reason_text,
    screen,
    short,
    state_style,
    visible,
)
from calltape.adapters.stores import Store
from calltape.core import (
    BadInput,
    Call,
    CallId,
    CorruptHistory,
    EndReason,
    Instant,
    Move,
    RawId,
    Recorded,
    evolve,
    moves,
)

WHO_COLUMNS = 22
EVENT_COLUMNS = 22
"""Wide enough for nearly all stored names."""

MOVE_COLUMNS = 54
"""With less room beside the event, what it moved stands below it."""

NARROW_INDENT = 8


Span = tuple[str, str]
"""A piece of a line and its style."""

_GAP: Span = ("  ", "")


@attrs.frozen
class Step:
    """One event, and the machines it moved."""

    recorded: Recorded
    moves: tuple[Move, ...]

    @property
    def participant(self) -> RawId | None:
        """Whom the event names."""
        return getattr(self.recorded.event, "participant", None)


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@json_option
def timeline(call_id: CallId, store: str, as_json: bool) -> None:
    """List every event of a call in order, with what it moved."""
    with opened(store) as log:
        steps = walk(log, require_call(log, call_id, store), call_id)
        if as_json:
            for step in steps:
                print_json(document(step))
        else:
            _show(steps, call_id)


def walk(log: Store, stream: str, call_id: CallId) -> Iterator[Step]:
    """Every event of the call with its moves.

    Raises:
        BadInput: the history is not legal; everything before that has been given.
    """
    call = Call()
    for recorded in log.read(stream):
        try:
            yield step_of(call, recorded)
        except CorruptHistory as found:
            where = CorruptHistory(
                found.lifecycle, found.state, found.event, recorded.version, found.accepted
            )
            raise BadInput(f"call {call_id} cannot be followed further: {where}") from found


def step_of(call: Call, recorded: Recorded) -> Step:
    """One event with its moves; `call` is afterwards what it is after the event.

    Raises:
        CorruptHistory: the event is not legal here.
    """
    moved = moves(call, recorded.event)
    evolve(call, recorded.event)
    return Step(recorded, moved)


def document(step: Step) -> dict[str, Any]:
    """What `--json` prints for one event."""
    recorded = step.recorded
    return {
        "position": recorded.position,
        "version": recorded.version,
        "at": moment(recorded.at),
        "event": recorded.event.name,
        "participant": step.participant,
        "moves": list(map(move_document, step.moves)),
    }


def move_document(move: Move) -> dict[str, str]:
    """What `--json` prints for one move."""
    return {
        "whose": move.whose,
        "lifecycle": move.lifecycle,
        "participant": move.participant,
        "from": move.source,
        "to": move.target,
    }


def _show(steps: Iterator[Step], call_id: CallId) -> None:
    out = screen()
    first = next(steps, None)
    if first is None:
        return
    began = first.recorded.at
    headline(out, f"call {call_id}", f"began {clock(began)} UTC")
    if out.is_terminal:
        for step in chain((first,), steps):
            out.print(_lines_of(step, began, out), soft_wrap=True)
    else:  # without styles there is nothing for rich to do, and it is slow at that
        print_lines(_plain(step, began) for step in chain((first,), steps))


def line_of(step: Step, began: Instant, out: Console) -> Text:
    """One event in one line, short ids on a terminal and full ones in a pipe."""
    is_short = out.is_terminal
    spans = [*_place(step, began, is_short=is_short)]
    for part in _parts(step, is_short=is_short):
        spans += [_GAP, *part]
    line = Text.assemble(*spans)
    line.rstrip()
    return line


def _plain(step: Step, began: Instant) -> str:
    """The same without styles, for a pipe."""
    parts = [_place(step, began, is_short=False), *_parts(step, is_short=False)]
    return "  ".join(["".join([text for text, _ in part]) for part in parts]).rstrip()


def _lines_of(step: Step, began: Instant, out: Console) -> Text:
    """The same on a terminal, broken between moves where it is too narrow."""
    lines = Text.assemble(*_place(step, began, is_short=True))
    room = out.width - lines.cell_len
    hang = lines.cell_len if room >= MOVE_COLUMNS else NARROW_INDENT
    for spans in _parts(step, is_short=True):
        part = Text.assemble(*spans)
        if part.cell_len + 2 > room:
            lines.append("\n" + " " * hang)
            room = out.width - hang
        lines.append("  ").append_text(part)
        room -= part.cell_len + 2
    lines.rstrip()
    return lines


def _place(step: Step, began: Instant, *, is_short: bool) -> list[Span]:
    """Which event, when, and about whom."""
    recorded = step.recorded
    return [
        (f"{recorded.version:>5} {offset(recorded.at - began):>10}  ", "dim"),
        (f"{recorded.event.name:<{EVENT_COLUMNS}} ", "bold"),
        (f"{_who(step.participant or '', is_short=is_short):<{WHO_COLUMNS}}", "cyan"),
    ]


def _parts(step: Step, *, is_short: bool) -> Iterator[list[Span]]:
    """What it moved, and why if it says so."""
    for move in step.moves:
        if move.source != move.target:
            is_own = move.participant == step.participant
            whose = "" if is_own else f"{_who(move.participant, is_short=is_short)} "
            yield [
                (f"{whose}{move.lifecycle} ", "dim"),
                (move.source, state_style(move.source)),
                (" → ", ""),
                (move.target, state_style(move.target)),
            ]
    reason: EndReason | None = getattr(step.recorded.event, "reason", None)
    if reason is not None:
        yield [(visible(reason_text(reason)), "dim")]


def _who(raw_id: str, *, is_short: bool) -> str:
    return short(visible(raw_id), WHO_COLUMNS) if is_short else visible(raw_id)
