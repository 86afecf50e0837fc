"""Pages by place instead of by number: the rows after a row, found by index however deep it lies.

Null is the greatest value of every field (PostgreSQL's own default: NULLS LAST ascending, NULLS FIRST descending), so a
plain index serves a sort order in both directions. A page backwards is the page forwards of the reversed order.

The rows after a row are told in one of two ways:
- one row comparison, `(a, id) > (…)`, if no term can be null and all run one way;
- otherwise branches that share no row: those equal in the first term and after it in the rest, those beyond it in the
  first term, and the nulls. Each branch is one range of an index on the first term, which a single OR would not be; the
  page is the first rows of all branches together.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from projections.shared.query.fields import Field, FieldType
from projections.shared.query.requests import Cursor, ListQuery, SortTerm
from projections.shared.query.sql import Expression, bound, column_of, where
from projections.shared.query.values import Value


class Place:
    """One sort term with the value that the cursor's row has in it."""

    def __init__(self, table: sa.FromClause, term: SortTerm, value: Value | None) -> None:
        self.column = column_of(table, term.field)
        self.descending = term.descending
        self.nullable = term.field.nullable
        self.value = None if value is None else bound(term.field.type, value)

    def same(self) -> Expression:
        """Rows equal in this term."""
        return self.column.is_(None) if self.value is None else self.column == self.value

    def beyond(self) -> list[Expression]:
        """Rows past it in this term that have a value there: a range of an index, or nothing."""
        if self.value is None:
            return [self.column.is_not(None)] if self.descending else []
        return [self.column < self.value if self.descending else self.column > self.value]

    def nulls_beyond(self) -> list[Expression]:
        """Rows past it in this term because they have no value there, or nothing."""
        if self.value is None or self.descending or not self.nullable:
            return []
        return [self.column.is_(None)]


def rows_statement(
    table: sa.FromClause, query: ListQuery, columns: Sequence[Field], limit: int | None
) -> sa.Select[tuple[object, ...]]:
    """The rows of a page in the order in which they are read: reversed if the cursor points backwards."""
    backward = query.cursor is not None and query.cursor.backward
    sort = _reversed(query.sort) if backward else query.sort
    branches = _branches(table, sort, query.cursor)
    selects = [
        sa.select(*(column_of(table, field).label(field.name) for field in columns))
        .where(*where(table, query.conditions), *branch.conditions)
        .order_by(*_order(table, branch.sort))
        .limit(limit)
        for branch in branches
    ]
    if len(selects) == 1:
        return selects[0]
    together = sa.union_all(*selects).subquery("branches")
    named = [together.c[field.name] for field in columns]
    order = [
        _directed(_by_code_point(together.c[term.field.name], term), term.descending)
        for term in sort
    ]
    return sa.select(*named).order_by(*order).limit(limit)


def _by_code_point(column: Expression, term: SortTerm) -> Expression:
    return column.collate("C") if term.field.type is FieldType.TEXT else column


def _order(table: sa.FromClause, sort: Sequence[SortTerm]) -> list[Expression]:
    return [_directed(column_of(table, term.field), term.descending) for term in sort]


def _directed(column: Expression, descending: bool) -> Expression:
    return column.desc() if descending else column.asc()


def _reversed(sort: Sequence[SortTerm]) -> tuple[SortTerm, ...]:
    return tuple(SortTerm(term.field, not term.descending) for term in sort)


class _Branch(NamedTuple):
    """A part of the rows after a row, and the order in which to read it."""

    conditions: Sequence[Expression]
    sort: Sequence[SortTerm]


def _branches(
    table: sa.FromClause, sort: Sequence[SortTerm], cursor: Cursor | None
) -> list[_Branch]:
    if cursor is None:
        return [_Branch((), sort)]
    places = [Place(table, term, value) for term, value in zip(sort, cursor.values, strict=True)]
    if _uniform(places):
        return [_Branch((_row_comparison(places, cursor.inclusive),), sort)]
    first, *rest = places
    # The last term is the key, which is never null: whatever is not uniform has a rest.
    same = (first.same(), _after(rest, cursor.inclusive))
    nulls = _within_nulls(sort)
    return [
        _Branch(same, nulls if first.value is None else sort),
        *(_Branch((each,), sort) for each in first.beyond()),
        *(_Branch((each,), nulls) for each in first.nulls_beyond()),
    ]


def _within_nulls(sort: Sequence[SortTerm]) -> tuple[SortTerm, ...]:
    """The same order where the first term is null throughout.

    Its direction does not matter there, and in that of the next term an index on both serves.
    """
    return (SortTerm(sort[0].field, sort[1].descending), *sort[1:])


def _after(places: Sequence[Place], inclusive: bool) -> Expression:
    if _uniform(places):
        return _row_comparison(places, inclusive)
    first, *rest = places
    return sa.or_(
        *first.beyond(), *first.nulls_beyond(), sa.and_(first.same(), _after(rest, inclusive))
    )


def _uniform(places: Sequence[Place]) -> bool:
    one_way = len({place.descending for place in places}) == 1
    return one_way and not any(place.nullable for place in places)


def _row_comparison(places: Sequence[Place], inclusive: bool) -> Expression:
    columns = sa.tuple_(*(place.column for place in places))
    values = sa.tuple_(*(place.value for place in places))
    if places[0].descending:
        return columns <= values if inclusive else columns < values
    return columns >= values if inclusive else columns > values
