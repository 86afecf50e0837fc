"""Values as an answer shows them: money with the decimals of its currency, times in UTC, JSON as what it says."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

import msgspec

from domain.shared.money import CURRENCIES
from projections.shared.query.fields import Collection, Field, FieldType
from projections.shared.query.requests import AggregateQuery, Function, Measure

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
_UNITS = {code: Decimal(1).scaleb(-decimals) for code, decimals in CURRENCIES.items()}

Show = Callable[[Any], Any]
ShowRow = Callable[[Sequence[Any]], dict[str, Any]]


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
    currency = places.get(collection.currency or "")
    plan = [
        (field.name, places[field.name], field.money, field.show or SHOWS.get(field.type))
        for field in fields
    ]

    def show(row: Sequence[Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, place, is_money, change in plan:
            value = row[place]
            if value is not None:
                if is_money and currency is not None:
                    value = money(value, row[currency])
                elif change is not None:
                    value = change(value)
            shown[name] = value
        return shown

    return show


def group_shower(
    collection: Collection, query: AggregateQuery
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that shows the keys and measures of a group."""
    currency = collection.currency or ""
    plan: list[tuple[str, bool, Show | None]] = [
        (term.name, False, _GROUP_SHOWS.get(term.type)) for term in query.by
    ]
    plan += [(each.name, _is_money(each), _GROUP_SHOWS.get(each.type)) for each in query.measures]

    def show(group: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, is_money, change in plan:
            value = group[name]
            if value is not None:
                if is_money:
                    value = money(Decimal(value), group.get(currency))
                elif change is not None:
                    value = change(value)
            shown[name] = value
        return shown

    return show


def _is_money(measure: Measure) -> bool:
    """Sums and extremes of money are money; an average of money has decimals of its own."""
    kept = (Function.SUM, Function.MIN, Function.MAX)
    return measure.field is not None and measure.field.money and measure.function in kept
