"""The parameters of the grammar: what each is called and means, and how the pairs of a query string are told apart."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from projections.shared.query.faults import Faults
from projections.shared.query.fields import RESERVED, Collection, Field, Operator
from projections.shared.query.requests import (
    FACET_VALUES_DEFAULT,
    FACET_VALUES_MAX,
    GROUPS_DEFAULT,
    GROUPS_MAX,
    LIMIT_DEFAULT,
    LIMIT_MAX,
    PARAMETERS_MAX,
    CountKind,
)


class GrammarParameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of the grammar, for documentation. `schema` is its JSON schema."""

    name: str
    description: str
    schema: dict[str, Any]
    example: str


def _text(name: str, description: str, example: str) -> GrammarParameter:
    return GrammarParameter(
        name=name, description=description, schema={"type": "string"}, example=example
    )


def _limit(what: str, default: int | None, maximum: int | None) -> GrammarParameter:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1}
    if default is not None:
        schema["default"] = default
    if maximum is not None:
        schema["maximum"] = maximum
    return GrammarParameter(name="limit", description=what, schema=schema, example="20")


def _switch(name: str, description: str) -> GrammarParameter:
    return GrammarParameter(
        name=name,
        description=description,
        schema={"type": "boolean", "default": False},
        example="true",
    )


FIELDS = _text(
    "fields",
    "Which fields to show, separated by commas, in this order; the key is always shown. All of them if not given.",
    "departments,member_name,amount",
)
SORT = _text(
    "sort",
    "Fields to sort by, separated by commas; a minus sign in front sorts that field from the greatest down. Text sorts "
    "by code point, null counts as the greatest value, and ties are broken by the key.",
    "-amount,member_name",
)
ORDER = _text(
    "order",
    "Another way to give directions: asc or desc for each field of `sort`, which then has no minus signs.",
    "desc,asc",
)
CURSOR = _text(
    "cursor",
    "Where the page begins: `next` or `prev` of another page. It belongs to one filter and sort order.",
    "WyIwIiwi",
)
COUNT = GrammarParameter(
    name="count",
    description="Whether to tell how many rows the filters let through: exactly, or as the database estimates.",
    schema={"type": "string", "enum": [str(kind) for kind in CountKind], "default": "none"},
    example="exact",
)
BY = _text(
    "by",
    "What to group by, separated by commas: fields, or a date's or time's day, week, month, quarter or year as in "
    "`date:month`, told by its first day. The currency of amounts is always part of the group.",
    "departments,date:month",
)
MEASURES = _text(
    "measures",
    "What to work out per group, separated by commas: count, sum:FIELD, avg:FIELD (six decimals, half to even), "
    "min:FIELD, max:FIELD, count_distinct:FIELD. Every sum and the count if not given.",
    "sum:amount,count",
)
HAVING = _text(
    "having",
    "A filter on the groups by one of their measures; several are joined by AND.",
    "sum:amount[gte]=1000",
)
GROUP_SORT = _text(
    "sort",
    "Parts of the group key or measures to sort the groups by, as for a list.",
    "-sum:amount",
)
TOTALS = _switch(
    "totals", "Whether to tell the measures over all rows that the filters let through."
)
FILL = _switch(
    "fill",
    "Whether to add empty groups so that no period is missing between the first and the last; needs one date in `by`.",
)
FACETS_BY = _text(
    "by", "The facets, separated by commas. Every field made for it if not given.", "departments"
)

TZ = _text(
    "tz",
    "The time zone (IANA) in which the periods of times in `by` begin, on its days of 23 and 25 hours as well.",
    "Europe/Berlin",
)

LIST_PARAMETERS = (
    FIELDS,
    SORT,
    ORDER,
    _limit("Rows of the page.", LIMIT_DEFAULT, LIMIT_MAX),
    CURSOR,
    COUNT,
)
EXPORT_PARAMETERS = (FIELDS, SORT, ORDER, _limit("Rows at most; all if not given.", None, None))
AGGREGATE_PARAMETERS = (
    BY,
    MEASURES,
    HAVING,
    GROUP_SORT,
    ORDER,
    _limit("Groups at most.", GROUPS_DEFAULT, GROUPS_MAX),
    TOTALS,
    FILL,
    TZ,
)
FACET_PARAMETERS = (
    FACETS_BY,
    MEASURES,
    _limit("Values of each facet at most.", FACET_VALUES_DEFAULT, FACET_VALUES_MAX),
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
        if len(given) > 1 and name != "having":
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
