"""What a terminal shows while a call lasts."""

import asyncio
import io
from contextlib import closing

import attrs
import pytest
from rich.console import Console

from calltape.adapters.agent import CallClient
from calltape.adapters.cli.live import Watcher
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia

pytestmark = pytest.mark.example


@attrs.frozen
class Meters:
    levels: tuple[int, int] = (65_536, 32_768)
    pictures: tuple[int, int] = (63, 61)


def terminal(*, real: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=real, width=130, color_system=None)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def watched(watcher: Watcher, console: Console) -> str:
    """A call without media that is held for a moment; gives what one look in the middle of it shows."""
    with closing(MemoryLog()) as log:
        async with CallClient(log, media=InstantMedia()) as client:
            agent = await client.create_call_agent("8:acs:alice")
            call = await agent.start_call(["8:echo123"])
            watching = asyncio.create_task(watcher.watch(call, log))
            await call.wait_for("Connected")
            await call.mute()
            await call.hold()
            look = Console(file=io.StringIO(), width=130)
            look.print(watcher.picture())
            await call.hang_up()
            await watching
    return printed(look)


async def test_a_terminal_shows_who_how_long_and_how_loud() -> None:
    console = terminal(real=True)
    look = await watched(Watcher(console, Meters(), 8), console)
    assert "one-to-one" in look
    assert "of 8 s" in look
    assert "63 pictures" in look
    assert "61 pictures" in look
    (alice,) = [line for line in look.splitlines() if line.startswith("8:acs:alice")]
    assert alice.split() == ["8:acs:alice", "Hold", "own", "leg", "LocalHold", "muted"]
    assert "participant.held" in look
    assert "call.started" not in look, "only the last events stay"
    assert "call.ended" in printed(console)


async def test_a_pipe_gets_every_event_once() -> None:
    console = terminal(real=False)
    await watched(Watcher(console, Meters(), 8), console)
    lines = printed(console).splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0].split()[2] == "call.started"
    assert lines[-1].split()[2] == "call.ended"


async def test_nothing_is_shown_to_nobody() -> None:
    console = terminal(real=False)
    await watched(Watcher(None, Meters(), 8), console)
    assert printed(console) == ""
