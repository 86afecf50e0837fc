"""Groups for periods in which nothing happened, so that a chart has no gaps.

The periods run from the first to the last of the whole answer, and over the span asked for. Every combination of the
rest of the group key that is there at all gets a group for each of them: sums and counts 0, other measures null. Groups
whose date is null stay as they are.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from domain.shared.errors import Invalid
from projections.shared.query.fields import FieldType
from projections.shared.query.requests import (
    GROUPS_MAX,
    AggregateQuery,
    Function,
    GroupOrder,
    GroupTerm,
    Measure,
    Period,
)

_ZERO = (Function.SUM, Function.COUNT, Function.COUNT_DISTINCT)
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}

Group = dict[str, Any]


def filled(query: AggregateQuery, groups: Sequence[Group]) -> list[Group]:
    """The groups and those that were missing, in the order asked for; `limit` is left to the caller.

    Raises:
        Invalid: there would be more than `GROUPS_MAX` of them (code `too_many_groups`).
    """
    term = next(each for each in query.by if each.type is FieldType.DATE)
    others = [each.name for each in query.by if each is not term]
    days = [group[term.name] for group in groups if group[term.name] is not None]
    combinations = {tuple(group[name] for name in others) for group in groups}
    found = {tuple(group[each.name] for each in query.by) for group in groups}
    made = list(groups)
    if query.span:
        days += (first_day(day, term.period) for day in query.span)
        combinations = combinations or ({()} if not others else set())
    for day in periods(min(days), max(days), term.period) if days else ():
        for combination in combinations:
            key = {**dict(zip(others, combination, strict=True)), term.name: day}
            if tuple(key[each.name] for each in query.by) not in found:
                made.append(_empty(query.by, query.measures, key))
        check_number(len(made))
    return ordered(query.sort, made)


def first_day(day: date, period: Period | None) -> date:
    """The day that begins the period this day lies in."""
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    if period in _MONTHS:
        months = _MONTHS[period]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return day


def check_number(groups: int) -> None:
    """Refuse to make more groups than an answer may have.

    Raises:
        Invalid: there are more (code `too_many_groups`).
    """
    if groups > GROUPS_MAX:
        raise Invalid(
            f"filled, the answer has more than {GROUPS_MAX:,} groups; longer periods, fewer names in by, "
            "or a filter on the date were expected",
            code="too_many_groups",
        )


def periods(first: date, last: date, period: Period | None) -> Iterator[date]:
    """The first day of every period from that of `first` to that of `last`, both of which begin a period."""
    day = first
    while day < last:
        yield day
        try:
            day = _next(day, period)
        except (OverflowError, ValueError):  # the calendar ends with the year 9999
            return
    yield last


def _next(day: date, period: Period | None) -> date:
    if period in _MONTHS:
        months = day.year * 12 + day.month - 1 + _MONTHS[period]
        return date(months // 12, months % 12 + 1, 1)
    return day + timedelta(days=7 if period is Period.WEEK else 1)


def _empty(by: Sequence[GroupTerm], measures: Sequence[Measure], key: Group) -> Group:
    return {
        **{term.name: key[term.name] for term in by},
        **{measure.name: _nothing(measure) for measure in measures},
    }


def _nothing(measure: Measure) -> Decimal | int | None:
    if measure.function not in _ZERO:
        return None
    return Decimal(0) if measure.type is FieldType.DECIMAL else 0


def ordered(sort: Sequence[GroupOrder], groups: list[Group]) -> list[Group]:
    """The groups sorted as PostgreSQL would: null as the greatest value, text by code point."""
    for term in reversed(sort):
        groups = sorted(groups, key=partial(_rank, term.by.name), reverse=term.descending)
    return groups


def _rank(name: str, group: Group) -> tuple[bool, Any]:
    value = group[name]
    return value is None, 0 if value is None else value
