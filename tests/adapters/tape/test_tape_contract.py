"""A tape file as a store passes the published contract."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calltape.adapters.tape import TapeLog
from calltape.conformance.event_log import DurableEventLogContract

pytestmark = pytest.mark.contract


class TestTapeLog(DurableEventLogContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], TapeLog]:
        return lambda: TapeLog(tmp_path / "calls.jsonl")

    @pytest.fixture
    def log(self, reopen: Callable[[], TapeLog]) -> Iterator[TapeLog]:
        log = reopen()
        yield log
        log.close()
