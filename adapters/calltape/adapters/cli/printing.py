"""How things look: instants, durations, reasons and states, as JSON for programs and as text for people.

Text is coloured on a terminal and plain in a pipe, where lines are not cut to any width either. JSON goes to
stdout alone, one document or one line an item; progress goes to stderr, and only if that is a terminal.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from calltape.core import REGISTRY, BadInput, EndReason, Instant, plain

PIPE_COLUMNS = 2_000
"""As wide as anything we print: in a pipe nothing may be wrapped or cut."""

LINES_AT_ONCE = 500
"""Lines written in one go where nobody watches them come."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STYLES = {
    "Connected": "green",
    "Registered": "green",
    "Accepted": "green",
    "Incoming": "yellow",
    "Offered": "yellow",
    "Connecting": "yellow",
    "Ringing": "yellow",
    "EarlyMedia": "yellow",
    "InLobby": "cyan",
    "Hold": "magenta",
    "LocalHold": "magenta",
    "RemoteHold": "magenta",
}


class Screen(Console):
    """A console that leaves a reader who has gone to whoever prints, instead of ending the program."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError like any other file: what is under way may have to be brought to its end."""
        raise BrokenPipeError


def screen(*, stderr: bool = False) -> Console:
    """The terminal, or the pipe, that people read."""
    console = Screen(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPE_COLUMNS
    return console


def print_json(document: object) -> None:
    """One JSON document on one line of stdout."""
    sys.stdout.write(_as_json(document) + "\n")


def print_json_list(before: Mapping[str, object], key: str, items: Iterable[object]) -> None:
    """One JSON object on one line of stdout: what `before` holds, then `key` with a list that may be long,
    which is made and written piece by piece.
    """
    sys.stdout.write(f"{_as_json(before)[:-1]}, {_as_json(key)}: [")
    for number, item in enumerate(items):
        text = msgspec.json.format(msgspec.json.encode(item), indent=0)  # a fifth of what `json` takes
        sys.stdout.write(f"{', ' if number else ''}{text.decode()}")
    sys.stdout.write("]}\n")


def _as_json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(", ", ": "))


def print_lines(lines: Iterable[str]) -> None:
    """Plain lines on stdout, many at a time; when `lines` fails, all that it gave before."""
    waiting: list[str] = []
    try:
        for line in lines:
            waiting.append(line + "\n")
            if len(waiting) == LINES_AT_ONCE:
                sys.stdout.writelines(waiting)
                waiting.clear()
    finally:
        sys.stdout.writelines(waiting)


def table(console: Console, *headings: str, rows: Iterable[Sequence[str | Text]]) -> None:
    """Print a table; in a pipe without lines and colours."""
    if not console.is_terminal:  # rich takes a millisecond for a row
        lines = [headings, *([cell if isinstance(cell, str) else cell.plain for cell in row] for row in rows)]
        console.file.writelines(_aligned([[visible(cell) for cell in line] for line in lines]))
        return
    grid = Table(
        box=box.SIMPLE_HEAD, header_style="dim", show_edge=False, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for number, heading in enumerate(headings):
        grid.add_column(
            heading, overflow="fold", no_wrap=number == 0
        )  # what comes first is there to be copied
    for row in rows:
        grid.add_row(*(Text(visible(cell)) if isinstance(cell, str) else cell for cell in row))
    console.print(grid)


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of cells, each column as wide as its widest cell and two more."""
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
        yield "  ".join(cells).rstrip() + "\n"


def headline(console: Console, strong: str, *rest: str | Text) -> None:
    """Print one line whose first part stands out; empty parts are left out."""
    line = Text(visible(strong), style="bold")
    for part in rest:
        if part:
            line.append("  ").append(visible(part) if isinstance(part, str) else part)
    console.print(line, soft_wrap=True)


def say(sentence: str) -> None:
    """Print one line of plain text."""
    screen().print(visible(sentence), markup=False, soft_wrap=True)


def visible(text: str) -> str:
    """`text` with a mark for every control character: what a tape says must not steer a terminal."""
    return (
        text
        if text.isprintable()
        else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    )


def progress(what: str) -> Progress:
    """A progress bar on stderr; shows nothing when that is not a terminal, and goes away when done."""
    console = Console(stderr=True)
    return Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def moment(at: Instant) -> str:
    """An instant in ISO 8601, UTC, with microseconds: ``2026-11-22T10:00:00.000000Z``.

    Raises:
        BadInput: no calendar reaches that far.
    """
    try:
        return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except OverflowError as error:
        raise BadInput(f"the instant {at} lies beyond the year 9999; the tape or store is damaged") from error


def moment_or_none(at: Instant | None) -> str | None:
    """The same where there may be none."""
    return None if at is None else moment(at)


def clock(at: Instant) -> str:
    """An instant for people: date and time to the second, UTC."""
    return moment(at)[:19].replace("T", " ")


def span(microseconds: int) -> str:
    """A length of time for people: `250 ms`, `4.20 s`, `2 min 05 s`, `29 h 59 min`."""
    seconds = abs(microseconds) / 1e6
    sign = "-" if microseconds < 0 else ""
    if seconds < 1:
        return f"{sign}{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{sign}{seconds:.2f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{sign}{whole // 60} min {whole % 60:02d} s"
    return f"{sign}{whole // 3600} h {whole % 3600 // 60:02d} min"


def offset(microseconds: int) -> str:
    """Time since a call began, for columns: `0.000`, `1:02:03.004`; `-2.500` if the clock went back."""
    if microseconds < 0:
        return f"-{offset(-microseconds)}"
    minutes, rest = divmod(microseconds // 1000, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 1000:02d}.{rest % 1000:03d}"
    if hours:
        return f"{hours}:{minutes:02d}:{seconds}"
    return f"{minutes}:{seconds}" if minutes else f"{rest // 1000}.{rest % 1000:03d}"


def reason_document(reason: EndReason | None) -> dict[str, Any] | None:
    """An end reason for programs: its own fields and, where the pair is known, its meaning."""
    if reason is None:
        return None
    return {**plain(reason), "meaning": REGISTRY.meaning(reason.code, reason.subcode) or None}


def left_because(reason: EndReason | None) -> str | None:
    """What an end reason means, in a few words; None where nobody left or the pair is unknown."""
    return None if reason is None else REGISTRY.meaning(reason.code, reason.subcode) or reason.words


def reason_text(reason: EndReason | None) -> str:
    """An end reason for people: `603/0 declined`."""
    if reason is None:
        return ""
    pair = f"{reason.code}/{reason.subcode}" if reason.subcode is not None else str(reason.code)
    return f"{pair} {reason.words or REGISTRY.meaning(reason.code, reason.subcode)}".strip()


def state_style(state: str) -> str:
    """The colour of a state's meaning."""
    return _STYLES.get(state, "dim")


def state_text(state: str) -> Text:
    """A state in the colour of its meaning."""
    return Text(state, style=state_style(state))


def short(who: str, longest: int) -> str:
    """A raw id cut in its middle to `longest` characters: both of its ends tell people apart."""
    if len(who) <= longest:
        return who
    head = (longest - 1) // 2
    return f"{who[:head]}…{who[len(who) - (longest - 1 - head) :]}"
