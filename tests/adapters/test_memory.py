"""The reference passes the published contract."""

from collections.abc import Iterator

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.conformance.event_log import EventLogContract

pytestmark = pytest.mark.contract


class TestMemoryLog(EventLogContract):
    @pytest.fixture
    def log(self) -> Iterator[MemoryLog]:
        log = MemoryLog()
        yield log
        log.close()
