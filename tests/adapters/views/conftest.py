"""A log with two calls, and places to keep views of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.core import (
    CallId,
    EndpointId,
    EventLog,
    Join,
    Ledger,
    Mute,
    RawId,
    ReportMediaConnected,
    Unmute,
)
from calltape.core.commands import Command
from calltape.core.values import CommandId, Instant, call_stream

ALICE = RawId("8:acs:alice")
Talk = Callable[[EventLog, str, int], None]


def _command(number: int, call_id: str) -> Command:
    """The command of that number: joining, connecting, and then muting and unmuting for ever."""
    common: dict[str, Any] = {"id": CommandId(f"{call_id}-{number}"), "at": Instant(number)}
    match number:
        case 0:
            return Join(
                **common,
                call_id=CallId(call_id),
                participant=ALICE,
                endpoint=EndpointId("desk"),
                group_id="29228d3e-040e-4656-a70e-890ab4e173e5",
            )
        case 1:
            return ReportMediaConnected(**common, participant=ALICE)
        case _:
            kind = Unmute if number % 2 else Mute
            return kind(**common, participant=ALICE)


@pytest.fixture
def talk() -> Talk:
    """Makes the call of that name go on by so many commands; the first one leads to two events."""

    def go_on(log: EventLog, call_id: str, commands: int) -> None:
        ledger = Ledger(log.read(call_stream(CallId(call_id))))
        done = max(0, ledger.version - 1)
        for number in range(done, done + commands):
            for recorded in log.append(
                call_stream(CallId(call_id)), ledger.version, ledger.decide(_command(number, call_id))
            ):
                ledger.absorb(recorded)

    return go_on


@pytest.fixture
def log(talk: Talk) -> Iterator[MemoryLog]:
    """Two calls of 4 and 3 events: 7 positions."""
    log = MemoryLog()
    talk(log, "one", 3)
    talk(log, "two", 2)
    yield log
    log.close()
