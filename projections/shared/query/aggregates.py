"""Aggregates as SQL: from the smallest rollup that can tell the answer, else from the rows themselves.

The inner query works out parts per group (sums, counts, extremes); the outer one makes the measures from the parts, so
that `having` and `sort` see exactly the values that are shown. Sums are exact numerics. An average is the exact
quotient of sum and count, rounded half to even at `AVERAGE_DECIMALS`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from projections.shared.query.fields import Collection, Field, FieldType, Operator
from projections.shared.query.requests import (
    AggregateQuery,
    Condition,
    Function,
    GroupTerm,
    Having,
    Measure,
    Period,
)
from projections.shared.query.sql import Expression, column_of, condition_on, where
from projections.shared.query.zones import has_whole_hours, is_whole_hour
from projections.shared.rollups import Rollup

AVERAGE_DECIMALS = 6
"""Decimals of every average, whatever the field or the currency."""

_SCALE = Decimal(10) ** AVERAGE_DECIMALS
_UNIT = Decimal(1) / _SCALE


class Source:
    """The table that an aggregate is read from: the rows themselves, or a rollup of them."""

    def __init__(self, collection: Collection, rollup: Rollup | None) -> None:
        self.table: sa.Table = rollup.table if rollup else collection.table
        self.is_rollup = rollup is not None
        self._hours = rollup.hours if rollup else {}

    def column(self, field: Field) -> Expression:
        """The column of a field; of moments that a rollup does not hold, that of their hours."""
        if self.is_rollup and field.source not in self.table.c:
            return self.table.c[self._hours[field.source]]
        return column_of(self.table, field)

    def rows(self) -> Expression:
        """How many rows a group has."""
        if not self.is_rollup:
            return sa.func.count()
        return sa.cast(sa.func.coalesce(sa.func.sum(self.table.c["count"]), 0), sa.BigInteger)

    def sum_of(self, field: Field) -> Expression:
        """The sum of a field over a group, 0 if it has no value."""
        column = self.table.c[f"sum_{field.source}" if self.is_rollup else field.source]
        return sa.func.coalesce(sa.func.sum(column), 0)

    def values_of(self, field: Field) -> Expression:
        """How many rows of a group have a value in a field."""
        # A rollup sums only what is never null.
        return self.rows() if self.is_rollup else sa.func.count(self.table.c[field.source])

    def conditions(self, conditions: Sequence[Condition]) -> list[Expression]:
        """The filters on this table."""
        kept = [self.table.c["count"] > 0] if self.is_rollup else []
        return [*kept, *where(self.table, conditions, self.column)]


def source_of(
    collection: Collection,
    conditions: Iterable[Condition],
    by: Iterable[GroupTerm],
    measures: Iterable[Measure],
) -> Source:
    """The rollup with the fewest columns that holds every field asked for, or else the collection's table."""
    conditions, by, measures = [*conditions], [*by], [*measures]
    fitting = [
        rollup
        for rollup in collection.rollups
        if all(_bounds(rollup, condition) for condition in conditions)
        and all(_groups_by(rollup, term) for term in by)
        and all(_told_by(rollup, measure) for measure in measures)
    ]
    return Source(collection, min(fitting, key=lambda rollup: len(rollup.by), default=None))


def _bounds(rollup: Rollup, condition: Condition) -> bool:
    """Whether the groups of a rollup lie on one side of a condition each."""
    source = condition.field.source
    if source in rollup.by:
        return True
    whole = all(isinstance(at, datetime) and is_whole_hour(at) for at in condition.values)
    return source in rollup.hours and condition.operator in (Operator.GTE, Operator.LT) and whole


def _groups_by(rollup: Rollup, term: GroupTerm) -> bool:
    source = term.field.source
    in_hours = source in rollup.hours and term.period is not None and has_whole_hours(term.zone)
    return source in rollup.by or in_hours


def _told_by(rollup: Rollup, measure: Measure) -> bool:
    if measure.field is None:
        return True
    if measure.function in (Function.SUM, Function.AVG):
        return measure.field.source in rollup.sums
    return measure.field.source in rollup.by


def groups_statement(
    collection: Collection, query: AggregateQuery, limit: int | None
) -> sa.Select[Any]:
    """One row per group: its key and its measures, labelled by their names, sorted."""
    source = source_of(collection, query.conditions, query.by, query.measures)
    keys = [_key(source, term).label(f"key_{place}") for place, term in enumerate(query.by)]
    parts = _parts(source, query.measures)
    # Grouped by position: the same bound parameter twice would be two expressions to PostgreSQL.
    grouping: list[Expression] = [sa.literal_column(str(place + 1)) for place in range(len(keys))]
    groups = (
        sa.select(*keys, *(part.label(name) for name, part in parts.items()))
        .select_from(source.table)
        .where(*source.conditions(query.conditions))
        .group_by(*grouping)
        # Else the planner, hoping to stop at the limit, reads the whole table in the order of an index.
        .cte("groups")
        .prefix_with("MATERIALIZED")
    )
    shown: dict[str, Expression] = {
        term.name: groups.c[f"key_{place}"] for place, term in enumerate(query.by)
    }
    shown |= {measure.name: _measured(groups, measure) for measure in query.measures}
    answer = sa.select(*(column.label(name) for name, column in shown.items())).select_from(groups)
    return _ordered(_filtered(answer, shown, query.having), shown, query).limit(limit)


def _filtered(
    answer: sa.Select[Any], shown: dict[str, Expression], having: Sequence[Having]
) -> sa.Select[Any]:
    return answer.where(
        *(
            condition_on(
                shown[each.measure.name],
                each.measure.type,
                each.operator,
                each.values,
                nullable=True,
            )
            for each in having
        )
    )


def _ordered(
    answer: sa.Select[Any], shown: dict[str, Expression], query: AggregateQuery
) -> sa.Select[Any]:
    for term in query.sort:
        column = shown[term.by.name]
        if term.by.type is FieldType.TEXT:
            column = column.collate("C")
        answer = answer.order_by(column.desc() if term.descending else column.asc())
    return answer


def _key(source: Source, term: GroupTerm) -> Expression:
    column = source.column(term.field)
    if term.period is None:
        return column
    if term.field.type is FieldType.TIMESTAMP:
        # Moments get the offset that held then, so a day begins at local midnight however long it is.
        column = sa.func.timezone(sa.literal_column(f"'{term.zone}'"), column)
    moment = sa.cast(column, postgresql.TIMESTAMP())
    if term.period is Period.DAY:
        return sa.cast(moment, sa.Date)
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{term.period}'"), moment), sa.Date)


def _parts(source: Source, measures: Sequence[Measure]) -> dict[str, Expression]:
    parts: dict[str, Expression] = {}
    for measure in measures:
        parts |= _parts_of(source, measure)
    return parts or {"rows": source.rows()}


def _parts_of(source: Source, measure: Measure) -> dict[str, Expression]:
    field = measure.field
    if field is None:
        return {"rows": source.rows()}
    match measure.function:
        case Function.SUM:
            return {f"sum_{field.name}": source.sum_of(field)}
        case Function.AVG:
            return {
                f"sum_{field.name}": source.sum_of(field),
                f"values_{field.name}": source.values_of(field),
            }
        case _:
            column = column_of(source.table, field)
            return {f"{measure.function}_{field.name}": _extreme(measure.function, column)}


def _extreme(function: Function, column: Expression) -> Expression:
    if function is Function.COUNT_DISTINCT:
        return sa.func.count(sa.distinct(column))
    return sa.func.min(column) if function is Function.MIN else sa.func.max(column)


def _measured(groups: sa.FromClause, measure: Measure) -> Expression:
    if measure.field is None:
        return groups.c.rows
    if measure.function is Function.AVG:
        total = groups.c[f"sum_{measure.field.name}"]
        return _average(total, groups.c[f"values_{measure.field.name}"])
    return groups.c[f"{measure.function}_{measure.field.name}"]


def _average(total: Expression, values: Expression) -> Expression:
    """`total / values` rounded half to even.

    PostgreSQL's own division rounds once and its round() half away from zero, so the quotient is taken as a whole
    number of units with a remainder, which decides.
    """
    units = sa.cast(total, sa.Numeric) * sa.literal(_SCALE, sa.Numeric)
    count = sa.func.nullif(sa.cast(values, sa.Numeric), 0)
    whole = sa.func.div(units, count)
    twice = 2 * sa.func.abs(sa.func.mod(units, count))
    up = sa.or_(twice > count, sa.and_(twice == count, sa.func.mod(whole, 2) != 0))
    rounded = whole + sa.case((up, sa.func.sign(units)), else_=0)
    return rounded * sa.literal(_UNIT, sa.Numeric)
