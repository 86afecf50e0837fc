"""The parameters of the grammar: what each is called and means, and how the pairs of a query string are told apart."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from projections.shared.query.faults import Faults
from projections.shared.query.fields import RESERVED, Collection, Field, Operator
from projections.shared.query.requests import (
    BY_MAX,
    EXPORT_MAX,
    FACET_VALUES_DEFAULT,
    FACET_VALUES_MAX,
    FACETS_MAX,
    GROUPS_DEFAULT,
    GROUPS_MAX,
    LIMIT_DEFAULT,
    LIMIT_MAX,
    MEASURES_MAX,
    PARAMETERS_MAX,
    SORT_MAX,
    CountKind,
)

REPEATED = "having"
"""The one parameter of the grammar that may be given several times."""


class Names(StrEnum):
    """What the names are of that a parameter takes: fields to show, fields to sort by (with a minus sign before them or
    not), parts of a group key, measures."""

    FIELDS = "fields"
    ORDERED = "ordered"
    GROUPS = "groups"
    MEASURES = "measures"


class GrammarParameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of the grammar, for documentation. `schema` is its JSON schema, without the names that it takes; a
    list is written with commas, unless the parameter `repeats`. What is called the same and taken otherwise has
    another `key`."""

    name: str
    description: str
    key: str
    schema: dict[str, Any]
    names: Names | None = None
    repeats: bool = False


def _list(
    name: str, description: str, most: int, key: str = "", names: Names | None = None, **items: Any
) -> GrammarParameter:
    schema = {"type": "array", "minItems": 1, "maxItems": most}
    if items:
        schema["items"] = {"type": "string", **items}
    return GrammarParameter(
        name=name,
        description=description,
        key=key or name,
        schema=schema,
        names=names,
        repeats=name == REPEATED,
    )


def _text(name: str, description: str, **schema: Any) -> GrammarParameter:
    schema = {"type": "string", **schema}
    return GrammarParameter(name=name, description=description, key=name, schema=schema)


def _limit(key: str, what: str, default: int | None, maximum: int) -> GrammarParameter:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": maximum}
    if default is not None:
        schema["default"] = default
    return GrammarParameter(name="limit", description=what, key=key, schema=schema)


def _switch(name: str, what: str) -> GrammarParameter:
    schema = {"type": "boolean", "default": False}
    return GrammarParameter(name=name, description=what, key=name, schema=schema)


FIELDS = _list(
    "fields",
    "Which fields to show, separated by commas, in this order; the key is always shown. All of them if not given.",
    PARAMETERS_MAX,
    names=Names.FIELDS,
)
SORT = _list(
    "sort",
    "Fields to sort by, separated by commas; a minus sign in front sorts that field from the greatest down. Text sorts "
    "by code point, null counts as the greatest value, and ties are broken by the key.",
    SORT_MAX,
    names=Names.ORDERED,
)
ORDER = _list(
    "order",
    "Another way to give directions: asc or desc for each field of `sort`, which then has no minus signs.",
    SORT_MAX,
    enum=["asc", "desc"],
)
CURSOR = _text(
    "cursor",
    "Where the page begins: `next` or `prev` of another page. It belongs to one filter and sort order.",
    pattern="^[A-Za-z0-9_-]+$",
)
COUNT = _text(
    "count",
    "Whether to tell how many rows the filters let through: exactly, or as the database estimates.",
    enum=[str(kind) for kind in CountKind],
    default="none",
)
BY = _list(
    "by",
    "What to group by, separated by commas: fields, or a date's or time's day, week, month, quarter or year as in "
    "`date:month`, told by its first day. The currency of amounts is always part of the group.",
    BY_MAX,
    names=Names.GROUPS,
)
MEASURES = _list(
    "measures",
    "What to work out per group, separated by commas: count, sum:FIELD, avg:FIELD (six decimals, half to even), "
    "min:FIELD, max:FIELD, count_distinct:FIELD. Every sum and the count if not given.",
    MEASURES_MAX,
    names=Names.MEASURES,
)
HAVING = _list(
    REPEATED,
    "A filter on the groups by one of their measures, such as `count[gte]=2`; given several times, all of them hold.",
    PARAMETERS_MAX,
    pattern=r"^[a-z_]+(:[a-z0-9_]+)?(\[[a-z_]+\])?=",
)
GROUP_SORT = _list(
    "sort",
    "Parts of the group key or measures to sort the groups by, as for a list.",
    SORT_MAX,
    key="sort-groups",
    pattern="^-?[a-z0-9_]+(:[a-z0-9_]+)?$",
)
TOTALS = _switch(
    "totals", "Whether to tell the measures over all rows that the filters let through."
)
FILL = _switch(
    "fill",
    "Whether to add empty groups so that no period is missing between the first and the last; needs one date in `by`.",
)
FACETS_BY = _list(
    "by",
    "The facets, separated by commas. Every field made for it if not given.",
    FACETS_MAX,
    key="by-facets",
    names=Names.GROUPS,
)
TZ = _text(
    "tz",
    "The time zone (IANA) in which the periods of times in `by` begin, on its days of 23 and 25 hours as well.",
)

LIST_PARAMETERS = (
    FIELDS,
    SORT,
    ORDER,
    _limit("limit", "Rows of the page.", LIMIT_DEFAULT, LIMIT_MAX),
    CURSOR,
    COUNT,
)
EXPORT_PARAMETERS = (
    FIELDS,
    SORT,
    ORDER,
    _limit("limit-rows", "Rows at most; all if not given.", None, EXPORT_MAX),
)
AGGREGATE_PARAMETERS = (
    BY,
    MEASURES,
    HAVING,
    GROUP_SORT,
    ORDER,
    _limit("limit-groups", "Groups at most.", GROUPS_DEFAULT, GROUPS_MAX),
    TOTALS,
    FILL,
    TZ,
)
FACET_PARAMETERS = (
    FACETS_BY,
    MEASURES,
    _limit("limit-values", "Values of each facet at most.", FACET_VALUES_DEFAULT, FACET_VALUES_MAX),
)
RECORD_PARAMETERS = (FIELDS,)

_FILTER = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?")


class RawFilter(msgspec.Struct, frozen=True):
    """A filter whose field and operator are known and fit each other; its value is still text."""

    parameter: str
    field: Field
    operator: Operator
    text: str


class Parameters(msgspec.Struct, frozen=True):
    """A query string told apart: the grammar's own parameters, each with what it was given, and the filters."""

    own: dict[str, list[str]]
    filters: list[RawFilter]

    def one(self, name: str) -> str | None:
        """What a parameter was given, None if it was not."""
        return self.own[name][0] if name in self.own else None


def tell_apart(
    collection: Collection,
    pairs: Sequence[tuple[str, str]],
    known: Sequence[GrammarParameter],
    faults: Faults,
) -> Parameters:
    """Sort the pairs of a query string into the grammar's parameters and filters on fields; note what is neither."""
    own: dict[str, list[str]] = {}
    filters: list[RawFilter] = []
    names = [parameter.name for parameter in known]
    if len(pairs) > PARAMETERS_MAX:
        detail = f"{len(pairs)} parameters were given; at most {PARAMETERS_MAX} were expected"
        faults.add(pairs[PARAMETERS_MAX][0], detail, code="too_many")
        faults.check()
    for name, text in pairs:
        if name in names:
            own.setdefault(name, []).append(text)
        elif found := _filter(collection, name, text, names, faults):
            filters.append(found)
    for name, given in own.items():
        if len(given) > 1 and name != REPEATED:
            faults.add(
                name, f"{name} was given {len(given)} times; once was expected", code="repeated"
            )
    return Parameters(own, filters)


def _filter(
    collection: Collection, name: str, text: str, names: Sequence[str], faults: Faults
) -> RawFilter | None:
    shape = _FILTER.fullmatch(name)
    field = collection.by_name.get(shape[1]) if shape else None
    if shape is None or field is None or not field.operators:
        _unknown(collection, name, shape[1] if shape else name, names, faults)
        return None
    operator = "eq" if shape[2] is None else shape[2]
    if operator not in field.operators:
        allowed = [str(each) for each in field.operators]
        detail = f"{field.name} is {field.type} and has no operator {operator!r}; it has {', '.join(allowed)}"
        faults.add(name, detail, code="unknown_operator", got=operator, expected=allowed)
        return None
    return RawFilter(name, field, Operator(operator), text)


def _unknown(
    collection: Collection, name: str, base: str, names: Sequence[str], faults: Faults
) -> None:
    filterable = [field.name for field in collection.fields if field.operators]
    if base in collection.by_name:
        detail = f"{collection.name} cannot be filtered by {base}"
    elif base in RESERVED:
        detail = f"{base} has no meaning here"
    else:
        detail = f"there is no field or parameter {base!r}"
    faults.add(name, detail, code="unknown_parameter", got=base, expected=[*filterable, *names])
