"""A SQLite file passes the published contract."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.conformance.event_log import DurableEventLogContract

pytestmark = pytest.mark.contract


class TestSQLiteLog(DurableEventLogContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], SQLiteLog]:
        return lambda: SQLiteLog(tmp_path / "calls.db")

    @pytest.fixture
    def log(self, reopen: Callable[[], SQLiteLog]) -> Iterator[SQLiteLog]:
        log = reopen()
        yield log
        log.close()
