"""What a read model is: tables, and a pure function per event that says what becomes of a row.

A projection is declared in one file and knows nothing of positions, transactions or SQL: `engine.py` folds pages of the
log with it, and `infrastructure/shared/read_store` writes what changed.

Rules upheld here:
- a fold is pure and total over the events the domain can record: it gets the row as it is (None if there is none) and
  returns the row as it is to be (None to remove it), without changing the row it was given;
- every table has `id` (the position of the event that created the row) and `uid` (the stream it tells of), so a
  rebuild gives every entity the ids it had before;
- text sorts by code point (`COLLATE "C"`), so that an order never depends on a server's locale;
- a rollup keeps only counts and sums of exact numbers: what can be taken away again exactly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from application.shared.ports import Record as Record
from domain.shared.events import Event

READ_SCHEMA = "read"
"""The PostgreSQL schema of the live read models."""

TEXT = sa.Text(collation="C")
"""The type of text columns: ordered by code point on every server."""

Row = dict[str, Any]
Fold = Callable[[Row | None, Record[Any]], Row | None]
Key = Callable[[Record[Any]], Any]


class DeclarationError(TypeError):
    """A projection is declared in a way that cannot work; the message names the table and what is missing."""


def created(record: Record[Any], **columns: Any) -> Row:
    """The first row of an entity: `columns`, with the ids and the version that every table carries."""
    columns["id"] = record.position
    columns["uid"] = record.stream_id
    columns["version"] = record.version
    return columns


def changed(row: Row, record: Record[Any], **columns: Any) -> Row:
    """The row with these columns replaced, at the version of the event that did it."""
    return {**row, **columns, "version": record.version}


def by_stream(record: Record[Any]) -> Any:
    """The usual key: each row tells of one stream."""
    return record.stream_id


@dataclass(frozen=True)
class Rollup:
    """Counts and sums of a read table, kept up to date row by row.

    `table` holds the columns of `by`, `count`, and `sum_<column>` for each of `sums`; `rollup_of` makes it.
    """

    table: sa.Table
    by: tuple[str, ...]
    sums: tuple[str, ...] = ()


def rollup_of(
    source: sa.Table, name: str, *, by: tuple[str, ...], sums: tuple[str, ...] = ()
) -> Rollup:
    """Declare the rollup `name` of `source`, grouped by the columns `by` (nulls form a group), summing `sums`.

    Raises:
        DeclarationError: `by` is empty, a column is missing, or is not an exact number that is always there.
    """
    if not by:
        raise DeclarationError(f"the rollup {name} groups by no column; one at least was expected")
    _require(source, (*by, *sums))
    columns = [sa.Column(column, source.c[column].type, nullable=True) for column in by]
    columns.append(sa.Column("count", sa.BigInteger, nullable=False))
    columns += [_sum_column(source, column) for column in sums]
    # One row per group, null included; room on each page so that a changed sum stays where it is.
    unique = sa.UniqueConstraint(*by, name=f"{name}_key", postgresql_nulls_not_distinct=True)
    table = sa.Table(
        name,
        source.metadata,
        *columns,
        unique,
        schema=source.schema,
        postgresql_with={"fillfactor": 70},
    )
    return Rollup(table=table, by=by, sums=sums)


def _sum_column(source: sa.Table, name: str) -> "sa.Column[Any]":
    column = source.c[name]
    if column.nullable or isinstance(column.type, sa.Float):
        raise DeclarationError(
            f"{source.name}.{name} cannot be summed in a rollup: an exact number that is NOT NULL was expected"
        )
    if isinstance(column.type, sa.Integer):
        return sa.Column(f"sum_{name}", sa.Numeric(38, 0), nullable=False)
    if isinstance(column.type, sa.Numeric) and column.type.scale is not None:
        return sa.Column(f"sum_{name}", sa.Numeric(38, column.type.scale), nullable=False)
    raise DeclarationError(
        f"{source.name}.{name} cannot be summed in a rollup: it is {column.type}, "
        "an integer or NUMERIC(precision, scale) was expected"
    )


@dataclass(frozen=True)
class ReadTable:
    """One table of a read model and what each event does to the row it concerns.

    `key` names that row by the value of `key_column`, which must be unique. With the default, a row tells of one stream
    and is not looked up when its stream begins.

    Raises:
        DeclarationError: the table lacks a column the engine needs.
    """

    table: sa.Table
    folds: Mapping[type[Event], Fold]
    key: Key = by_stream
    key_column: str = "uid"
    rollups: tuple[Rollup, ...] = ()

    def __post_init__(self) -> None:
        if self.table.schema != READ_SCHEMA:
            raise DeclarationError(
                f"{self.table.name} is in schema {self.table.schema}; {READ_SCHEMA} was expected"
            )
        if not self.folds:
            raise DeclarationError(f"{self.table.name} has no fold: no event would ever reach it")
        _require(self.table, ("id", "uid", self.key_column))
        for column in self.table.c:
            if isinstance(column.type, sa.LargeBinary):
                raise DeclarationError(
                    f"{self.table.name}.{column.name} holds bytes, which have no JSON form; text was expected"
                )
        for rollup in self.rollups:
            _require(self.table, (*rollup.by, *rollup.sums))
            _require(rollup.table, (*rollup.by, "count", *(f"sum_{name}" for name in rollup.sums)))


@dataclass(frozen=True)
class Projection:
    """A read model: a name, a version, its tables.

    Raise `version` with every change of a table or a fold: the projector then builds the new version beside the live
    one and switches when it has caught up. `collection` is how it is queried, if it is.
    """

    name: str
    version: int
    tables: tuple[ReadTable, ...]
    collection: Any = field(default=None, compare=False)

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The classes of events that any of its tables folds, each once."""
        return tuple(dict.fromkeys(kind for table in self.tables for kind in table.folds))

    @property
    def all_tables(self) -> tuple[sa.Table, ...]:
        """Every table it owns, rollups included."""
        return tuple(
            table
            for read_table in self.tables
            for table in (read_table.table, *(rollup.table for rollup in read_table.rollups))
        )


def _require(table: sa.Table, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.c]
    if missing:
        raise DeclarationError(
            f"the table {table.name} has no column {', '.join(missing)}; it has {', '.join(table.c.keys())}"
        )
