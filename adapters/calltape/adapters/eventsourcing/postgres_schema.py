"""The tables of a PostgreSQL store, and the arithmetic of its positions.

A position is the number of the writing transaction and the event's place in it::

    position = epoch + (transaction id << 20) + place, counted from 1

No sequence is drawn and no table locked, so writers do not wait for each other. Transactions commit out of
order, hence readers stay below the oldest one still running (`HORIZON`): what they have passed can no longer
change.
"""

from psycopg import Cursor
from psycopg.sql import SQL, Composed, Identifier

from calltape.core.errors import BadInput

FORMAT = 1
"""The format of the tables, kept in `calltape_store`."""

PLACE_BITS = 20
MOST_IN_TRANSACTION = (1 << PLACE_BITS) - 1
"""Events that one transaction can place: 1 048 575."""

EVENTS_TABLE = "stored_events"
COLUMNS = SQL(
    "notification_id, originator_id, originator_version, topic, state, "
    "at, command_id, causation_id, correlation_id"
)
_LOCK = 0x63746170
"""The advisory lock under which tables are made: `CREATE TABLE IF NOT EXISTS` is not safe against itself."""

HORIZON = SQL(
    "(SELECT epoch FROM {schema}.calltape_store) "
    "+ (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << {bits})"
)

_CREATE = (
    "CREATE TABLE {schema}.{events} ("
    "originator_id text NOT NULL, originator_version bigint NOT NULL, "
    "topic text NOT NULL, state bytea NOT NULL, "
    "notification_id bigint NOT NULL, "
    "at bigint, command_id text, causation_id text, correlation_id text, "
    "PRIMARY KEY (originator_id, originator_version)) "
    "WITH (autovacuum_vacuum_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.01)",
    "CREATE UNIQUE INDEX stored_events_notification_id_idx ON {schema}.{events} (notification_id)",
    "CREATE TABLE {schema}.calltape_store (format int NOT NULL, epoch bigint NOT NULL)",
    "INSERT INTO {schema}.calltape_store VALUES ({format}, 0)",
)

# A dump that was restored into another server brings positions of transactions that server has yet to reach.
_MOVE_EPOCH = (
    "UPDATE {schema}.calltape_store SET epoch = "
    "(((SELECT max(notification_id) FROM {schema}.{events}) >> {bits}) + 1 "
    "- pg_snapshot_xmin(pg_current_snapshot())::text::bigint) << {bits} "
    "WHERE (SELECT max(notification_id) FROM {schema}.{events}) "
    ">= epoch + ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1) << {bits})"
)


def sql(template: str, schema: str) -> Composed:
    """`template` with the names of this store's tables filled in."""
    return SQL(template).format(  # pyright: ignore[reportArgumentType]  # a constant, by the callers below
        schema=Identifier(schema), events=Identifier(EVENTS_TABLE), bits=PLACE_BITS, format=FORMAT
    )


def prepare_store(cursor: Cursor[tuple[object, ...]], schema: str, where: str, *, create: bool) -> None:
    """See that the store is there and of this format; make it if `create`. Runs in one transaction.

    Raises:
        BadInput: there is no store, or one of another format.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    cursor.execute("SELECT to_regclass(%s)", (f"{_quoted(schema)}.calltape_store",))
    if cursor.fetchone() == (None,):
        if not create:
            raise BadInput(f"{where} holds no calltape store; check the name, or record a call into it first")
        cursor.execute(sql("CREATE SCHEMA IF NOT EXISTS {schema}", schema))
        for template in _CREATE:
            cursor.execute(sql(template, schema))
    cursor.execute(sql("SELECT format FROM {schema}.calltape_store", schema))
    found = cursor.fetchone()
    if found != (FORMAT,):
        written = found[0] if found else "none"
        raise BadInput(
            f"{where} holds a store of format {written}, this calltape reads format {FORMAT}; "
            "use a matching one"
        )
    cursor.execute(sql(_MOVE_EPOCH, schema))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
