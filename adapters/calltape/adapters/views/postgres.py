"""Views in tables of a PostgreSQL database, beside the log's."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any, LiteralString

import psycopg

from calltape.adapters.views.sqlite import moved
from calltape.core.errors import BadInput
from calltape.projections.ports import Head, Snapshot

Connection = psycopg.Connection[tuple[Any, ...]]

CONNECT_TIMEOUT_S = 10
_LOCK = 0x63747677
"""The advisory lock under which tables are made: `CREATE TABLE IF NOT EXISTS` is not safe against itself."""

# `json`, not `jsonb`, which would forget the order of the participants. Keys sort by code point.
_TABLES: tuple[LiteralString, ...] = (
    "CREATE TABLE IF NOT EXISTS calltape_views (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "name text NOT NULL UNIQUE, schema int NOT NULL, position bigint NOT NULL, mark text NOT NULL)",
    'CREATE TABLE IF NOT EXISTS calltape_view_rows (view bigint NOT NULL, key text COLLATE "C" NOT NULL, '
    "data json NOT NULL, PRIMARY KEY (view, key))",
)
_HEAD: LiteralString = "SELECT id, schema, position, mark FROM calltape_views WHERE name = %s"
_SOME = "SELECT key, data::text FROM calltape_view_rows WHERE view = %s AND key = ANY(%s)"
_RANGE = (
    "SELECT key, data::text FROM calltape_view_rows WHERE view = %s AND starts_with(key, %s) ORDER BY key"
)
_PUT_HEAD = (
    "INSERT INTO calltape_views (name, schema, position, mark) VALUES (%s, %s, %s, %s) ON CONFLICT (name) "
    "DO UPDATE SET schema = excluded.schema, position = excluded.position, mark = excluded.mark RETURNING id"
)
_PUT_ROWS = (
    "INSERT INTO calltape_view_rows (view, key, data) SELECT %s, k, d FROM unnest(%s::text[], %s::json[]) "
    "AS u(k, d) ON CONFLICT (view, key) DO UPDATE SET data = excluded.data"
)


class PostgresViews:
    """A `ViewStore` on a PostgreSQL server.

    Args:
        url: ``postgresql://user:password@host:port/database`` or any libpq connection string.

    Raises:
        BadInput: the server cannot be reached, or its tables cannot be made.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = RLock()
        with self._explained():
            self._connection = self._connect()
            with self._connection.transaction():
                self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                for statement in _TABLES:
                    self._connection.execute(statement)

    def head(self, name: str) -> Head | None:
        """How far the view has come; None when there is no such view."""
        with self._lock, self._explained():
            return _find(self._connection, name)[1]

    def rows(self, name: str, keys: Collection[str]) -> Mapping[str, str]:
        """Those of the rows that exist, as JSON text by key."""
        with self._lock, self._explained():
            view, _ = _find(self._connection, name)
            return dict(self._connection.execute(_SOME, (view, list(keys))).fetchall())

    @contextmanager
    def snapshot(self, name: str, prefix: str = "") -> Generator[Snapshot]:
        """The head and all rows whose keys begin with `prefix`, as they are at one moment."""
        with self._explained(), self._connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.transaction(), connection.cursor("calltape_view") as cursor:
                view, head = _find(connection, name)
                cursor.itersize = 1_000
                yield Snapshot(head, ((row[0], row[1]) for row in cursor.execute(_RANGE, (view, prefix))))

    def save(self, name: str, rows: Mapping[str, str], *, expected: Head | None, head: Head) -> None:
        """Put `rows` in place and move the head, in one transaction; `Conflict` if it is not `expected`."""
        with self._transaction(name, expected) as connection:
            put = (name, head.schema, head.position, head.mark)
            (view,) = connection.execute(_PUT_HEAD, put).fetchone() or (None,)
            if rows:
                connection.execute(_PUT_ROWS, (view, list(rows), list(rows.values())))

    def swap(self, source: str, target: str, *, expected: Head | None) -> None:
        """Make `source` the view `target`; `Conflict` if the head of `target` is not `expected`."""
        with self._transaction(target, expected) as connection:
            _drop(connection, target)
            connection.execute("UPDATE calltape_views SET name = %s WHERE name = %s", (target, source))

    def drop(self, name: str) -> None:
        """Remove the view."""
        with self._lock, self._explained(), self._connection.transaction():
            _drop(self._connection, name)

    def close(self) -> None:
        """Give back the connection. Closing twice is harmless."""
        with self._lock:
            self._connection.close()

    def _connect(self) -> Connection:
        return psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)

    @contextmanager
    def _transaction(self, name: str, expected: Head | None) -> Generator[Connection]:
        """A transaction in which nobody else moves the view `name`, whose head is `expected`."""
        with self._lock, self._explained(), self._connection.transaction():
            # By name and not by row: the view may not exist yet.
            self._connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, name))
            _, actual = _find(self._connection, name)
            if actual != expected:
                raise moved(name, expected, actual)
            yield self._connection

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise BadInput(f"the views in the PostgreSQL database cannot be used: {reason}") from error


def _find(connection: Connection, name: str) -> tuple[int | None, Head | None]:
    found = connection.execute(_HEAD, (name,)).fetchone()
    if found is None:
        return None, None
    view, schema, position, mark = found
    return view, Head(schema=schema, position=position, mark=mark)


def _drop(connection: Connection, name: str) -> None:
    view, _ = _find(connection, name)
    connection.execute("DELETE FROM calltape_view_rows WHERE view = %s", (view,))
    connection.execute("DELETE FROM calltape_views WHERE id = %s", (view,))
