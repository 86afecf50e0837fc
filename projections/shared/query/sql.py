"""Filters as SQL.

Rules upheld here:
- values are always bound parameters of the type of their field, not of the column, so that a value a column could not
  hold compares as greater or smaller instead of failing;
- text compares and sorts by code point, on a column of any collation;
- no filter surprises with nulls: a null equals nothing, so `ne` and `nin` let it through, and every other operator but
  `is_null` does not.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from projections.shared.query.fields import Field, FieldType, Operator
from projections.shared.query.requests import Condition
from projections.shared.query.values import Value

Expression = sa.ColumnElement[Any]

TYPES: Mapping[FieldType, sa.types.TypeEngine[Any]] = {
    FieldType.TEXT: sa.Text(),
    FieldType.INTEGER: sa.BigInteger(),
    FieldType.DECIMAL: sa.Numeric(),
    FieldType.DATE: sa.Date(),
    FieldType.TIMESTAMP: sa.DateTime(timezone=True),
    FieldType.UUID: sa.Uuid(),
    FieldType.BOOLEAN: sa.Boolean(),
}
"""The SQL type of values of each type of field."""

_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def column_of(table: sa.FromClause, field: Field) -> Expression:
    """The column of a field in its table or in a rollup of it; text by code point."""
    column: Expression = table.c[field.source]
    if field.type is FieldType.TEXT and getattr(column.type, "collation", None) != "C":
        return column.collate("C")
    return column


def bound(kind: FieldType, value: Value) -> Expression:
    """The value as a bound parameter."""
    return sa.literal(value, TYPES[kind])


def where(
    table: sa.FromClause,
    conditions: Sequence[Condition],
    column: Callable[[Field], Expression] | None = None,
) -> list[Expression]:
    """The conditions on the rows of the table or rollup; `column` says which one a field has, if not its own."""
    return [
        condition_on(
            column(each.field) if column else column_of(table, each.field),
            each.field.type,
            each.operator,
            each.values,
            nullable=each.field.nullable,
        )
        for each in conditions
    ]


def condition_on(
    column: Expression,
    kind: FieldType,
    operator: Operator,
    values: Sequence[Value],
    *,
    nullable: bool,
) -> Expression:
    """The condition that `column` compares with the values in this way."""
    condition = _CONDITIONS[operator](column, kind, values)
    if nullable and operator in (Operator.NE, Operator.NIN):
        return sa.or_(condition, column.is_(None))
    return condition


def _one_of(column: Expression, kind: FieldType, values: Sequence[Value]) -> Expression:
    return column == sa.any_(_array(kind, values))


def _none_of(column: Expression, kind: FieldType, values: Sequence[Value]) -> Expression:
    return column != sa.all_(_array(kind, values))


def _array(kind: FieldType, values: Sequence[Value]) -> Expression:
    # One parameter however many values: the statement stays the same, and so does its plan.
    return sa.literal(list(values), postgresql.ARRAY(TYPES[kind]))


def _contains(column: Expression, _kind: FieldType, values: Sequence[Value]) -> Expression:
    return column.contains(str(values[0]), autoescape=True)


def _starts_with(column: Expression, kind: FieldType, values: Sequence[Value]) -> Expression:
    prefix = str(values[0])
    at_least = column >= bound(kind, prefix)
    end = _after_prefix(prefix)
    return at_least if end is None else sa.and_(at_least, column < bound(kind, end))


def _after_prefix(prefix: str) -> str | None:
    """The smallest text greater than every text with this prefix, by code point; None if there is none.

    Unlike LIKE, a range uses a plain index even where the prefix is a parameter of a prepared statement.
    """
    stem = prefix.rstrip(chr(_LAST_CODE_POINT))
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)


_CONDITIONS: Mapping[Operator, Callable[[Expression, FieldType, Sequence[Value]], Expression]] = {
    Operator.EQ: lambda column, kind, values: column == bound(kind, values[0]),
    Operator.NE: lambda column, kind, values: column != bound(kind, values[0]),
    Operator.GT: lambda column, kind, values: column > bound(kind, values[0]),
    Operator.GTE: lambda column, kind, values: column >= bound(kind, values[0]),
    Operator.LT: lambda column, kind, values: column < bound(kind, values[0]),
    Operator.LTE: lambda column, kind, values: column <= bound(kind, values[0]),
    Operator.BETWEEN: lambda column, kind, values: sa.and_(
        column >= bound(kind, values[0]), column <= bound(kind, values[1])
    ),
    Operator.IN: _one_of,
    Operator.NIN: _none_of,
    Operator.CONTAINS: _contains,
    Operator.STARTS_WITH: _starts_with,
    Operator.IS_NULL: lambda column, _kind, values: (
        column.is_(None) if values[0] else column.is_not(None)
    ),
}
