"""Knowing a calltape store by its file, before anything is written to it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from calltape.core.errors import BadInput

APPLICATION_ID = 0x63746170
"""`ctap` in ASCII: SQLite's own field for whose file it is."""

FORMAT = 1
"""The format of the table. Kept in SQLite's field for it, ``user_version``."""

TABLE = "stored_events"
"""The library's name for it."""

CREATE_STATEMENTS = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} ("
    "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, "
    "topic TEXT NOT NULL, state BLOB NOT NULL, "
    "at INTEGER, command_id TEXT, causation_id TEXT, correlation_id TEXT, "
    "rowid INTEGER PRIMARY KEY AUTOINCREMENT, "
    "UNIQUE (originator_id, originator_version))",
    f"PRAGMA application_id={APPLICATION_ID}",
    f"PRAGMA user_version={FORMAT}",
)
"""The table, and the marks by which a calltape store is known.

The library leaves the row id to SQLite, which may renumber it in VACUUM and give it again after a deletion.
Declared as a column of that very name it does neither, and the library's own queries see no difference.
"""


def check_file(path: Path) -> None:
    """See that `path` is a calltape store that this code can read, without changing it.

    Raises:
        BadInput: it is not there, not a database, somebody else's, or of another format.
    """
    if not path.exists():
        raise BadInput(f"there is no store at {path}; check the path, or record a call into it first")
    if not path.is_file():
        raise BadInput(f"{path} is not a file; name the file that holds the store")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (written,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BadInput(f"{path} is not a calltape store: {error}") from error
    if application != APPLICATION_ID:
        raise BadInput(
            f"{path} is not a calltape store: it is another program's SQLite database, or an empty one"
        )
    if written != FORMAT:
        raise BadInput(
            f"{path} is a store of format {written}, this calltape reads format {FORMAT}; use a matching one"
        )


def create_file(path: Path, busy_timeout_s: int) -> None:
    """Make an empty store where there is no file, or an empty one. Several processes may do so at once.

    Raises:
        BadInput: the folder does not exist.
        sqlite3.Error: it cannot be written.
    """
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent} for the store {path.name}; make it first")
    if not path.exists() or path.stat().st_size == 0:
        _patiently(path, busy_timeout_s, _make_ours)


def write_ahead(path: Path, busy_timeout_s: int) -> None:
    """Let readers and the writer not wait for each other. The file remembers: again is nothing."""
    _patiently(path, busy_timeout_s, lambda connection: connection.execute("PRAGMA journal_mode=WAL"))


def _make_ours(connection: sqlite3.Connection) -> None:
    """All in one step: nobody may meet a file that is neither empty nor ours."""
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        for statement in CREATE_STATEMENTS:
            connection.execute(statement)
    connection.execute("COMMIT")


def _patiently(path: Path, busy_timeout_s: int, action: Callable[[sqlite3.Connection], object]) -> None:
    until = monotonic() + busy_timeout_s
    while True:
        try:
            with closing(sqlite3.connect(path, isolation_level=None, timeout=busy_timeout_s)) as connection:
                action(connection)
            return
        except sqlite3.OperationalError:
            # SQLite says "locked" at once, whatever the timeout, while another process switches to the log.
            if monotonic() > until:
                raise
            sleep(0.01)
