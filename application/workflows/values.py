"""Values of steps: how what a form sends is read by the schema of its step, and how the log keeps it.

Rules upheld here:
- a form sends text; a number is an exact decimal, never a float, and stands in the log as text;
- a text is kept in its normal form; a blank of a field is a field that was left out;
- what the step does not ask for is refused, and what is long is refused before any pattern sees it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.identity.addresses import normal_email
from domain.shared.errors import Fault, Invalid, nearest
from domain.shared.rules import clean_text
from domain.workflows.definitions import Schema

TEXT_MAX = 200
"""Characters of a text whose field does not say `maxLength`."""

NUMBER_LIMIT = Decimal(10) ** 30
"""Every number is below it, with 18 decimals at most: what follows from some is worked out in bounded time."""

_FAULTS_MAX = 100
"""How much of what is wrong with a step is told: whoever sends a million members gets no million answers."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,18})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUTHS = {
    "true": True,
    "on": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
}


def read(
    schema: Schema, given: Mapping[str, Any], under: str
) -> tuple[dict[str, Any], list[Fault]]:
    """The values by the schema's types, and a fault for each that cannot be read or was not asked for.

    `under` is the pointer of the step; the values that are left out may still be missing.
    """
    fields: Mapping[str, Schema] = schema.get("properties", {})
    values, faults = dict[str, Any](), list[Fault]()
    for name, value in given.items():
        if len(faults) == _FAULTS_MAX:
            break
        if name not in fields:
            faults.append(_unknown(name, [*fields], under))
            continue
        try:
            taken = _read(fields[name], value)
        except Invalid as wrong:
            faults.append(_fault(wrong, f"{under}/{name}", value))
        else:
            values |= {} if taken is None else {name: taken}
    return values, faults


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the log keeps them."""
    return {
        name: f"{value:f}" if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _read(field: Schema, value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        return None
    kind = field.get("type", "string")
    if kind == "boolean":
        return _truth(value)
    if kind == "string":
        return _text(field, value)
    return _number(value, _WHOLE if kind == "integer" else _NUMBER, kind)


def _text(field: Schema, value: Any) -> str:
    if not isinstance(value, str):
        raise Invalid("a text was expected", code="wrong_type")
    text = clean_text(value, int(field.get("maxLength", TEXT_MAX)))
    check = _FORMATS.get(field.get("format", ""))
    if check and not check(text):
        expected = _EXPECTED[field["format"]]
        raise Invalid(f"{expected} was expected, got {text[:100]!r}", code=f"not_{field['format']}")
    return text


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


def _is_email(text: str) -> bool:
    try:
        return bool(normal_email(text))
    except Invalid:
        return False


_FORMATS: Mapping[str, Callable[[str], bool]] = {"date": _is_day, "email": _is_email}
_EXPECTED = {"date": "a day such as 1990-12-31", "email": "an e-mail address"}
FORMATS: Sequence[str] = tuple(_FORMATS)
"""What a text may be beside a text."""


def _number(value: Any, form: re.Pattern[str], kind: str) -> Decimal | int:
    text = str(value).strip() if isinstance(value, str | int | Decimal) else ""
    if isinstance(value, bool) or len(text) > TEXT_MAX or not form.fullmatch(text):
        expected = "a whole number" if kind == "integer" else "a number such as 1234.50"
        raise Invalid(f"{expected} was expected", code="not_a_number")
    return int(text) if kind == "integer" else Decimal(text)


def _truth(value: Any) -> bool:
    known = value if isinstance(value, bool) else _TRUTHS.get(str(value)[:10].strip().lower())
    if known is None:
        raise Invalid("yes or no was expected", code="wrong_type")
    return known


def _unknown(name: str, known: Sequence[str], under: str) -> Fault:
    shown = name[:100]
    return Fault(
        detail=f"there is no field {shown!r} here",
        code="unknown_field",
        pointer=f"{under}/{shown.replace('~', '~0').replace('/', '~1')}",
        expected=known,
        nearest=nearest(shown, known),
    )


def _fault(wrong: Invalid, pointer: str, value: object) -> Fault:
    return Fault(detail=wrong.detail, code=wrong.code, pointer=pointer, got=str(value)[:200])
