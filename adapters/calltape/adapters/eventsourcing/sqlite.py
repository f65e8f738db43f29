"""A log in a SQLite file: write-ahead log, one writer at a time, any number of readers and processes."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Literal, cast

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
)
from eventsourcing.sqlite import SQLiteFactory as _LibraryFactory
from eventsourcing.utils import Environment, EnvType

from calltape.adapters.appending import plan_appends
from calltape.adapters.claiming import FileClaim
from calltape.adapters.eventsourcing.library import envelope_of
from calltape.adapters.eventsourcing.log import EventChunk, RecorderLog
from calltape.adapters.eventsourcing.sqlite_file import (
    CREATE_STATEMENTS,
    TABLE,
    check_file,
    create_file,
    write_ahead,
)
from calltape.adapters.rows import Row
from calltape.core.errors import BadInput, Conflict
from calltape.core.events import Recorded
from calltape.core.ports import Append

Synchronous = Literal["FULL", "NORMAL", "OFF"]
"""FULL: what was appended survives a power cut. NORMAL: it survives the program, the last moments may be lost
in a power cut.
"""

_COLUMNS = (
    "rowid, originator_id, originator_version, topic, state, at, command_id, causation_id, correlation_id"
)


class TapeRecorder(SQLiteApplicationRecorder):
    """The library's recorder on our table (`sqlite_file`), which has four columns more."""

    def construct_create_table_statements(self) -> list[str]:
        """For stores that a program makes through the library."""
        return [*CREATE_STATEMENTS]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        """For programs that write through the library; `SQLiteLog` writes in bulk instead."""
        places = ", ".join("?" * 8)
        statement = f"INSERT INTO {TABLE} ({_COLUMNS.removeprefix('rowid, ')}) VALUES ({places})"
        positions: list[int] = []
        for s in stored_events:
            c.execute(statement, (s.originator_id, s.originator_version, s.topic, s.state, *envelope_of(s)))
            positions.append(c.lastrowid)
        return positions


class _Pool(SQLiteConnectionPool):
    """The library's pool, with a say in how far a commit reaches: it leaves SQLite's default and offers no
    setting.
    """

    synchronous: Synchronous = "FULL"

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute(f"PRAGMA synchronous={self.synchronous}")
        return connection


class SQLiteFactory(_LibraryFactory):
    """Opens calltape stores for `eventsourcing` applications.

    Choose it with ``PERSISTENCE_MODULE=calltape.adapters.eventsourcing.sqlite:SQLiteFactory``. Streams have
    names, so ``ORIGINATOR_ID_TYPE`` is text. ``SQLITE_SYNCHRONOUS`` may be FULL (the default), NORMAL or OFF.
    """

    application_recorder_class = TapeRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        synchronous = self.env.get("SQLITE_SYNCHRONOUS") or "FULL"
        if synchronous not in {"FULL", "NORMAL", "OFF"}:
            raise BadInput(f"SQLITE_SYNCHRONOUS is {synchronous!r}; it may be FULL, NORMAL or OFF")
        first = self.datastore.pool
        pool = _Pool(db_name=first.db_name, lock_timeout=first.lock_timeout)
        pool.synchronous = cast("Synchronous", synchronous)
        self.datastore.pool = pool
        self.datastore.originator_id_type = "text"
        first.close()


class SQLiteLog(RecorderLog):
    """An `EventLog` in a SQLite file. Positions are row ids: 1, 2, 3. Safe to use from several threads.

    Args:
        path: the file.
        create: make the file if there is none; otherwise a missing file is refused.
        synchronous: how far a commit reaches; FULL survives a power cut.
        busy_timeout_s: how long to wait, in whole seconds, while another process writes.

    Raises:
        BadInput: there is no such file, or it is not a calltape store of this format.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = True,
        synchronous: Synchronous = "FULL",
        busy_timeout_s: int = 10,
    ) -> None:
        super().__init__()
        self._path = Path(path)
        self._writing = Lock()
        self._idle: list[SQLiteConnection] = []
        with self._explained():
            if create:
                create_file(self._path, busy_timeout_s)
            check_file(self._path)
            write_ahead(self._path, busy_timeout_s)
            self._factory = SQLiteFactory(
                {
                    "SQLITE_DBNAME": str(self._path.absolute()),
                    "SQLITE_LOCK_TIMEOUT": str(busy_timeout_s),
                    "SQLITE_SYNCHRONOUS": synchronous,
                    "CREATE_TABLE": "no",
                }
            )
            self.recorder = self._factory.application_recorder()
        self._datastore = self._factory.datastore
        self._claim = FileClaim(self._path.absolute())

    def claim(self) -> bool:
        """Become the one process that runs the calls of this file; a lock file beside it says so."""
        with self._explained():
            return self._claim.take()

    def version(self, stream: str) -> int:
        """How many events `stream` holds; 0 for an unknown stream."""
        return self._fetch(f"SELECT {_VERSION}", (stream,))[0][0] or 0

    def streams(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the streams that begin with `prefix`, sorted."""
        statement = (
            f"SELECT DISTINCT originator_id FROM {TABLE} WHERE originator_id >= ? AND originator_id < ?"
        )
        rows = self._fetch(statement, (prefix, prefix + "\U0010ffff"))
        return tuple(sorted(name for (name,) in rows))

    def _write(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        # Our own lock first: whoever waits in the library's pool for the writer holds up its readers too.
        with self._writing, self._transaction() as cursor:

            def version_of(stream: str) -> int:
                return cursor.execute(f"SELECT {_VERSION}", (stream,)).fetchone()[0] or 0

            (last,) = cursor.execute(
                "SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (TABLE,)
            ).fetchone()
            plan = plan_appends(appends, version_of, (last or 0) + 1)
            cursor.executemany(_INSERT, plan.rows)
        return plan.results()

    def _stream_rows(self, stream: str, after: int, limit: int) -> list[Row]:
        return list(map(Row._make, self._fetch(_STREAM, (stream, after, limit))))

    def _event_chunk(self, stream: str, after: int, size: int) -> EventChunk:
        # SQLite joins the rows itself: handing Python three values a row costs as much as decoding them.
        ((count, topics, data, head),) = self._fetch(_JOINED, (stream, stream, after, after + size))
        if not count:
            return EventChunk((), (), head or 0)
        chunk = EventChunk(topics.split(" "), data.split(b"\n"), head)
        if len(chunk.topics) == len(chunk.data) == count:
            return chunk
        rows = self._stream_rows(stream, after, count)  # not our JSON: it holds line ends
        return EventChunk([row.topic for row in rows], [row.data for row in rows], head)

    def _all_rows(self, after: int, limit: int) -> list[Row]:
        statement = f"SELECT {_COLUMNS} FROM {TABLE} WHERE rowid > ? ORDER BY rowid LIMIT ?"
        return list(map(Row._make, self._fetch(statement, (after, limit))))

    def _disconnect(self) -> None:
        self._claim.release()
        self._factory.close()

    def _fetch(self, statement: str, parameters: tuple[str | int, ...]) -> list[Any]:
        self._check_open()
        with self._explained():
            reader = self._take_reader()
            try:
                return reader.cursor().sqlite_cursor.execute(statement, parameters).fetchall()
            finally:
                self._give_reader(reader)

    def _take_reader(self) -> SQLiteConnection:
        """A connection that nobody else uses now: one we kept, or else one of the pool's, whose locks cost 20
        µs.
        """
        try:
            return self._idle.pop()
        except IndexError:
            return self._datastore.pool.get_connection(is_writer=False)

    def _give_reader(self, reader: SQLiteConnection) -> None:
        if len(self._idle) < _KEPT_READERS:
            self._idle.append(reader)
        elif not self._datastore.pool.closed:
            self._datastore.pool.put_connection(reader)

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Cursor]:
        """A write transaction from its first read on: what was checked is still true when it is written."""
        with self._explained(), self._datastore.get_connection(commit=True) as connection:
            cursor = _plain_cursor(connection)
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if cursor.connection.in_transaction:
                    cursor.execute("ROLLBACK")
                raise
            finally:
                cursor.close()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, PersistenceError, OSError) as error:
            raise BadInput(f"the store {self._path} cannot be used: {error}") from error


_KEPT_READERS = 4
_VERSION = f"max(originator_version) FROM {TABLE} WHERE originator_id = ?"
_STREAM = (
    f"SELECT {_COLUMNS} FROM {TABLE} WHERE originator_id = ? AND originator_version > ? "
    "ORDER BY originator_version LIMIT ?"
)
# The separators are constants and not char(10), which SQLite would work out for every row: a fifth of the
# read. No ORDER BY, which would cost a third more: by the unique index and by the row id alike, the only two
# ways through the table, a stream's rows come in the order of their versions.
_JOINED = (
    "SELECT count(*), group_concat(topic, ' '), CAST(group_concat(state, '\n') AS BLOB), "
    f"(SELECT {_VERSION}) FROM {TABLE} "
    "WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?"
)
_INSERT = f"INSERT INTO {TABLE} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _plain_cursor(connection: SQLiteConnection) -> sqlite3.Cursor:
    """A cursor that gives tuples; the library's rows by name cost more than decoding them."""
    cursor = connection.cursor().sqlite_cursor
    cursor.row_factory = None
    return cursor
