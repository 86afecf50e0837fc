"""Rollups: counts and sums of exact numbers, which can be taken away again exactly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa


class DeclarationError(TypeError):
    """A read model is declared in a way that cannot work; the message names the table and what is missing."""


@dataclass(frozen=True)
class Rollup:
    """Counts and sums of a read table, kept up to date row by row.

    `table` holds the columns of `by`, `count`, and `sum_<column>` for each of `sums`; `rollup_of` makes it. `hours`
    names the column of `by` that holds the hours (UTC) of a column of moments.
    """

    table: sa.Table
    by: tuple[str, ...]
    sums: tuple[str, ...] = ()
    hours: Mapping[str, str] = field(default_factory=dict, hash=False)


def rollup_of(
    source: sa.Table,
    name: str,
    *,
    by: tuple[str, ...],
    sums: tuple[str, ...] = (),
    hours: Mapping[str, str] | None = None,
) -> Rollup:
    """Declare the rollup `name` of `source`, grouped by the columns `by` (nulls form a group), summing `sums`.

    Raises:
        DeclarationError: `by` is empty, a column is missing, or is not an exact number that is always there.
    """
    if not by:
        raise DeclarationError(f"the rollup {name} groups by no column; one at least was expected")
    hours = hours or {}
    missing = [column for column in (*by, *sums, *hours) if column not in source.c]
    if missing:
        raise DeclarationError(
            f"the table {source.name} has no column {', '.join(missing)}; it has {', '.join(source.c.keys())}"
        )
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
    return Rollup(table=table, by=by, sums=sums, hours=hours)


def _sum_column(source: sa.Table, name: str) -> "sa.Column[Any]":
    column = source.c[name]
    if column.nullable or isinstance(column.type, sa.Float):
        raise DeclarationError(
            f"{source.name}.{name} cannot be summed in a rollup: an exact number that is NOT NULL was expected"
        )
    if isinstance(column.type, sa.Integer):
        return sa.Column(f"sum_{name}", sa.Numeric(38, 0), nullable=False)
    if isinstance(column.type, sa.Numeric):
        scale = column.type.scale
        exact = sa.Numeric() if scale is None else sa.Numeric(38, scale)
        return sa.Column(f"sum_{name}", exact, nullable=False)
    raise DeclarationError(
        f"{source.name}.{name} cannot be summed in a rollup: it is {column.type}, an integer or NUMERIC was expected"
    )
