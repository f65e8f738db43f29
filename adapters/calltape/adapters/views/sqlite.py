"""Views in a SQLite file of their own.

Not in the log's file: a SQLite file has one writer at a time, and views must not make a call wait for its
turn. And a cache can be lost: after a power cut the last batches may have to be folded again, so nothing is
forced to the disk for each.
"""

import json
import sqlite3
from collections.abc import Collection, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock

from calltape.core.errors import BadInput, Conflict
from calltape.projections.ports import Head, Snapshot

APPLICATION_ID = 0x63747677
"""`ctvw` in ASCII: SQLite's own field for whose file it is."""

FORMAT = 1
"""The format of the tables. Kept in SQLite's field for it, ``user_version``."""

BUSY_TIMEOUT_S = 10
"""How long to wait while another process writes."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS views (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
    "schema INTEGER NOT NULL, position INTEGER NOT NULL, mark TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS view_rows (view INTEGER NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, "
    "PRIMARY KEY (view, key)) WITHOUT ROWID",
    f"PRAGMA application_id={APPLICATION_ID}",
    f"PRAGMA user_version={FORMAT}",
)
_HEAD = "SELECT id, schema, position, mark FROM views WHERE name = ?"
_SOME = "SELECT key, data FROM view_rows WHERE view = ? AND key IN (SELECT value FROM json_each(?))"
_RANGE = "SELECT key, data FROM view_rows WHERE view = ? AND key >= ? AND key < ? ORDER BY key"
_PUT_HEAD = (
    "INSERT INTO views (name, schema, position, mark) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
    "DO UPDATE SET schema = excluded.schema, position = excluded.position, mark = excluded.mark RETURNING id"
)
_PUT_ROW = (
    "INSERT INTO view_rows (view, key, data) VALUES (?, ?, ?) "
    "ON CONFLICT (view, key) DO UPDATE SET data = excluded.data"
)


class SQLiteViews:
    """A `ViewStore` in a SQLite file, or in memory.

    Args:
        path: the file, made when it is not there; None keeps everything in memory.

    Raises:
        BadInput: the file cannot be used, or is something else.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._lock = RLock()
        with self._explained():
            self._connection = self._connect()
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def head(self, name: str) -> Head | None:
        """How far the view has come; None when there is no such view."""
        with self._lock, self._explained():
            return _find(self._connection, name)[1]

    def rows(self, name: str, keys: Collection[str]) -> Mapping[str, str]:
        """Those of the rows that exist, as JSON text by key."""
        with self._lock, self._explained():
            view, _ = _find(self._connection, name)
            return dict(self._connection.execute(_SOME, (view, json.dumps(list(keys)))))

    @contextmanager
    def snapshot(self, name: str, prefix: str = "") -> Generator[Snapshot]:
        """The head and all rows whose keys begin with `prefix`, as they are at one moment."""
        if self._path is None:
            with self._lock:
                yield _snapshot(self._connection, name, prefix)
            return
        # A connection of its own: what is written meanwhile does not show on it, and is not held up by it.
        with self._explained(), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            yield _snapshot(connection, name, prefix)

    def save(self, name: str, rows: Mapping[str, str], *, expected: Head | None, head: Head) -> None:
        """Put `rows` in place and move the head, in one transaction; `Conflict` if it is not `expected`."""
        with self._transaction() as connection:
            _require(connection, name, expected)
            put = (name, head.schema, head.position, head.mark)
            (view,) = connection.execute(_PUT_HEAD, put).fetchone()
            connection.executemany(_PUT_ROW, [(view, key, data) for key, data in sorted(rows.items())])

    def swap(self, source: str, target: str, *, expected: Head | None) -> None:
        """Make `source` the view `target`; `Conflict` if the head of `target` is not `expected`."""
        with self._transaction() as connection:
            _require(connection, target, expected)
            _drop(connection, target)
            connection.execute("UPDATE views SET name = ? WHERE name = ?", (target, source))

    def drop(self, name: str) -> None:
        """Remove the view."""
        with self._transaction() as connection:
            _drop(connection, name)

    def close(self) -> None:
        """Give back the file. Closing twice is harmless."""
        with self._lock:
            self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        where = ":memory:" if self._path is None else self._path
        return sqlite3.connect(where, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False)

    def _prepare(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (written,) = self._connection.execute("PRAGMA user_version").fetchone()
        (objects,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if objects and (application, written) != (APPLICATION_ID, FORMAT):
            raise BadInput(
                f"{self._path} does not hold views that this calltape can read; "
                "unless it is another program's file, delete it: views are built anew from the log"
            )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        if not objects:
            with self._transaction() as connection:
                for statement in _TABLES:
                    connection.execute(statement)

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            where = "in memory" if self._path is None else f"in {self._path}"
            raise BadInput(
                f"the views {where} cannot be used: {error}; check that the folder can be written, "
                "or delete the file: views are built anew from the log"
            ) from error


def _find(connection: sqlite3.Connection, name: str) -> tuple[int | None, Head | None]:
    found = connection.execute(_HEAD, (name,)).fetchone()
    if found is None:
        return None, None
    view, schema, position, mark = found
    return view, Head(schema=schema, position=position, mark=mark)


def _snapshot(connection: sqlite3.Connection, name: str, prefix: str) -> Snapshot:
    view, head = _find(connection, name)
    return Snapshot(head, iter(connection.execute(_RANGE, (view, prefix, prefix + "\U0010ffff"))))


def _require(connection: sqlite3.Connection, name: str, expected: Head | None) -> None:
    _, actual = _find(connection, name)
    if actual != expected:
        raise moved(name, expected, actual)


def moved(name: str, expected: Head | None, actual: Head | None) -> Conflict:
    """The refusal of a write to a view that somebody else has moved."""
    return Conflict(f"view {name}", expected.position if expected else 0, actual.position if actual else 0)


def _drop(connection: sqlite3.Connection, name: str) -> None:
    view, _ = _find(connection, name)
    connection.execute("DELETE FROM view_rows WHERE view = ?", (view,))
    connection.execute("DELETE FROM views WHERE id = ?", (view,))
