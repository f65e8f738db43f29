"""From the name of a store to where its views are kept."""

from calltape.adapters.views.sqlite import SQLiteViews
from calltape.core.errors import BadInput
from calltape.projections.ports import ViewStore


def open_views(url: str) -> ViewStore:
    """Open the views of the store called `url`, which has been opened before and so is known to be one.

    A SQLite store ``calls.db`` has its views beside it, in ``calls.db.views``; a PostgreSQL store has them in
    tables of the same database; those of a tape file or of a store in memory are kept in memory.

    Raises:
        BadInput: they cannot be opened, or an extra is not installed.
    """
    if url.startswith("sqlite:///"):
        return SQLiteViews(url.removeprefix("sqlite:///") + ".views")
    if url.startswith(("postgresql://", "postgres://")):
        try:
            from calltape.adapters.views.postgres import PostgresViews
        except ImportError as error:
            raise BadInput("PostgreSQL stores need an extra: pip install 'calltape[postgres]'") from error
        return PostgresViews(url)
    return SQLiteViews()
