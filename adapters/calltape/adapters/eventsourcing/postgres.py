"""A log on a PostgreSQL server: many processes write at once and do not wait for each other.

Limits, by the way positions are made (`postgres_schema`): at most 1 048 575 events in one transaction; a
transaction that stays open, anywhere on the server, holds back what followers see until it ends (nothing is
lost); and positions come from the server's transaction ids, so after a restore into another server the store
must be opened once by `PostgresLog` before anything else writes to it: opening moves the epoch.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    PersistenceError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.postgres import PostgresFactory as _LibraryFactory
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from calltape.adapters.appending import plan_appends
from calltape.adapters.eventsourcing.library import envelope_of
from calltape.adapters.eventsourcing.log import EventChunk, RecorderLog
from calltape.adapters.eventsourcing.postgres_schema import (
    COLUMNS,
    EVENTS_TABLE,
    HORIZON,
    MOST_IN_TRANSACTION,
    prepare_store,
    sql,
)
from calltape.adapters.rows import Row
from calltape.core.errors import BadInput, Conflict
from calltape.core.events import Recorded
from calltape.core.ports import Append

_STATEMENT_ROWS = 1_000
"""Rows of one INSERT. Bigger ones gain nothing, and psycopg's pipeline was seen to hang on them."""

Cursor = psycopg.Cursor[tuple[Any, ...]]

_INSERT_ROWS = (
    "INSERT INTO {schema}.{events} (originator_id, originator_version, topic, state, notification_id, "
    "at, command_id, causation_id, correlation_id) "
    "SELECT i, v, t, s, (SELECT epoch FROM {schema}.calltape_store) "
    "+ (pg_current_xact_id()::text::bigint << {bits}) + n, a, c1, c2, c3 "
    "FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::bytea[], "
    "%b::bigint[], %b::text[], %b::text[], %b::text[]) AS u(n, i, v, t, s, a, c1, c2, c3) "
)
_INSERT = _INSERT_ROWS + "ON CONFLICT DO NOTHING RETURNING notification_id"

# All rows or none, in one round trip: a version that is there already is an error, a predecessor that is not
# there makes it no rows.
_INSERT_AT_ONCE = (
    "WITH written AS (" + _INSERT_ROWS + "WHERE NOT EXISTS ("
    "SELECT FROM unnest(%b::text[], %b::bigint[]) AS head(i, v) WHERE NOT EXISTS ("
    "SELECT FROM {schema}.{events} e WHERE e.originator_id = head.i AND e.originator_version = head.v)) "
    "RETURNING notification_id) SELECT min(notification_id) FROM written"
)

# The same for a single event, which is what a lone command appends: plain parameters cost a third of arrays.
_INSERT_ONE = (
    "INSERT INTO {schema}.{events} (originator_id, originator_version, topic, state, notification_id, "
    "at, command_id, causation_id, correlation_id) "
    "SELECT %(stream)b, %(version)b, %(topic)b, %(data)b, (SELECT epoch FROM {schema}.calltape_store) "
    "+ (pg_current_xact_id()::text::bigint << {bits}) + %(position)b, "
    "%(at)b::bigint, %(command_id)b, %(causation_id)b, %(correlation_id)b "
    "WHERE %(version)b = 1 OR EXISTS (SELECT FROM {schema}.{events} "
    "WHERE originator_id = %(stream)b AND originator_version = %(version)b - 1) RETURNING notification_id"
)


class _Overtaken(IntegrityError):
    """Another writer was first. To the library it is the error by which it knows a conflict."""


class TapeRecorder(PostgresApplicationRecorder):
    """The library's recorder on our table: no table lock, no NOTIFY, positions from the transaction id.

    The plain library can read what this writes. It must not write there: it knows nothing of our positions.
    """

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = EVENTS_TABLE) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        schema = datastore.schema
        names = {"schema": Identifier(schema), "events": Identifier(events_table_name)}
        horizon = sql(HORIZON.as_string(), schema)
        self.insert = sql(_INSERT, schema)
        self.insert_at_once = sql(_INSERT_AT_ONCE, schema)
        self.insert_one = sql(_INSERT_ONE, schema)
        self.select_versions = sql(
            "SELECT originator_id, max(originator_version) FROM {schema}.{events} "
            "WHERE originator_id = ANY(%b) GROUP BY originator_id",
            schema,
        )
        self.select_head = sql(
            "SELECT max(originator_version) FROM {schema}.{events} WHERE originator_id = %b", schema
        )
        self.select_chunk = sql(
            "SELECT topic, state FROM {schema}.{events} WHERE originator_id = %b "
            "AND originator_version > %b AND originator_version <= %b ORDER BY originator_version",
            schema,
        )
        self.select_names = sql(
            "SELECT DISTINCT originator_id FROM {schema}.{events} WHERE starts_with(originator_id, %b)",
            schema,
        )
        self.select_stream = SQL(
            "SELECT {columns} FROM {schema}.{events} WHERE originator_id = %b AND originator_version > %b "
            "ORDER BY originator_version LIMIT %b"
        ).format(columns=COLUMNS, **names)
        self.select_all = SQL(
            "SELECT {columns} FROM {schema}.{events} "
            "WHERE notification_id > %b AND notification_id < {horizon} ORDER BY notification_id LIMIT %b"
        ).format(columns=COLUMNS, horizon=horizon, **names)
        self.select_notified = SQL(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{events} "
            "WHERE notification_id >= %(start)s AND notification_id < {horizon} "
            "AND (%(stop)s::bigint IS NULL OR notification_id <= %(stop)s) "
            "AND (cardinality(%(topics)s::text[]) = 0 OR topic = ANY(%(topics)s)) "
            "ORDER BY notification_id LIMIT %(limit)s"
        ).format(horizon=horizon, **names)
        self.max_notification_id_statement = SQL(
            "SELECT max(notification_id) FROM {schema}.{events} WHERE notification_id < {horizon}"
        ).format(horizon=horizon, **names)

    def create_table(self) -> None:
        """Make the tables if they are not there, however many processes start at once."""
        with self.cursor() as cursor, cursor.connection.transaction():
            prepare_store(cursor, self.datastore.schema, "the database", create=True)

    @contextmanager
    def cursor(self) -> Generator[Cursor]:
        """A cursor that gives tuples, on a pooled connection in autocommit mode."""
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            yield cursor

    def insert_rows(self, cursor: Cursor, rows: Sequence[Row]) -> int:
        """Write rows whose positions are places in this transaction, and give what is to be added to each.

        Sorted by stream, so that two batches that wait for each other's streams do so in one order: no
        deadlock.

        Raises:
            _Overtaken: another transaction has written one of these versions; undo this one.
        """
        base: int | None = None
        ordered = sorted(rows, key=lambda row: (row.stream, row.version))
        for start in range(0, len(ordered), _STATEMENT_ROWS):
            part = ordered[start : start + _STATEMENT_ROWS]
            cursor.execute(self.insert, [list(column) for column in zip(*part, strict=True)], prepare=True)
            if cursor.rowcount != len(part):
                raise _Overtaken("another writer has recorded one of these versions")
            if base is None:
                base = min(position for (position,) in cursor) - min(row.position for row in part)
        return base or 0

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """For programs that write through the library; `PostgresLog` writes many streams at once instead."""
        if kwargs.get("tracking") is not None:
            raise BadInput("calltape's recorder keeps no tracking; use a tracking recorder beside it")
        if not stored_events:
            return []
        rows = [
            Row(place, str(s.originator_id), s.originator_version, s.topic, s.state, *envelope_of(s))
            for place, s in enumerate(stored_events, 1)
        ]
        with self.cursor() as cursor, cursor.connection.transaction():
            base = self.insert_rows(cursor, rows)
        return [base + row.position for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The library's notifications, as far as no running transaction can still add to them."""
        first = 0 if start is None else start + (not inclusive_of_start)
        parameters = {"start": first, "limit": limit, "stop": stop, "topics": list(topics)}
        with self.cursor() as cursor:
            cursor.execute(self.select_notified, parameters)
            return [
                Notification(stream, version, topic, bytes(data), position)
                for position, stream, version, topic, data in cursor
            ]

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Not supported, as on SQLite: nothing is notified. Follow with `PostgresLog.subscribe`."""
        raise NotImplementedError(
            "calltape's recorder does not notify; follow the log with PostgresLog.subscribe"
        )


class PostgresFactory(_LibraryFactory):
    """Opens calltape stores for `eventsourcing` applications.

    Choose it with ``PERSISTENCE_MODULE=calltape.adapters.eventsourcing.postgres:PostgresFactory`` and the
    library's own ``POSTGRES_…`` settings. Streams have names, so ``ORIGINATOR_ID_TYPE`` is text.
    """

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore.originator_id_type = "text"

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder; the table's name does not depend on the application's, or two programs would not
        share it.
        """
        recorder = TapeRecorder(self.datastore)
        if self.env_create_table():
            recorder.create_table()
        return recorder


class PostgresLog(RecorderLog):
    """An `EventLog` on a PostgreSQL server. Positions grow and are not dense. Safe to use from several
    threads.

    Args:
        url: ``postgresql://user:password@host:port/database`` or any libpq connection string.
        create: make the tables if there are none; otherwise their absence is refused.
        schema: the schema they are in.
        connect_timeout_s: how long to wait for the server, in whole seconds.

    Raises:
        BadInput: the server cannot be reached, or it holds no calltape store of this format.
    """

    def __init__(
        self, url: str, *, create: bool = True, schema: str = "public", connect_timeout_s: int = 10
    ) -> None:
        super().__init__()
        self._where = "the PostgreSQL server"
        with self._explained():
            options = conninfo_to_dict(url, connect_timeout=connect_timeout_s)
            self._where = f"the PostgreSQL database {options.get('dbname', '')!r}"
            # Once without the pool, which would go on trying for half a minute.
            with psycopg.connect(**options) as connection, connection.cursor() as cursor:  # type: ignore[arg-type]
                prepare_store(cursor, schema, self._where, create=create)
            self._datastore = _datastore(options, schema)
            self._options: dict[str, Any] = options
            self._claim: psycopg.Connection | None = None
            self._schema = schema
            self.recorder = TapeRecorder(self._datastore)

    def claim(self) -> bool:
        """Become the one process that runs the calls of this schema: an advisory lock, on its own session."""
        if self._claim is not None:
            return True
        with self._explained():
            connection = psycopg.connect(**self._options, autocommit=True)
            name = (f"calltape owner of {self._schema}",)
            found = connection.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name
            ).fetchone()
            if found is None or not found[0]:
                connection.close()
                return False
            self._claim = connection
            return True

    def version(self, stream: str) -> int:
        """How many events `stream` holds; 0 for an unknown stream."""
        return self._fetch(self.recorder.select_head, (stream,))[0][0] or 0

    def streams(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the streams that begin with `prefix`, sorted."""
        return tuple(sorted(name for (name,) in self._fetch(self.recorder.select_names, (prefix,))))

    def _write(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        if sum(len(append.events) for append in appends) > MOST_IN_TRANSACTION:
            raise BadInput(f"PostgreSQL takes at most {MOST_IN_TRANSACTION} events at once; append fewer")
        with self._explained(), self.recorder.cursor() as cursor:
            results = self._write_at_once(cursor, appends)
            while results is None:
                results = self._try_to_write(cursor, appends)
        return results

    def _write_at_once(
        self, cursor: Cursor, appends: Sequence[Append]
    ) -> tuple[tuple[Recorded, ...] | Conflict, ...] | None:
        """One statement, on the bet that every stream is where its first writer says; None if it was lost.

        A bet that is lost has written nothing. Streams to which nothing is appended cannot be bet on.
        """
        heads: dict[str, int] = {}
        for append in appends:
            heads.setdefault(append.stream, append.expected)
        plan = plan_appends(appends, heads.__getitem__, 1)
        if not 0 < len(plan.rows) <= _STATEMENT_ROWS or not all(append.events for append in appends):
            return None
        with suppress(psycopg.errors.UniqueViolation):
            if len(plan.rows) == 1:
                cursor.execute(self.recorder.insert_one, plan.rows[0]._asdict(), prepare=True)
            else:
                cursor.execute(self.recorder.insert_at_once, _arrays(plan.rows, heads), prepare=True)
            for (first,) in cursor.fetchall():
                return None if first is None else plan.results(first - 1)
        return None

    def _try_to_write(
        self, cursor: Cursor, appends: Sequence[Append]
    ) -> tuple[tuple[Recorded, ...] | Conflict, ...] | None:
        """One transaction; None if another writer got in between and everything has to be looked at again.

        Versions are read before the transaction takes its id, and after a failure a new transaction reads
        them anew: so an event's id, and its position, is always above its predecessor's.
        """
        with suppress(_Overtaken), cursor.connection.transaction():
            names = list({append.stream for append in appends})
            found = cursor.execute(self.recorder.select_versions, (names,), prepare=True).fetchall()
            versions: dict[str, int] = dict(found)
            plan = plan_appends(appends, lambda stream: versions.get(stream, 0), 1)
            if not plan.rows:
                return plan.results()
            return plan.results(self.recorder.insert_rows(cursor, plan.rows))
        return None

    def _stream_rows(self, stream: str, after: int, limit: int) -> list[Row]:
        return list(map(Row._make, self._fetch(self.recorder.select_stream, (stream, after, limit))))

    def _event_chunk(self, stream: str, after: int, size: int) -> EventChunk:
        rows = self._fetch(self.recorder.select_chunk, (stream, after, after + size))
        # A short chunk is the end, or a hole: then the head is needed to tell.
        head = after + len(rows) + 1 if len(rows) == size else self.version(stream)
        if not rows:
            return EventChunk((), (), head)
        topics, data = zip(*rows, strict=True)
        return EventChunk(topics, data, head)

    def _all_rows(self, after: int, limit: int) -> list[Row]:
        return list(map(Row._make, self._fetch(self.recorder.select_all, (after, limit))))

    def _disconnect(self) -> None:
        if self._claim is not None:
            self._claim.close()
            self._claim = None
        self._datastore.close()

    def _fetch(self, statement: Any, parameters: tuple[str | int, ...]) -> list[tuple[Any, ...]]:
        self._check_open()
        with (
            self._explained(),
            self._datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row, binary=True) as cursor,
        ):
            return cursor.execute(statement, parameters, prepare=True).fetchall()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except (psycopg.Error, PersistenceError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise BadInput(f"{self._where} cannot be used: {reason}") from error


def _arrays(rows: Sequence[Row], heads: Mapping[str, int]) -> list[list[Any]]:
    """The rows column by column, and where which streams must be; sorted, so that writers never deadlock."""
    ordered = sorted(rows, key=lambda row: (row.stream, row.version))
    grown = {stream: version for stream, version in heads.items() if version}
    return [*([*column] for column in zip(*ordered, strict=True)), [*grown], [*grown.values()]]


def _datastore(options: dict[str, Any], schema: str) -> PostgresDatastore:
    """The library's datastore, given the connection options that it has no argument for as well."""
    datastore = PostgresDatastore(
        dbname=str(options.get("dbname") or ""),
        host=str(options.get("host") or ""),
        port=str(options.get("port") or ""),
        user=str(options.get("user") or ""),
        password=str(options.get("password") or ""),
        pool_size=1,
        max_overflow=15,
        schema=schema,
        originator_id_type="text",
    )
    datastore.pool.kwargs.update(options)  # type: ignore[union-attr]
    return datastore
