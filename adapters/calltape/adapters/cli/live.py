"""A call while it lasts: a display that moves on a terminal, one line an event in a pipe, or nothing."""

import asyncio
import time
from collections import deque
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from calltape.adapters.agent import Call as AgentCall
from calltape.adapters.cli.printing import short, state_text
from calltape.adapters.cli.timelines import Step, line_of, step_of
from calltape.adapters.stores import Store
from calltape.core import Call, CallState, Instant, Recorded, call_stream

REFRESH_S = 0.2
EVENTS_SHOWN = 6
BAR_COLUMNS = 30
FULL_SCALE = 65_536
WHO_COLUMNS = 40


class Meters(Protocol):
    """What the display reads off the call's equipment."""

    @property
    def levels(self) -> tuple[int, int]:
        """Peaks of the newest frames sent and heard, 0 to 65536."""
        ...

    @property
    def pictures(self) -> tuple[int, int]:
        """Pictures sent and seen."""
        ...


class Watcher:
    """Follows one call's recorded events and shows them.

    Args:
        console: where; None shows nothing.
        meters: levels and counts.
        seconds: how long the call is to last once connected.
    """

    def __init__(self, console: Console | None, meters: Meters, seconds: float) -> None:
        self._console = console
        self._meters = meters
        self._seconds = seconds
        self._call = Call()
        self._version = 0
        self._began: Instant | None = None
        self._connected_at_s: float | None = None
        self._over = asyncio.Event()
        self._lines: deque[Text] = deque(maxlen=EVENTS_SHOWN)

    async def watch(self, call: AgentCall, log: Store) -> None:
        """Show the call until it is over. Start this as soon as the call has begun."""
        stop = call.events.subscribe(self._take)
        for recorded in log.read(call_stream(call.id)):  # what was recorded before we could listen
            self._take(recorded)
        console = self._console
        try:
            if console is not None and console.is_terminal:
                with Live(console=console, auto_refresh=False) as live:
                    await self._refresh(live)
            else:
                await self._over.wait()
        finally:
            stop()

    async def _refresh(self, live: Live) -> None:
        while not self._call.is_over:
            live.update(self.picture(), refresh=True)
            await asyncio.sleep(REFRESH_S)
        live.update(self.picture(), refresh=True)

    def _take(self, recorded: Recorded) -> None:
        if recorded.version != self._version + 1:
            return  # told twice: once read, once heard
        self._version = recorded.version
        if self._began is None:
            self._began = recorded.at
        self._show(step_of(self._call, recorded))
        if self._connected_at_s is None and self._call.state is CallState.CONNECTED:
            self._connected_at_s = time.monotonic()
        if self._call.is_over:
            self._over.set()

    def _show(self, step: Step) -> None:
        if self._console is None or self._began is None:
            return
        line = line_of(step, self._began, self._console)
        self._lines.append(line)
        if not self._console.is_terminal:
            try:
                self._console.print(line, soft_wrap=True)
            except OSError:  # nobody reads on, or the disk is full: the call goes on all the same
                self._console = None

    def picture(self) -> RenderableType:
        """What a terminal shows at this moment."""
        for line in self._lines:
            line.no_wrap, line.overflow = True, "ellipsis"
        return Group(self._heading(), Text(), self._gauges(), Text(), self._roster(), Text(), *self._lines)

    def _heading(self) -> Text:
        kind = (self._call.kind or "").replace("_", "-")
        return Text.assemble(
            (f"call {self._call.id or ''}", "bold"), f"  {kind}  ", state_text(self._call.state)
        )

    def _gauges(self) -> Table:
        talked_s = 0.0 if self._connected_at_s is None else time.monotonic() - self._connected_at_s
        talked_s = min(talked_s, self._seconds)
        sent, heard = (0, 0) if self._call.is_over else self._meters.levels
        shown, seen = self._meters.pictures
        grid = Table.grid(padding=(0, 2))
        for name, done, total, said in (
            ("time", talked_s, self._seconds, f"{talked_s:.1f} of {self._seconds:g} s"),
            ("sent", sent, FULL_SCALE, f"{shown} pictures"),
            ("heard", heard, FULL_SCALE, f"{seen} pictures"),
        ):
            grid.add_row(Text(name, style="dim"), _bar(done, total), said)
        return grid

    def _roster(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        for person in self._call.participants.values():
            grid.add_row(
                Text(short(person.id, WHO_COLUMNS), style="cyan"),
                state_text(person.state),
                Text("own leg ", style="dim") + state_text(person.call_state),
                Text("muted" if person.is_muted else "", style="magenta"),
            )
        return grid


def _bar(done: float, total: float) -> ProgressBar:
    return ProgressBar(
        total=total, completed=done, width=BAR_COLUMNS, complete_style="green", finished_style="green"
    )
