"""A PostgreSQL server passes the published contract."""

from collections.abc import Callable, Iterator

import pytest

from calltape.adapters.eventsourcing.postgres import PostgresLog
from calltape.conformance.event_log import DurableEventLogContract

pytestmark = pytest.mark.contract


class TestPostgresLog(DurableEventLogContract):
    @pytest.fixture
    def reopen(self, postgres_url: str, schema: str) -> Callable[[], PostgresLog]:
        return lambda: PostgresLog(postgres_url, schema=schema)

    @pytest.fixture
    def log(self, reopen: Callable[[], PostgresLog]) -> Iterator[PostgresLog]:
        log = reopen()
        yield log
        log.close()
