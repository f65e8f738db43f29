"""Every store of ours goes through the published state machine."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from calltape.adapters.eventsourcing.postgres import PostgresLog
from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.memory import MemoryLog
from calltape.adapters.tape import TapeLog
from calltape.conformance import store_machine
from calltape.core import EventLog

pytestmark = pytest.mark.property

AT_LENGTH = pytest.param(settings(stateful_step_count=60), marks=pytest.mark.slow, id="at-length")
"""As many examples as the profile of the slow lane says."""


def lengths(max_examples: int) -> pytest.MarkDecorator:
    """The ordinary run, so many short examples, and the slow one."""
    few = settings(max_examples=max_examples, stateful_step_count=20)
    return pytest.mark.parametrize("how", [pytest.param(few, id="short"), AT_LENGTH])


class Shelf:
    """Gives one new place after the other, and opens the last one again."""

    def __init__(self, opened: Callable[[str], EventLog]) -> None:
        self._opened = opened
        self._numbers = count(1)
        self._name = ""

    def make(self) -> EventLog:
        self._name = f"log_{next(self._numbers)}"
        return self.reopen()

    def reopen(self) -> EventLog:
        return self._opened(self._name)


@lengths(30)
def test_the_log_in_memory(how: settings) -> None:
    run_state_machine_as_test(store_machine(MemoryLog), settings=how)


@lengths(30)
def test_a_tape_file(how: settings, tmp_path: Path) -> None:
    shelf = Shelf(lambda name: TapeLog(tmp_path / f"{name}.jsonl"))
    run_state_machine_as_test(store_machine(shelf.make, reopen=shelf.reopen), settings=how)


@lengths(30)
def test_a_sqlite_file(how: settings, tmp_path: Path) -> None:
    shelf = Shelf(lambda name: SQLiteLog(tmp_path / f"{name}.db", synchronous="OFF"))
    run_state_machine_as_test(store_machine(shelf.make, reopen=shelf.reopen), settings=how)


@lengths(5)
def test_a_postgresql_server(how: settings, postgres_url: str) -> None:
    shelf = Shelf(lambda name: PostgresLog(postgres_url, schema=f"machine_{name}"))
    few = settings(how, max_examples=min(how.max_examples, 50))  # a schema for each, which takes its time
    run_state_machine_as_test(store_machine(shelf.make, reopen=shelf.reopen), settings=few)
