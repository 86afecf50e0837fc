"""Reading values from the text of a query, by the type of their field.

Only one way of writing each value is understood, and what the database could not hold is refused here, so that it never
reaches the database.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from projections.shared.query.fields import FieldType

Value = str | int | Decimal | date | datetime | UUID | bool
"""What a filter compares with. The field's type decides, not the class: `bool` is an `int`, `datetime` a `date`."""

TEXT_LENGTH_MAX = 1_000
"""The longest text a filter may hold, in characters."""

_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
PATTERNS: Mapping[FieldType, str] = {
    FieldType.INTEGER: "[+-]?[0-9]{1,19}",
    FieldType.DECIMAL: r"[+-]?([0-9]{1,100}(\.[0-9]{0,50})?|\.[0-9]{1,50})",
    FieldType.DATE: _DAY,
    FieldType.TIMESTAMP: f"{_DAY}T{_CLOCK}",
    FieldType.UUID: "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}",
}
"""The form of what is written with a fixed one, whole; not everything of the form is a value, such as 2023-02-29."""

_FORMS = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}
BIGINT = range(-(2**63), 2**63)
"""The integers there are."""

EXPECTED: Mapping[FieldType, str] = {
    FieldType.TEXT: f"text of at most {TEXT_LENGTH_MAX:,} characters, without NUL",
    FieldType.INTEGER: "a whole number from -2^63 to 2^63-1, such as 42",
    FieldType.DECIMAL: "a decimal number without an exponent, such as 1400 or -12.50",
    FieldType.DATE: "a date of the form YYYY-MM-DD, such as 2024-02-29",
    FieldType.TIMESTAMP: "a time with its offset, such as 2024-02-29T13:45:00Z or 2024-02-29T13:45:00+01:00",
    FieldType.UUID: "a UUID, such as b1d2c3e4-5f60-8718-8293-a4b5c6d7e814",
    FieldType.BOOLEAN: "true or false",
    FieldType.JSON: "nothing: JSON is not compared",
}
"""What a value of each type looks like, for people."""


def read_value(kind: FieldType, text: str) -> Value:
    """The value that `text` writes.

    Raises:
        ValueError: it is not written as `EXPECTED[kind]` says.
    """
    return _READERS[kind](text)


def write_value(value: Value) -> str:
    """The text from which `read_value` reads the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _read_text(text: str) -> str:
    if len(text) > TEXT_LENGTH_MAX:
        raise ValueError
    return storable_text(text)


def storable_text(text: str) -> str:
    """The text itself, of any length, if PostgreSQL can hold it.

    Raises:
        ValueError: it holds a NUL or half of a surrogate pair.
    """
    if "\0" in text:
        raise ValueError
    text.encode()  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
    return text


def _read_integer(text: str) -> int:
    _match(FieldType.INTEGER, text)
    number = int(text)
    if number not in BIGINT:
        raise ValueError
    return number


def _read_decimal(text: str) -> Decimal:
    _match(FieldType.DECIMAL, text)
    return Decimal(text)


def _read_date(text: str) -> date:
    _match(FieldType.DATE, text)
    return date.fromisoformat(text)


def _read_timestamp(text: str) -> datetime:
    # An offset's plus sign that was not percent-encoded arrives as a space; it can mean nothing else here.
    text = re.sub(r" (?=[0-9]{2}:[0-9]{2}\Z)", "+", text)
    _match(FieldType.TIMESTAMP, text)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error


def _read_uuid(text: str) -> UUID:
    _match(FieldType.UUID, text)
    return UUID(text)


def _read_boolean(text: str) -> bool:
    try:
        return {"true": True, "false": False}[text.lower()]
    except KeyError:
        raise ValueError from None


def _read_json(_text: str) -> Value:
    raise ValueError


def _match(kind: FieldType, text: str) -> None:
    if not _FORMS[kind].fullmatch(text):
        raise ValueError


_READERS: Mapping[FieldType, Callable[[str], Value]] = {
    FieldType.TEXT: _read_text,
    FieldType.INTEGER: _read_integer,
    FieldType.DECIMAL: _read_decimal,
    FieldType.DATE: _read_date,
    FieldType.TIMESTAMP: _read_timestamp,
    FieldType.UUID: _read_uuid,
    FieldType.BOOLEAN: _read_boolean,
    FieldType.JSON: _read_json,
}

_ITEM = re.compile(r'(?:"((?:[^"]|"")*)"|([^",][^,]*|))(,|\Z)')


def split_list(text: str) -> list[str]:
    """The items of a comma-separated list; an item that holds a comma stands in double quotes, quotes in it doubled.

    Raises:
        ValueError: a quoted item is not closed, or something follows its closing quote.
    """
    items: list[str] = []
    start = 0
    while True:
        found = _ITEM.match(text, start)
        if not found:
            raise ValueError
        quoted, plain, separator = found.groups()
        items.append(plain if quoted is None else quoted.replace('""', '"'))
        if not separator:
            return items
        start = found.end()
