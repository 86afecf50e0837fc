"""How the text of each kind of cell is read, under the options of its file."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers
from babel.numbers import get_decimal_symbol

from application.shared.import_kinds import (
    AMOUNT,
    CURRENCY,
    DATE,
    DATE_FORMAT,
    EXTRA,
    LAST_MONTH,
    LOCALE,
    MONTH,
    SPENDING,
    SPENT,
    TEXT,
    Cell,
    FileColumn,
)
from domain.shared.errors import Invalid, nearest
from domain.shared.money import decimals_of
from domain.shared.rules import check_seen, clean_text
from infrastructure.imports.amounts import amount_reader
from infrastructure.imports.dates import date_reader
from infrastructure.imports.layouts import RULES
from infrastructure.imports.months import last_month_of, month_reader

Options = Mapping[str, str]
ReadCell = Callable[[str], Any]

_NEGATIVE = "negative"
_EXTRA_LENGTH_MAX = 10_000
_CACHE_SIZE = 1 << 14


def _amounts(options: Options) -> ReadCell:
    return amount_reader(_locale_of(options[LOCALE.name]), options.get(CURRENCY.name))


def _spent(read: ReadCell) -> ReadCell:
    def turned(text: str) -> tuple[Decimal, str]:
        amount, currency = read(text)
        return (-amount or abs(amount)), currency  # there is no negative zero in a book

    return turned


def _spending(text: str) -> str:
    if text not in (_NEGATIVE, SPENDING.default):
        raise Invalid(
            f"positive or negative was expected, got {text[:20]!r}", code="unknown_spending"
        )
    return text


_READERS: dict[Cell, Callable[[Options], ReadCell]] = {
    TEXT: lambda _: clean_text,
    AMOUNT: _amounts,
    SPENT: lambda it: _spent(_amounts(it)) if it[SPENDING.name] == _NEGATIVE else _amounts(it),
    MONTH: lambda it: month_reader(it[DATE_FORMAT.name], it.get(LAST_MONTH.name)),
    EXTRA: lambda _: _extra_values,
    DATE: lambda it: date_reader(it[DATE_FORMAT.name], _declared_locale(it)),
}


def cell_reader(column: FileColumn, options: Options) -> ReadCell:
    """A function from the text of a cell to its value, in its normal form; it raises `Invalid`."""
    read, rule = _READERS[column.cell](options), column.rule
    if column.required and rule is None:
        return read

    # What a column holds repeats within a file, so a rule is asked once for each value.
    @lru_cache(maxsize=_CACHE_SIZE)
    def ruled(text: str) -> Any:
        if not column.required and not text.strip():
            return None
        value = read(text)
        return value if rule is None else rule(value)

    return ruled


def _locale_of(name: str) -> Locale:
    """The locale of a name such as `en_US` or `de-DE`.

    Raises:
        Invalid: CLDR knows no locale of this name; the nearest is named.
    """
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        near = nearest(name[:50].replace("-", "_"), locale_identifiers())
        hint = f"; {near} is near" if near else ""
        raise Invalid(
            f"{name[:50]!r} is not a locale such as en_US or de_DE{hint}", code="unknown_locale"
        ) from None


def _declared_locale(options: Options) -> Locale | None:
    """The locale of the file, where its kind has one: it names the months."""
    return _locale_of(options[LOCALE.name]) if LOCALE.name in options else None


def decimal_sign(options: Options) -> str:
    """The decimal sign of the locale of a file."""
    locale = _declared_locale(options)
    return get_decimal_symbol(locale) if locale else "."


def _extra_values(text: str) -> dict[str, str]:
    if len(text) > _EXTRA_LENGTH_MAX:
        raise Invalid(
            f"up to {_EXTRA_LENGTH_MAX:,} characters are kept, got {len(text):,}", code="too_long"
        )
    try:
        values = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError):
        raise Invalid(
            'a JSON object of texts was expected, such as {"note": "blue"}', code="unreadable_extra"
        ) from None
    for part in (*values, *values.values()):
        check_seen(" ".join(part.split()))
    return values


OPTION_RULES: dict[Any, Callable[[str], object]] = {
    **RULES,
    LOCALE: _locale_of,
    DATE_FORMAT: date_reader,
    CURRENCY: decimals_of,
    LAST_MONTH: last_month_of,
    SPENDING: _spending,
}
"""How each option that says something of cells or of the shape of a file is checked; raises `Invalid`."""
