"""Exact decimal numbers that are no money: amounts of what is measured, and what is worked out from them."""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from functools import reduce

from domain.shared.errors import Invalid

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
_DIGITS_MAX = 60
"""Digits of a number that somebody gives; products of two of them are still exact."""

# What is no number by name (`NaN`) reads as a decimal, and has no meaning: that is for the rules to say.
_DECIMAL = re.compile(
    r"[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|s?nan|inf(inity)?)",
    re.ASCII | re.IGNORECASE,
)


def is_decimal(text: str) -> bool:
    """Whether this is a decimal in plain digits: `Decimal` also takes those of any script, blanks and underscores."""
    return _DECIMAL.fullmatch(text) is not None


def read_decimal(text: str) -> Decimal:
    """The decimal that is written in plain digits.

    Raises:
        ValueError: it is not.
    """
    if not is_decimal(text):
        raise ValueError("a number such as 12.5 was expected")
    return Decimal(text)


def exact_decimal(
    value: Decimal, *, decimals_max: int, below: Decimal, zero: bool = False
) -> Decimal:
    """The number written plainly, if it is above 0 (or 0, with `zero`) and `below`, with so many decimals at most.

    Raises:
        Invalid: it is not (`not_finite`, `not_positive`, `too_large`, `too_many_decimals`); nothing is rounded.
    """
    if not value.is_finite():
        raise Invalid(f"{value} is not a number to count with", code="not_finite")
    if value < 0 or (not value and not zero):
        expected = "0 or more" if zero else "more than 0"
        raise Invalid(f"{expected} was expected, got {value}", code="not_positive")
    if value >= below:
        raise Invalid(f"less than {below:f} was expected, got {value}", code="too_large")
    _, digits, exponent = value.as_tuple()
    # What is far too long is not even shortened: that alone would cost, or be out of reach.
    shortest = (
        value if len(digits) > _DIGITS_MAX or abs(int(exponent)) > _DIGITS_MAX else plain(value)
    )
    _, digits, exponent = shortest.as_tuple()
    if len(digits) > _DIGITS_MAX or not -decimals_max <= int(exponent) <= 0:
        raise Invalid(
            f"{decimals_max} decimals at most were expected, got {str(value)[:80]}",
            code="too_many_decimals",
        )
    return shortest


def plain(value: Decimal) -> Decimal:
    """The same number without an exponent, and without zeros at its end."""
    shortest = value.normalize(_EXACT)
    exponent = shortest.as_tuple().exponent
    written = isinstance(exponent, int) and exponent <= 0
    return shortest if written else shortest.quantize(Decimal(1), context=_EXACT)


def terminating(value: Fraction) -> Decimal | None:
    """The same number as a decimal; None if no decimal says exactly that."""
    try:
        return plain(_EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)))
    except Inexact:
        return None


def product(one: Decimal, other: Decimal) -> Decimal:
    """One times the other, exactly."""
    return plain(_EXACT.multiply(one, other))


def total(values: Iterable[Decimal]) -> Decimal:
    """All of them together, exactly."""
    return plain(reduce(_EXACT.add, values, Decimal(0)))
