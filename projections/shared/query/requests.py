"""What was asked, once it has been read and checked: the plain data between parsing and SQL."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec

from projections.shared.query.fields import Field, FieldType, Operator
from projections.shared.query.values import Value

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
"""Rows of one page."""

EXPORT_MAX = 999_999_999
"""Rows of one export, where it says how many."""

GROUPS_DEFAULT = 1_000
GROUPS_MAX = 10_000
"""Groups of one aggregate."""

FACET_VALUES_DEFAULT = 50
FACET_VALUES_MAX = 1_000
"""Values of one facet."""

BY_MAX = 4
FACETS_MAX = 10
SORT_MAX = 4
MEASURES_MAX = 20
LIST_MAX = 200
PARAMETERS_MAX = 100
"""Fields of one group key, facets, sort terms, measures, values of one list, and parameters of one query."""


UTC_ZONE = "UTC"
"""The time zone in which days begin unless another is asked for."""


class Condition(msgspec.Struct, frozen=True):
    """A filter on one field; `values` has one value, or those of the list that `in`, `nin` and `between` take."""

    field: Field
    operator: Operator
    values: tuple[Value, ...]


Scope = Mapping[str, UUID | str | int]
"""What a caller may see, told by columns of the table that must have these values. Empty: everything.

It is no filter of the caller's, so its columns need not be fields of the collection; but like one it must hold as well
as all others, so that no filter widens it.
"""

EVERYTHING: Scope = MappingProxyType({})


def scope_conditions(scope: Scope) -> tuple[Condition, ...]:
    """The conditions that keep a query within a scope."""
    return tuple(
        Condition(Field(column, type=_type_of(value)), Operator.EQ, (value,))
        for column, value in scope.items()
    )


def _type_of(value: UUID | str | int) -> FieldType:
    if isinstance(value, UUID):
        return FieldType.UUID
    return FieldType.TEXT if isinstance(value, str) else FieldType.INTEGER


class SortTerm(msgspec.Struct, frozen=True):
    """One field of a sort order. Null counts as greater than every value, whatever the direction."""

    field: Field
    descending: bool = False


class CountKind(StrEnum):
    """How many rows the filters let through: not told, counted, or as PostgreSQL's planner estimates."""

    NONE = "none"
    EXACT = "exact"
    ESTIMATED = "estimated"


class Cursor(msgspec.Struct, frozen=True):
    """A place in a sort order: the values of the sort terms in one row, the tie-breaking key last.

    A page begins after that row, or, if `backward`, ends before it; `inclusive` takes in the row itself. `epoch` is
    that of the log in which the row was seen, if the cursor says it.
    """

    values: tuple[Value | None, ...]
    backward: bool = False
    inclusive: bool = False
    epoch: str | None = None


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rows, or an export of them.

    `sort` is a total order: it ends with the collection's key. `limit` is None for an export of every row.
    """

    conditions: tuple[Condition, ...]
    sort: tuple[SortTerm, ...]
    fields: tuple[Field, ...]
    limit: int | None = LIMIT_DEFAULT
    cursor: Cursor | None = None
    count: CountKind = CountKind.NONE

    def within(self, scope: Scope) -> "ListQuery":
        """The same query, kept within a scope. A cursor is bound to it: it has to be read afterwards."""
        conditions = (*scope_conditions(scope), *self.conditions)
        return msgspec.structs.replace(self, conditions=conditions)


class Period(StrEnum):
    """Spans of time that rows can be grouped by; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class GroupTerm(msgspec.Struct, frozen=True):
    """One part of a group key: a field, or the period its time falls into, told by the period's first day.

    `zone` is the time zone in which the days of a timestamp begin.
    """

    field: Field
    period: Period | None = None
    zone: str = UTC_ZONE

    @property
    def name(self) -> str:
        """As it is written in `by=` and in the answer: `departments`, `date:month`."""
        return f"{self.field.name}:{self.period}" if self.period else self.field.name

    @property
    def type(self) -> FieldType:
        """The type of its values."""
        return FieldType.DATE if self.period else self.field.type


class Function(StrEnum):
    """What is worked out over the rows of a group."""

    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"


class Measure(msgspec.Struct, frozen=True):
    """A function over the rows of a group; only `count` has no field.

    Nulls are passed over. Where there is no value, a sum is 0, a count is 0, the others are null.
    """

    function: Function
    field: Field | None = None

    @property
    def name(self) -> str:
        """As it is written in `measures=` and in the answer: `sum:amount`, `count`."""
        return f"{self.function}:{self.field.name}" if self.field else str(self.function)

    @property
    def type(self) -> FieldType:
        """The type of its values."""
        if self.field is None or self.function is Function.COUNT_DISTINCT:
            return FieldType.INTEGER
        return FieldType.DECIMAL if self.function is Function.AVG else self.field.type


class Having(msgspec.Struct, frozen=True):
    """A filter on the groups, by one of their measures."""

    measure: Measure
    operator: Operator
    values: tuple[Value, ...]


class GroupOrder(msgspec.Struct, frozen=True):
    """One term of the order of groups: a part of the key or a measure."""

    by: GroupTerm | Measure
    descending: bool = False


class AggregateQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Measures per group.

    `by` holds the collection's currency if it has one. `sort` is a total order. With `totals`, the measures over
    all rows that the conditions let through are told too, whatever `having` and `limit` leave out. With `fill`, groups
    are added so that no period is missing between the first and the last, nor in `span`, whose first and last day it
    reaches to.
    """

    conditions: tuple[Condition, ...]
    by: tuple[GroupTerm, ...]
    measures: tuple[Measure, ...]
    having: tuple[Having, ...] = ()
    sort: tuple[GroupOrder, ...]
    limit: int = GROUPS_DEFAULT
    totals: bool = False
    fill: bool = False
    span: tuple[date, date] | None = None

    def within(self, scope: Scope) -> "AggregateQuery":
        """The same query, kept within a scope: a rollup answers it only if it has the columns of the scope."""
        conditions = (*scope_conditions(scope), *self.conditions)
        return msgspec.structs.replace(self, conditions=conditions)


class FacetQuery(msgspec.Struct, frozen=True, kw_only=True):
    """For each facet, an aggregate by its values, the most frequent first."""

    facets: tuple[tuple[GroupTerm, AggregateQuery], ...]

    def within(self, scope: Scope) -> "FacetQuery":
        """The same query, kept within a scope."""
        return FacetQuery(facets=tuple((term, one.within(scope)) for term, one in self.facets))


def named(things: Sequence[GroupTerm | Measure]) -> dict[str, GroupTerm | Measure]:
    """Group terms and measures by the names they have in a query."""
    return {thing.name: thing for thing in things}
