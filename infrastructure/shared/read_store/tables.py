"""The tables of read models: made from their declaration, on their shelf or in a schema beside it.

Every table made here carries a comment that says which projection it belongs to, so that a switch can remove what an
older version owned and a newer one no longer has. Its first column carries the token by which a checkpoint vouches for
the table. `daybook.show` (`migrations/grants.sql`) lets it be read, each row by its own bank.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from infrastructure.shared.read_store.checkpoints import Tables
from infrastructure.shared.read_store.connections import ReadConnection
from infrastructure.shared.roles import DatabaseRole
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def create_schema(connection: ReadConnection, schema: str) -> None:
    """Make a schema unless it is there; two that do so at once would clash in spite of IF NOT EXISTS."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('daybook.schema'))")
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))


def create_shelf(connection: ReadConnection, shelf: Shelf) -> None:
    """Make the schema of a shelf unless it is there; whoever answers queries may look into it."""
    create_schema(connection, shelf.schema)
    connection.execute(
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}, {}").format(
            sql.Identifier(shelf.schema),
            sql.Identifier(DatabaseRole.APPLICATION),
            sql.Identifier(DatabaseRole.OVERVIEW),
        )
    )


def drop_schema(connection: ReadConnection, schema: str) -> None:
    """Remove a scratch schema and all that is in it."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def drop_schema_if_empty(connection: ReadConnection, schema: str) -> None:
    """Remove a schema unless there is something in it, or somebody is about to put something there."""
    if connection.execute(
        "SELECT FROM pg_class WHERE relnamespace = to_regnamespace(%s) LIMIT 1", (schema,)
    ).fetchone():
        return
    with suppress(psycopg.Error):
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {}").format(sql.Identifier(schema)))


def create_tables(connection: ReadConnection, projection: Projection, schema: str) -> Tables:
    """Make the tables of a projection with their indexes, empty; answers what a checkpoint is to vouch for."""
    elsewhere, token = sa.MetaData(), uuid4()
    for declared in projection.all_tables:
        table = declared.to_metadata(elsewhere, schema=schema)
        statements: list[DDLElement] = [CreateTable(table)]
        statements += [CreateIndex(index) for index in _in_order(table.indexes)]
        for statement in statements:
            connection.execute(str(statement.compile(dialect=_DIALECT)).encode())
        shown = sql.Identifier(schema, table.name).as_string(connection)
        connection.execute("SELECT daybook.show(%s)", (shown,))
        connection.execute(
            sql.SQL("COMMENT ON TABLE {} IS {}; COMMENT ON COLUMN {} IS {}").format(
                sql.Identifier(schema, table.name),
                sql.Literal(_owner(projection.name)),
                sql.Identifier(schema, table.name, next(iter(table.columns)).name),
                sql.Literal(str(token)),
            )
        )
    return Tables([table.name for table in projection.all_tables], token)


def leave_unlogged(connection: ReadConnection, projection: Projection, schema: str) -> None:
    """Have nothing logged of what is written to empty tables: a crash of the server empties them."""
    for table in projection.all_tables:
        name = sql.Identifier(schema, table.name)
        connection.execute(sql.SQL("ALTER TABLE {} SET UNLOGGED").format(name))


def _in_order(indexes: Iterable[sa.Index]) -> list[sa.Index]:
    return sorted(indexes, key=lambda index: str(index.name))


def _owner(projection: str) -> str:
    return f"projection {projection}"


def replace_live(
    connection: ReadConnection, projection: Projection, schema: str, shelf: Shelf
) -> None:
    """Put the tables of `schema` in the place of those on the shelf; for a transaction with a lock time-out.

    Raises:
        psycopg.errors.LockNotAvailable: a query is still reading the live tables.
    """
    names = [table.name for table in projection.all_tables]
    drop_live(connection, shelf, names)
    move(connection, names, schema, shelf.schema)


def move(connection: ReadConnection, names: Sequence[str], schema: str, target: str) -> None:
    """Move tables from one schema to another; what vouches for them goes with them."""
    for name in names:
        connection.execute(
            sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(
                sql.Identifier(schema, name), sql.Identifier(target)
            )
        )


def drop_live(connection: ReadConnection, shelf: Shelf, names: Sequence[str] = ()) -> None:
    """Remove all tables on a shelf.

    Those of these names go too if nobody owns them, as after a restore without comments.
    """
    owned = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r'"
        " AND (obj_description(oid, 'pg_class') = %s"
        " OR relname = ANY(%s) AND obj_description(oid, 'pg_class') IS NULL) ORDER BY relname",
        (shelf.schema, _owner(shelf.projection), list(names)),
    ).fetchall()
    for (name,) in owned:
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(shelf.schema, name)))


class DeferredIndexes:
    """Takes the indexes off an empty table for its first load, and puts them back when it is full.

    Sorting all keys once is several times cheaper than finding the place of each. An index by which rows are looked up
    comes back alone as soon as a page needs it.
    """

    def __init__(
        self, connection: ReadConnection, schema: str, table: sa.Table, key_column: str
    ) -> None:
        self._connection = connection
        self._table = sql.Identifier(schema, table.name)
        self._name = f'"{schema}"."{table.name}"'
        self._by_key: list[sql.Composed] = []
        self._others: list[sql.Composed] = []
        self._by_first: dict[str, list[sql.Composed]] = {}
        self._take_constraints(key_column)
        self._take_indexes()

    def restore_key(self) -> None:
        """Put the index on the key column back, once."""
        _execute_all(self._connection, self._by_key)

    def restore_on(self, column: str) -> None:
        """Put back the indexes that begin with this column, once."""
        _execute_all(self._connection, self._by_first.get(column, []))

    def restore(self) -> None:
        """Put back whatever is still missing, and let the planner know the table."""
        _execute_all(self._connection, self._by_key)
        for statements in self._by_first.values():
            _execute_all(self._connection, statements)
        _execute_all(self._connection, self._others)
        self._connection.execute(sql.SQL("ANALYZE {}").format(self._table))

    def _take_constraints(self, key_column: str) -> None:
        found = self._connection.execute(
            """
            SELECT c.conname, pg_get_constraintdef(c.oid), a.attname IS NOT NULL
            FROM pg_constraint c
            LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum] AND a.attname = %s
            WHERE c.conrelid = %s::regclass AND c.contype IN ('p', 'u') ORDER BY c.conname
            """,
            (key_column, self._name),
        ).fetchall()
        for name, definition, is_key in found:
            self._connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                    self._table, sql.Identifier(name)
                )
            )
            add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(
                self._table, sql.Identifier(name)
            ) + sql.SQL(definition)
            (self._by_key if is_key else self._others).append(add)

    def _take_indexes(self) -> None:
        found = self._connection.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), pg_get_indexdef(indexrelid, 1, true)"
            " FROM pg_index WHERE indrelid = %s::regclass ORDER BY 1",
            (self._name,),
        ).fetchall()
        for name, definition, first in found:
            self._connection.execute(sql.SQL("DROP INDEX ") + sql.SQL(name))
            self._by_first.setdefault(first, []).append(sql.Composed([sql.SQL(definition)]))


def _execute_all(connection: ReadConnection, statements: list[sql.Composed]) -> None:
    while statements:
        connection.execute(statements[0])
        statements.pop(0)
