"""The query grammar in plain Python over lists of dicts: what PostgreSQL's answers are compared with.

It says what the grammar means as directly as can be, and shares no code with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]


@dataclass(frozen=True)
class Filter:
    """`field[operator]=values`."""

    field: str
    operator: str
    values: tuple[Any, ...]

    def pair(self) -> tuple[str, str]:
        """As in a query string."""
        name = self.field if self.operator == "eq" else f"{self.field}[{self.operator}]"
        return name, written(self.operator, self.values)

    def lets(self, value: Any) -> bool:
        """Whether a row with this value passes."""
        return _PASSES[self.operator](value, self.values)


_PASSES: dict[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "eq": lambda value, asked: value is not None and value == asked[0],
    "ne": lambda value, asked: value is None or value != asked[0],
    "gt": lambda value, asked: value is not None and value > asked[0],
    "gte": lambda value, asked: value is not None and value >= asked[0],
    "lt": lambda value, asked: value is not None and value < asked[0],
    "lte": lambda value, asked: value is not None and value <= asked[0],
    "in": lambda value, asked: value is not None and value in asked,
    "nin": lambda value, asked: value is None or value not in asked,
    "between": lambda value, asked: value is not None and asked[0] <= value <= asked[1],
    "contains": lambda value, asked: value is not None and asked[0] in value,
    "starts_with": lambda value, asked: value is not None and value.startswith(asked[0]),
    "is_null": lambda value, asked: (value is None) == asked[0],
}


def written(operator: str, values: Sequence[Any]) -> str:
    """The values of an operator as a query string has them."""
    if operator in ("in", "nin", "between"):
        return ",".join(quoted(text_of(value)) for value in values)
    return text_of(values[0])


def quoted(text: str) -> str:
    """An item of a list."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def text_of(value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def passing(rows: Sequence[Row], filters: Sequence[Filter]) -> list[Row]:
    """The rows that every filter lets through."""
    return [row for row in rows if all(each.lets(row[each.field]) for each in filters)]


def in_order(rows: Sequence[Row], terms: Sequence[tuple[str, bool]]) -> list[Row]:
    """The rows sorted by (name, descending) terms; null is greater than everything."""
    found = list(rows)
    for name, descending in reversed(terms):
        found.sort(key=partial(_rank, name), reverse=descending)
    return found


def _rank(name: str, row: Row) -> tuple[Any, ...]:
    return (True,) if row[name] is None else (False, row[name])


def with_tie_break(terms: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The terms, and the id in the direction of the last one."""
    if any(name == "id" for name, _ in terms):
        return list(terms)
    return [*terms, ("id", bool(terms) and terms[-1][1])]


def period_of(value: date | datetime | None, period: str, zone: str = "UTC") -> date | None:
    """The first day of the period a date or time falls into, by the clocks of this zone."""
    if value is None:
        return None
    day = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    return {
        "day": lambda: day,
        "week": lambda: day - timedelta(days=day.weekday()),
        "month": lambda: day.replace(day=1),
        "quarter": lambda: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": lambda: day.replace(month=1, day=1),
    }[period]()


def key_of(row: Row, by: Sequence[str]) -> tuple[Any, ...]:
    """The values of `by` for a row: fields, or `field:period`."""
    parts = []
    for name in by:
        field, _, period = name.partition(":")
        parts.append(period_of(row[field], period) if period else row[field])
    return tuple(parts)


def measured(rows: Sequence[Row], measure: str) -> Any:
    """A measure over rows."""
    function, _, field = measure.partition(":")
    if not field:
        return len(rows)
    values = [row[field] for row in rows if row[field] is not None]
    with localcontext(prec=200):
        return _MEASURES[function](values)


def _average(values: Sequence[Any]) -> Decimal | None:
    if not values:
        return None
    # Python rounds a fraction half to even.
    units = round(sum(map(Fraction, values)) / len(values) * 10**6)
    return Decimal(units) / 10**6


_MEASURES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "sum": lambda values: sum(values),
    "avg": _average,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "count_distinct": lambda values: len(set(values)),
}


def groups_of(rows: Sequence[Row], by: Sequence[str], measures: Sequence[str]) -> list[Row]:
    """One dict per group, with its key and measures, in no particular order."""
    found: dict[tuple[Any, ...], list[Row]] = {} if by else {(): []}
    for row in rows:
        found.setdefault(key_of(row, by), []).append(row)
    return [
        {**dict(zip(by, key, strict=True)), **{name: measured(members, name) for name in measures}}
        for key, members in found.items()
    ]
