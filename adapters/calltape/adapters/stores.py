"""From the name of a store to the store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from calltape.adapters.memory import MemoryLog
from calltape.adapters.rows import Row
from calltape.core.errors import BadInput
from calltape.core.ports import EventLog

FORMS = "sqlite:///calltape.db, postgresql://user@host/database, a tape file ending in .jsonl, or memory:"
"""What a store may be called; for messages and help texts."""


class Store(EventLog, Protocol):
    """An `EventLog` that can also name its streams and show their rows: what `open_store` opens."""

    def streams(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the streams that begin with `prefix`, sorted."""
        ...

    def rows(self, stream: str, after: int = 0) -> Iterator[Row]:
        """What `stream` holds past version `after`, not yet decoded; what cannot be decoded stops nobody.

        Raises:
            CorruptHistory: the versions found are not contiguous; what stands before the gap was given.
        """
        ...


def open_store(url: str, *, create: bool) -> Store:
    """Open the store called `url`.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``postgresql://…``, ``….jsonl`` or
            ``memory:``. create: make the store if there is none; otherwise a missing store is refused and
            nothing is written.

    Raises:
        BadInput: the name is none of these, the store is missing or cannot be read, or an extra is not
        installed.
    """
    if url == "memory:":
        return MemoryLog()
    if url.startswith("sqlite:///"):
        return _open_sqlite(url.removeprefix("sqlite:///"), create=create)
    if url.startswith(("postgresql://", "postgres://")):
        return _open_postgres(url, create=create)
    if url.endswith(".jsonl") and "://" not in url:
        from calltape.adapters.tape import TapeLog

        return TapeLog(url, create=create)
    scheme, separator, _ = url.partition("://")
    shown = scheme + separator + "…" if separator else url  # what follows may hold a password
    raise BadInput(f"{shown!r} is not the name of a store; use {FORMS}")


def _open_sqlite(path: str, *, create: bool) -> Store:
    if not path or "?" in path:
        raise BadInput(
            "the name of a SQLite store is sqlite:/// and the path of a file, for example sqlite:///calls.db"
        )
    from calltape.adapters.eventsourcing.sqlite import SQLiteLog

    return SQLiteLog(Path(path), create=create)


def _open_postgres(url: str, *, create: bool) -> Store:
    try:
        import psycopg
        import psycopg_pool
    except ImportError as error:
        raise BadInput("PostgreSQL stores need an extra: pip install 'calltape[postgres]'") from error
    del psycopg, psycopg_pool
    from calltape.adapters.eventsourcing.postgres import PostgresLog

    return PostgresLog(url, create=create)
