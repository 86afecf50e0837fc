"""Reading aggregates and facets: what to group by, what to measure, which groups, in which order."""

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from projections.shared.query.faults import Faults
from projections.shared.query.fields import (
    NUMBERS,
    OPERATORS,
    TEMPORAL,
    Collection,
    Field,
    FieldType,
    Operator,
)
from projections.shared.query.filters import read_conditions, read_operand
from projections.shared.query.lists import Pairs, read_limit
from projections.shared.query.parameters import AGGREGATE_PARAMETERS, FACET_PARAMETERS, tell_apart
from projections.shared.query.requests import (
    BY_MAX,
    FACET_VALUES_DEFAULT,
    FACET_VALUES_MAX,
    FACETS_MAX,
    GROUPS_DEFAULT,
    GROUPS_MAX,
    MEASURES_MAX,
    AggregateQuery,
    Condition,
    FacetQuery,
    Function,
    GroupOrder,
    GroupTerm,
    Having,
    Measure,
    Period,
    named,
)
from projections.shared.query.sorting import read_order
from projections.shared.query.zones import is_zone

T = TypeVar("T")

COUNT = Measure(Function.COUNT)


def parse_aggregates(collection: Collection, pairs: Pairs) -> AggregateQuery:
    """The groups and measures that a query string asks for.

    Raises:
        Malformed: something in it cannot be read (`invalid_query`, with one fault per thing).
    """
    faults = Faults()
    parameters = tell_apart(collection, pairs, AGGREGATE_PARAMETERS, faults)
    asked = _read_by(collection, parameters.one("by"), BY_MAX, faults)
    by = _with_currency(collection, _in_zone(asked, parameters.one("tz"), faults))
    measures = _read_measures(collection, parameters.one("measures"), faults)
    fill = _read_switch("fill", parameters.one("fill"), faults)
    having = _read_having(measures, parameters.own.get("having", ()), faults)
    if fill:
        _check_fill(by, having, faults)
    query = AggregateQuery(
        conditions=read_conditions(parameters.filters, faults),
        by=by,
        measures=measures,
        having=having,
        sort=_read_sort(by, measures, parameters.one("sort"), parameters.one("order"), faults),
        limit=read_limit(parameters.one("limit"), GROUPS_DEFAULT, GROUPS_MAX, faults)
        or GROUPS_DEFAULT,
        totals=_read_switch("totals", parameters.one("totals"), faults),
        fill=fill,
    )
    faults.check()
    return query


def parse_facets(collection: Collection, pairs: Pairs) -> FacetQuery:
    """The facets that a query string asks for: those of `by`, or every groupable field that is no date, time or UUID.

    Raises:
        Malformed: something in it cannot be read (`invalid_query`, with one fault per thing).
    """
    faults = Faults()
    parameters = tell_apart(collection, pairs, FACET_PARAMETERS, faults)
    terms = _read_by(collection, parameters.one("by"), FACETS_MAX, faults) or facets_of(collection)
    measures = _read_measures(collection, parameters.one("measures"), faults)
    conditions = read_conditions(parameters.filters, faults)
    limit = read_limit(parameters.one("limit"), FACET_VALUES_DEFAULT, FACET_VALUES_MAX, faults)
    faults.check()
    wanted = measures if COUNT in measures else (COUNT, *measures)
    return FacetQuery(
        facets=tuple(
            (term, _facet(collection, term, wanted, conditions, limit or FACET_VALUES_DEFAULT))
            for term in terms
        )
    )


def facets_of(collection: Collection) -> tuple[GroupTerm, ...]:
    """The facets of a collection that are told when none is named."""
    found = [
        field
        for field in collection.fields
        if field.groupable and field.type not in (*TEMPORAL, FieldType.UUID)
    ]
    return tuple(GroupTerm(field) for field in found[:FACETS_MAX])


def _facet(
    collection: Collection,
    term: GroupTerm,
    measures: tuple[Measure, ...],
    conditions: tuple[Condition, ...],
    limit: int,
) -> AggregateQuery:
    by = _with_currency(collection, (term,))
    sort = (GroupOrder(COUNT, descending=True), *(GroupOrder(part) for part in by))
    return AggregateQuery(conditions=conditions, by=by, measures=measures, sort=sort, limit=limit)


def _with_currency(collection: Collection, terms: tuple[GroupTerm, ...]) -> tuple[GroupTerm, ...]:
    currency = collection.currency_field
    if currency is None or any(term.field is currency for term in terms):
        return terms
    return (*terms, GroupTerm(currency))


def _read_by(
    collection: Collection, text: str | None, most: int, faults: Faults
) -> tuple[GroupTerm, ...]:
    if text is None:
        return ()
    known = group_names(collection)
    names = text.split(",")
    if not faults.are_names(
        "by", names, list(known), most, code="not_groupable", cannot="cannot group by"
    ):
        return ()
    return tuple(known[name] for name in names if name in known)


def _in_zone(
    terms: tuple[GroupTerm, ...], zone: str | None, faults: Faults
) -> tuple[GroupTerm, ...]:
    if zone is None:
        return terms
    if not is_zone(zone):
        faults.unreadable("tz", zone, "a time zone such as Europe/Berlin")
        return terms
    if not any(_is_moment(term) for term in terms):
        detail = "tz says where the days of times begin; by names no period of a time"
        faults.add("tz", detail, code="bad_value", got=zone)
    return tuple(
        msgspec.structs.replace(term, zone=zone) if _is_moment(term) else term for term in terms
    )


def _is_moment(term: GroupTerm) -> bool:
    return term.period is not None and term.field.type is FieldType.TIMESTAMP


def group_names(collection: Collection) -> dict[str, GroupTerm]:
    """Everything that `by=` may name, by its name."""
    terms: list[GroupTerm] = []
    for field in collection.fields:
        if field.groupable:
            terms.append(GroupTerm(field))
            if field.type in TEMPORAL:
                terms += [GroupTerm(field, period) for period in Period]
    return {term.name: term for term in terms}


def measure_names(collection: Collection) -> dict[str, Measure]:
    """Everything that `measures=` may name, by its name."""
    measures = [COUNT]
    for field in collection.fields:
        measures += [Measure(function, field) for function in _functions_of(field)]
    return {measure.name: measure for measure in measures}


def _functions_of(field: Field) -> list[Function]:
    functions: list[Function] = []
    if field.measurable:
        functions += [Function.SUM, Function.AVG]
    if field.type in TEMPORAL or field.type in NUMBERS:
        functions += [Function.MIN, Function.MAX]
    if field.type is not FieldType.JSON:
        functions.append(Function.COUNT_DISTINCT)
    return functions


def _read_measures(collection: Collection, text: str | None, faults: Faults) -> tuple[Measure, ...]:
    if text is None:
        sums = [Measure(Function.SUM, field) for field in collection.fields if field.measurable]
        return (*sums, COUNT)
    known = measure_names(collection)
    names = text.split(",")
    if not faults.are_names(
        "measures", names, list(known), MEASURES_MAX, code="not_measurable", cannot="cannot measure"
    ):
        return ()
    return tuple(known[name] for name in names if name in known)


_HAVING = re.compile(r"([^\[\]=]+)(?:\[([^\[\]=]*)\])?=(.*)", re.DOTALL)


def _read_having(
    measures: Sequence[Measure], texts: Sequence[str], faults: Faults
) -> tuple[Having, ...]:
    known = {measure.name: measure for measure in measures}
    found = [_read_one_having(known, text, faults) for text in texts]
    return tuple(having for having in found if having)


def _read_one_having(known: dict[str, Measure], text: str, faults: Faults) -> Having | None:
    shape = _HAVING.fullmatch(text)
    if shape is None:
        faults.unreadable("having", text, "MEASURE[operator]=value, such as sum:amount[gte]=1000")
        return None
    name, operator = shape[1], "eq" if shape[2] is None else shape[2]
    if name not in known:
        detail = f"having names {name!r}, which is not among the measures {', '.join(known)}"
        faults.add("having", detail, code="unknown_measure", got=name, expected=list(known))
        return None
    measure = known[name]
    allowed = [str(each) for each in OPERATORS[measure.type]]
    if operator not in allowed:
        detail = f"{name} has no operator {operator!r}; it has {', '.join(allowed)}"
        faults.add("having", detail, code="unknown_operator", got=operator, expected=allowed)
        return None
    values = read_operand("having", Operator(operator), shape[3], measure.type, (), faults)
    return None if values is None else Having(measure, Operator(operator), values)


def _read_sort(
    by: Sequence[GroupTerm],
    measures: Sequence[Measure],
    sort: str | None,
    order: str | None,
    faults: Faults,
) -> tuple[GroupOrder, ...]:
    known = named([*by, *measures])
    asked = read_order(sort, order, list(known), faults)
    terms = [GroupOrder(known[name], descending) for name, descending in asked if name in known]
    used = {term.by.name for term in terms}
    return (*terms, *(GroupOrder(term) for term in by if term.name not in used))


def _read_switch(name: str, text: str | None, faults: Faults) -> bool:
    if text is not None and text.lower() not in ("true", "false"):
        faults.unreadable(name, text, ("true", "false"))
    return text is not None and text.lower() == "true"


def _check_fill(by: Sequence[GroupTerm], having: Sequence[Having], faults: Faults) -> None:
    dates = [term for term in by if term.type is FieldType.DATE]
    if len(dates) != 1:
        detail = f"fill needs exactly one date or period in by; it has {len(dates)}"
        faults.add("fill", detail, code="bad_value", got="true")
    if having:
        detail = (
            "fill would bring back the groups that having leaves out; one of the two was expected"
        )
        faults.add("fill", detail, code="bad_value", got="true")
