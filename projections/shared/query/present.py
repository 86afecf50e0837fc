"""Values as an answer shows them: money with the decimals of its currency, times in UTC, JSON as what it says."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

import msgspec

from domain.shared.money import CURRENCIES
from domain.shared.numbers import plain
from projections.shared.query.fields import Collection, Field, FieldType
from projections.shared.query.requests import AggregateQuery, Function, GroupTerm, Measure, named

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
_UNITS = {code: Decimal(1).scaleb(-decimals) for code, decimals in CURRENCIES.items()}

Show = Callable[[Any], Any]
ShowRow = Callable[[Any], dict[str, Any]]


def money(amount: Decimal, currency: str | None) -> Decimal:
    """The same amount with the decimals of its currency.

    Unchanged if it has more of them (nothing is rounded silently), or if the currency is unknown.
    """
    unit = _UNITS.get(currency or "")
    if unit is None:
        return amount
    try:
        return amount.quantize(unit, context=_EXACT)
    except (Inexact, InvalidOperation):
        return amount


def in_utc(moment: datetime) -> datetime:
    """The same moment with the offset of UTC, whatever time zone the database session is in."""
    return moment.astimezone(UTC)


def as_json(value: Any) -> Any:
    """What a JSON column says: PostgreSQL's json types come decoded, JSON kept as bytes does not."""
    return msgspec.json.decode(value) if isinstance(value, bytes) else value


SHOWS: dict[FieldType, Show] = {
    FieldType.TIMESTAMP: in_utc,
    FieldType.JSON: as_json,
}
"""What becomes of a value that is not null, where it is not shown as it is."""

# PostgreSQL sums integers to numeric.
_GROUP_SHOWS: dict[FieldType, Show] = {**SHOWS, FieldType.INTEGER: int}


def row_shower(
    collection: Collection, fields: Sequence[Field], columns: Sequence[Field]
) -> ShowRow:
    """A function that shows the `fields` of a row that was read with `columns`."""
    places = {field.name: place for place, field in enumerate(columns)}
    shows = [
        (each.name, places[each.name], each.money, each.show or SHOWS.get(each.type))
        for each in fields
    ]
    return _shower(shows, places.get(collection.currency or ""))


def group_shower(collection: Collection, query: AggregateQuery) -> ShowRow:
    """A function that shows the keys and measures of a group."""
    shows = [
        (
            each.name,
            each.name,
            isinstance(each, Measure) and _is_money(each),
            plain if _is_exact(each) else _GROUP_SHOWS.get(each.type),
        )
        for each in named([*query.by, *query.measures]).values()
    ]
    return _shower(shows, collection.currency)


def _shower(shows: Sequence[tuple[str, Any, bool, Show | None]], currency: Any) -> ShowRow:
    """Shows by name what a row has under a key; `currency` is the key of its currency, if it has one."""

    def show(row: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, key, is_money, change in shows:
            value = row[key]
            if value is not None:
                if is_money and currency is not None:
                    value = money(value, row[currency])
                elif change is not None:
                    value = change(value)
            shown[name] = value
        return shown

    return show


_KEEPING = (Function.SUM, Function.MIN, Function.MAX)


def _is_money(measure: Measure) -> bool:
    """Sums and extremes of money are money; an average of money has decimals of its own."""
    return measure.field is not None and measure.field.money and measure.function in _KEEPING


def _is_exact(each: GroupTerm | Measure) -> bool:
    """Sums and extremes of decimals that are no money have no zeros at their end, whatever they were added up from."""
    return (
        isinstance(each, Measure)
        and each.function in _KEEPING
        and each.type is FieldType.DECIMAL
        and not _is_money(each)
    )
