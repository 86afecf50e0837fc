"""Writing what a page changed: one set-based statement per table and kind of change, the same for one row and 5,000."""

from collections.abc import Sequence
from typing import Any, LiteralString

import sqlalchemy as sa
from psycopg import sql

from application.shared.ports import Record
from infrastructure.shared.read_store.connections import ReadConnection, json_encoder
from infrastructure.shared.read_store.feeding import Prepared
from infrastructure.shared.read_store.tables import DeferredIndexes
from projections.shared.engine import Changes, EveryRow, RollupChanges, fold_table
from projections.shared.projection import Projection, ReadTable, Row
from projections.shared.rollups import Rollup
from projections.shared.shelves import Shelf


class TableWriter:
    """Loads and writes the rows of one read table, and of its rollups, in one schema."""

    def __init__(self, connection: ReadConnection, read_table: ReadTable, schema: str) -> None:
        table = read_table.table
        self.read_table = read_table
        self._connection = connection
        self._columns = tuple(table.c.keys())
        self._key_place = self._columns.index(read_table.key_column)
        self._types = _type_oids(connection, table, schema)
        self._rollups = {
            rollup.table.name: RollupWriter(connection, rollup, table, schema)
            for rollup in read_table.rollups
        }
        self._compose(sql.Identifier(schema, table.name), sql.Identifier(read_table.key_column))

    def load(self, keys: list[Any]) -> dict[Any, Row]:
        """The rows of these keys that exist."""
        cursor = self._connection.execute(self._select, (keys,), binary=True)
        return {
            values[self._key_place]: dict(zip(self._columns, values, strict=True))
            for values in cursor
        }

    def write(self, changes: Changes) -> None:
        """Write one page's changes; within the transaction that moves the checkpoint."""
        if changes.removed:
            self._connection.execute(self._delete, (changes.removed,))
        if changes.replaced:
            self._connection.execute(self._update, (_as_json(changes.replaced),))
        if changes.added:
            self._add(changes.added)
        for rolled_up in changes.rollups:
            if rolled_up.deltas:
                self._rollups[rolled_up.rollup.table.name].write(rolled_up)
        if changes.everywhere:
            self._change_everywhere(changes.everywhere)

    def roll_up_from_scratch(self) -> None:
        """Fill the empty rollups from the table's rows."""
        for writer in self._rollups.values():
            writer.fill()

    def _change_everywhere(self, change: EveryRow) -> None:
        """The database does all of it: however many rows there are, none comes here."""
        for writer in self._rollups.values() if change.rollups else ():
            writer.move(change)
        of = {"table": self._table, "column": sql.Identifier(change.column)}
        if change.values is None:
            delete = sql.SQL("DELETE FROM {table} WHERE {column} = %s").format(**of)
            self._connection.execute(delete, (change.key,))
            return
        names = tuple(change.values)
        update = sql.SQL(
            "UPDATE {table} AS t SET ({names}, version) = ROW({new}, t.version + 1)"
            " FROM json_populate_record(NULL::{table}, %s::json) AS s WHERE t.{column} = %s"
        ).format(names=_names(names), new=_names(names, "s"), **of)
        self._connection.execute(update, (_as_json(change.values), change.key))

    def _add(self, rows: list[Row]) -> None:
        columns = self._columns
        with self._connection.cursor() as cursor, cursor.copy(self._copy) as copy:
            copy.set_types(self._types)
            for row in rows:
                copy.write_row([row[column] for column in columns])

    def _compose(self, table: sql.Identifier, key: sql.Identifier) -> None:
        names, self._table = _names(self._columns), table
        self._select = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s)").format(names, table, key)
        self._delete = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(table, key)
        self._copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(table, names)
        # The row type of the table itself reads the values, so every column type needs no more than its JSON form.
        self._update = sql.SQL(
            "UPDATE {table} AS t SET ({names}) = ROW({new})"
            " FROM json_populate_recordset(NULL::{table}, %s::json) AS s WHERE t.{key} = s.{key}"
        ).format(table=table, names=names, new=_names(self._columns, "s"), key=key)


class ReadModelWriter:
    """Writes the tables of one version of a read model in one schema, as its checkpoint moves: a `feeding.Target`.

    In a first load (`begin_loading`) there are no indexes to keep up and rollups are left for `finish_loading`.
    """

    def __init__(
        self, connection: ReadConnection, projection: Projection, shelf: Shelf, schema: str
    ) -> None:
        self.name, self.version, self.apart = shelf.key, shelf.version, projection.apart
        self._connection = connection
        self._schema = schema
        self._writers = [TableWriter(connection, table, schema) for table in projection.tables]
        self._deferred: dict[str, DeferredIndexes] = {}

    def begin_loading(self) -> None:
        """Take the indexes off the tables, which must be empty."""
        for read_table in (writer.read_table for writer in self._writers):
            self._deferred[read_table.table.name] = DeferredIndexes(
                self._connection, self._schema, read_table.table, read_table.key_column
            )

    def finish_loading(self) -> None:
        """Put the indexes back and compute the rollups."""
        for deferred in self._deferred.values():
            deferred.restore()
        for writer in self._writers:
            writer.roll_up_from_scratch()
        self._deferred.clear()

    def prepare(self, records: list[Record[Any]]) -> Prepared:
        """Fold the records over the rows as they are."""
        changes = [(writer, self._fold(writer, records)) for writer in self._writers]

        def write() -> None:
            for writer, change in changes:
                writer.write(change)

        return Prepared(write)

    def _fold(self, writer: TableWriter, records: list[Record[Any]]) -> Changes:
        deferred = self._deferred.get(writer.read_table.table.name)

        def load(keys: list[Any]) -> dict[Any, Row]:
            if deferred is not None:
                deferred.restore_key()
            return writer.load(keys)

        changes = fold_table(writer.read_table, records, load, rollups=deferred is None)
        if deferred is not None and changes.everywhere:
            deferred.restore_on(changes.everywhere.column)
        return changes


# What leaves each group, and comes into another; groups in which no row is left go.
_MOVE = """
    WITH gone ({by}, {measures}) AS (
        SELECT {by}, {left} FROM {source} WHERE {column} = %s GROUP BY {by}
    ), delta ({by}, {measures}) AS (
        SELECT {by}, {totals} FROM (
            SELECT {by}, {measures} FROM gone
            UNION ALL
            SELECT {new}, {added} FROM gone, json_populate_record(NULL::{source}, %s::json) AS s WHERE %s
        ) AS moved ({by}, {measures}) GROUP BY {by} HAVING sum(count) <> 0
    )
    MERGE INTO {table} AS t USING delta AS d ON {same}
    WHEN MATCHED AND t.count + d.count = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET {sums}
    WHEN NOT MATCHED THEN INSERT ({by}, {measures}) VALUES ({given})
"""


class RollupWriter:
    """Adds deltas to the groups of one rollup, and removes groups that no row is left in."""

    def __init__(
        self, connection: ReadConnection, rollup: Rollup, source: sa.Table, schema: str
    ) -> None:
        self._connection = connection
        self._rollup = rollup
        self._source = sql.Identifier(schema, source.name)
        self._nullable = {name: source.c[name].nullable for name in rollup.by}
        self._measures = ("count", *(f"sum_{column}" for column in rollup.sums))
        self._table = sql.Identifier(schema, rollup.table.name)
        self._merge = sql.SQL(
            "WITH merged AS (INSERT INTO {table} AS t ({names}) SELECT {given}"
            " FROM json_populate_recordset(NULL::{table}, %s::json)"
            " ON CONFLICT ({by}) DO UPDATE SET {sums} RETURNING t.count, {told})"
            " SELECT {by} FROM merged WHERE count = 0"
        ).format(
            table=self._table,
            names=_names((*rollup.by, *self._measures)),
            by=_names(rollup.by),
            given=sql.SQL(", ").join(
                [
                    _names(rollup.by),
                    *(self._stored(it, sql.Identifier(it)) for it in self._measures),
                ]
            ),
            sums=self._added("excluded"),
            told=_names(rollup.by, "t"),
        )

    def write(self, changes: RollupChanges) -> None:
        """Merge the deltas of one page."""
        rows = [
            {
                **dict(zip(self._rollup.by, key, strict=True)),
                **dict(zip(self._measures, (delta.count, *delta.sums), strict=True)),
            }
            for key, delta in changes.deltas.items()
        ]
        empty = self._connection.execute(self._merge, (_as_json(rows),)).fetchall()
        by_nulls: dict[tuple[bool, ...], list[Row]] = {}
        for key in empty:
            nulls = tuple(value is None for value in key)
            by_nulls.setdefault(nulls, []).append(dict(zip(self._rollup.by, key, strict=True)))
        for nulls, groups in by_nulls.items():
            self._connection.execute(self._deletion(nulls), (_as_json(groups),))

    def _deletion(self, nulls: tuple[bool, ...]) -> sql.Composed:
        """Deletes groups whose key is null in these places: said so, the key's index finds each."""
        same = [
            sql.SQL("t.{0} IS NULL" if is_null else "t.{0} = d.{0}").format(sql.Identifier(name))
            for name, is_null in zip(self._rollup.by, nulls, strict=True)
        ]
        return sql.SQL(
            "DELETE FROM {table} AS t USING json_populate_recordset(NULL::{table}, %s::json) AS d WHERE {same}"
        ).format(table=self._table, same=sql.SQL(" AND ").join(same))

    def move(self, change: EveryRow) -> None:
        """Let rows go from their groups to those in which they are after this change, before it is made."""
        values, sums = change.values or {}, self._measures[1:]
        if change.values is not None and not values.keys() & {*self._rollup.by}:
            return
        of = {
            "table": self._table,
            "source": self._source,
            "column": sql.Identifier(change.column),
            "by": _names(self._rollup.by),
            "measures": _names(self._measures),
            "left": _signed([sql.SQL("count(*)"), *_sums(self._rollup.sums)], "-"),
            "new": sql.SQL(", ").join(
                sql.Identifier("s" if name in values else "gone", name) for name in self._rollup.by
            ),
            "added": _signed([sql.Identifier("gone", name) for name in self._measures], "-"),
            "totals": sql.SQL(", ").join([sql.SQL("sum(count)::bigint"), *_sums(sums)]),
            "same": sql.SQL(" AND ").join(
                sql.SQL(
                    "t.{0} IS NOT DISTINCT FROM d.{0}" if self._nullable[name] else "t.{0} = d.{0}"
                ).format(sql.Identifier(name))
                for name in self._rollup.by
            ),
            "sums": self._added("d"),
            "given": sql.SQL(", ").join(
                [
                    _names(self._rollup.by, "d"),
                    *(self._stored(it, sql.Identifier("d", it)) for it in self._measures),
                ]
            ),
        }
        self._connection.execute(
            sql.SQL(_MOVE).format(**of),
            (change.key, _as_json(values), change.values is not None),
        )

    def fill(self) -> None:
        """Compute every group from the rows of the table."""
        added_up = zip(self._measures[1:], _sums(self._rollup.sums), strict=True)
        sums = [self._stored(name, total) for name, total in added_up]
        self._connection.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} GROUP BY {}").format(
                self._table,
                _names((*self._rollup.by, *self._measures)),
                sql.SQL(", ").join([_names(self._rollup.by), sql.SQL("count(*)"), *sums]),
                self._source,
                _names(self._rollup.by),
            )
        )
        self._connection.execute(sql.SQL("ANALYZE {}").format(self._table))

    def _added(self, delta: str) -> sql.Composed:
        """The measures with those of a delta added."""
        own = [
            (sql.Identifier(name), self._stored(name, _plus(name, delta)))
            for name in self._measures
        ]
        return sql.SQL(", ").join(sql.SQL("{} = {}").format(*each) for each in own)

    def _stored(self, measure: str, value: sql.Composable) -> sql.Composable:
        """A measure as it is kept: equal sums are written alike, whatever they were added up from."""
        kind = self._rollup.table.c[measure].type
        is_open = isinstance(kind, sa.Numeric) and kind.scale is None
        return sql.SQL("trim_scale({})").format(value) if is_open else value


def _plus(name: str, delta: str) -> sql.Composed:
    return sql.SQL("{} + {}").format(sql.Identifier("t", name), sql.Identifier(delta, name))


def _type_oids(connection: ReadConnection, table: sa.Table, schema: str) -> list[int]:
    """The types of the table's columns as the server knows them, for COPY in its binary form."""
    cursor = connection.execute(
        sql.SQL("SELECT {} FROM {} LIMIT 0").format(
            _names(tuple(table.c.keys())), sql.Identifier(schema, table.name)
        )
    )
    return [column.type_code for column in cursor.description or ()]


def _names(columns: tuple[str, ...], table: str = "") -> sql.Composed:
    return sql.SQL(", ").join(
        sql.Identifier(table, column) if table else sql.Identifier(column) for column in columns
    )


def _sums(columns: tuple[str, ...]) -> list[sql.Composed]:
    return [sql.SQL("sum({})").format(sql.Identifier(column)) for column in columns]


def _signed(terms: Sequence[sql.Composable], sign: LiteralString) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(sign) + term for term in terms)


def _as_json(rows: list[Row] | Row) -> str:
    return json_encoder.encode(rows).decode()
