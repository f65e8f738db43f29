"""The PostgreSQL store: what is special about its positions, what the plain library sees, and what goes
wrong.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import LiteralString

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from calltape.adapters.eventsourcing.library import Enveloped
from calltape.adapters.eventsourcing.postgres import PostgresLog
from calltape.conformance.event_log_material import follow, noted, settled
from calltape.core.errors import BadInput, CorruptHistory
from calltape.core.ports import Append

pytestmark = pytest.mark.example


@pytest.fixture
def log(postgres_url: str, schema: str) -> Iterator[PostgresLog]:
    log = PostgresLog(postgres_url, schema=schema)
    yield log
    log.close()


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def run(connection: psycopg.Connection, schema: str, statement: LiteralString, *parameters: int) -> None:
    connection.execute(SQL(statement).format(Identifier(schema)), parameters)


def test_a_late_commit_is_not_passed_over(
    log: PostgresLog, connection: psycopg.Connection, schema: str
) -> None:
    """A transaction that was first and commits last: followers wait for it, and then get both in order."""
    (before,) = log.append("call-0", 0, [noted(0)])
    with connection.transaction():
        row = connection.execute("SELECT pg_current_xact_id()::text::bigint << 20").fetchone()
        assert row is not None
        (later,) = log.append("call-2", 0, [noted(2)])
        assert later.position > row[0]
        assert list(log.read_all()) == [before], "the transaction with the lower id is still running"
        assert tuple(log.read("call-2")) == (later,), "a stream is read as it is"
        statement = (
            "INSERT INTO {0}.stored_events SELECT 'call-1', 1, topic, state, %s, at "
            "FROM {0}.stored_events WHERE originator_id = 'call-0'"
        )
        run(connection, schema, statement, row[0] + 1)
    assert [item.stream for item in follow(log, 0, 3)] == ["call-0", "call-1", "call-2"]


def test_restored_elsewhere(
    log: PostgresLog, connection: psycopg.Connection, postgres_url: str, schema: str
) -> None:
    """Rows with positions of another server's many transactions: opening moves the epoch past them."""
    log.append("call-1", 0, [noted(1)])
    ahead = 10**9 << 20
    run(connection, schema, "UPDATE {}.stored_events SET notification_id = notification_id + %s", ahead)
    again = PostgresLog(postgres_url, schema=schema, create=False)
    (second,) = again.append("call-1", 1, [noted(2)])
    assert second.position > ahead
    assert [item.version for item in settled(again, 2)] == [1, 2]
    third = PostgresLog(postgres_url, schema=schema)
    assert third.append("call-1", 2, [noted(3)])[0].position > second.position
    assert [item.version for item in settled(log, 3)] == [1, 2, 3], "who was connected sees it too"
    again.close()
    third.close()


def test_big_batches(log: PostgresLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than one statement takes: still one transaction, and positions as given."""
    results = log.append_many([Append(f"call-{n % 7}", n // 7, [noted(n)]) for n in range(2_345)])
    positions = [item.position for result in results if isinstance(result, tuple) for item in result]
    assert positions == list(range(positions[0], positions[0] + 2_345))
    assert [item.position for item in settled(log, 2_345)] == positions
    monkeypatch.setattr("calltape.adapters.eventsourcing.postgres.MOST_IN_TRANSACTION", 2)
    with pytest.raises(BadInput, match="at most 2 events at once"):
        log.append("call-8", 0, [noted(1), noted(2), noted(3)])


def test_plain_recorder_reads_our_rows(log: PostgresLog) -> None:
    recorded = [*log.append("call-1", 0, [noted(1), noted(2)]), *log.append("call-2", 0, [noted(3)])]
    assert settled(log, 3) == recorded
    plain = PostgresApplicationRecorder(log.recorder.datastore, events_table_name="stored_events")
    assert [stored.originator_version for stored in plain.select_events("call-1")] == [1, 2]
    positions = [item.position for item in recorded]
    assert [found.id for found in plain.select_notifications(1, 10)] == positions
    for start, inclusive, wanted in (
        (positions[1], True, positions[1:]),
        (positions[1], False, positions[2:]),
    ):
        found = log.recorder.select_notifications(start, 10, inclusive_of_start=inclusive)
        assert [item.id for item in found] == wanted
    assert (
        log.recorder.select_notifications(None, 10, positions[0])[0].state
        == plain.select_events("call-1")[0].state
    )
    assert log.recorder.select_notifications(None, 10, topics=["other@1"]) == []
    assert log.recorder.max_notification_id() == positions[-1]
    with pytest.raises(NotImplementedError, match=r"PostgresLog\.subscribe"):
        log.recorder.subscribe()


def test_application_reads_and_writes(log: PostgresLog, postgres_url: str, schema: str) -> None:
    options = conninfo_to_dict(postgres_url)
    app: Application[str] = Application(
        env={
            "PERSISTENCE_MODULE": "calltape.adapters.eventsourcing.postgres:PostgresFactory",
            "MAPPER_TOPIC": "calltape.adapters.eventsourcing.library:TapeMapper",
            "POSTGRES_DBNAME": str(options["dbname"]),
            "POSTGRES_HOST": str(options["host"]),
            "POSTGRES_USER": str(options["user"]),
            "POSTGRES_PASSWORD": "",
            "POSTGRES_SCHEMA": schema,
        }
    )
    written = Enveloped(originator_id="call-1", originator_version=1, body=noted(2).event, at=noted(2).at)
    (recording,) = app.events.put([written])
    (second,) = log.append("call-1", 1, [noted(3)])
    first = next(log.read("call-1"))
    assert (first.event, first.at, first.position) == (noted(2).event, noted(2).at, recording.notification.id)
    bodies = [enveloped.body for enveloped in app.events.get("call-1") if isinstance(enveloped, Enveloped)]
    assert bodies == [noted(2).event, second.event]
    with pytest.raises(IntegrityError):
        app.events.put([written])
    app.close()


def test_a_hole_is_noticed(log: PostgresLog, connection: psycopg.Connection, schema: str) -> None:
    log.append("call-1", 0, [noted(number) for number in range(3)])
    run(connection, schema, "DELETE FROM {}.stored_events WHERE originator_version = 2")
    for read in (log.read, log.events):
        with pytest.raises(CorruptHistory):
            list(read("call-1"))


def test_made_by_many(postgres_url: str, schema: str) -> None:
    """Programs that start together all find the tables made."""
    with ThreadPoolExecutor(4) as pool:
        logs = list(pool.map(partial(PostgresLog, schema=schema), [postgres_url] * 4))
    for number, log in enumerate(logs):
        log.append(f"call-{number}", 0, [noted(number)])
    assert len(settled(logs[0], 4)) == 4
    for log in logs:
        log.close()


def test_missing_is_not_made(postgres_url: str, schema: str, connection: psycopg.Connection) -> None:
    with pytest.raises(BadInput, match="the PostgreSQL database 'postgres' holds no calltape store"):
        PostgresLog(postgres_url, schema=schema, create=False)
    assert connection.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone() == (None,)


def test_other_format(
    log: PostgresLog, postgres_url: str, schema: str, connection: psycopg.Connection
) -> None:
    run(connection, schema, "UPDATE {}.calltape_store SET format = 2")
    with pytest.raises(BadInput, match="holds a store of format 2, this calltape reads format 1"):
        PostgresLog(postgres_url, schema=schema)


def test_no_server() -> None:
    with pytest.raises(BadInput, match="'calls' cannot be used: ") as refusal:
        PostgresLog("postgresql://me:sesame@127.0.0.1:1/calls")
    assert "sesame" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
