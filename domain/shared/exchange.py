"""Amounts in another currency: what a rate makes of one, to the last digit that the other currency has.

Rounding is half to even (IEEE 754 and ISO 80000-1, annex B, rule A): over many claims it favours nobody.
"""

import datetime as dt
from decimal import ROUND_HALF_EVEN, Context, Decimal
from uuid import UUID

import msgspec

from domain.shared.errors import Invalid
from domain.shared.money import decimals_of, exact_amount

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Rate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One `base` is worth `value` of `quote` on a day.

    `recorded_by` is the user who said so, `confirmed_by` who confirmed it: None for the machine.
    """

    base: str
    quote: str
    value: Decimal
    source: str
    day: dt.date
    recorded_by: UUID | None = None
    confirmed_by: UUID | None = None

    @property
    def said_by(self) -> frozenset[UUID]:
        """The users through whose hands it came here."""
        return frozenset(filter(None, (self.recorded_by, self.confirmed_by)))


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid for an amount in another currency, and by which rate.

    `cost` is what it was worth on the day it was spent, as far as a rate of then is kept, also in `currency`.
    """

    amount: Decimal
    currency: str
    cost: Decimal
    rate: Rate


def exchanged(amount: Decimal, to: str, rate: Rate, rate_then: Rate) -> Exchange:
    """The amount in the other currency of these rates: by the one of now, and by the one of when it was spent.

    Raises:
        Invalid: nothing is left of it, or more than can be booked.
    """
    return Exchange(
        amount=converted(amount, to, rate),
        currency=to,
        cost=converted(amount, to, rate_then),
        rate=rate,
    )


def converted(amount: Decimal, to: str, rate: Rate) -> Decimal:
    """An amount of one currency of the rate in the other one.

    Raises:
        Invalid: nothing is left of it (`not_positive`), or more than can be booked (`too_large`).
    """
    times = _CONTEXT.multiply if to == rate.quote else _CONTEXT.divide
    unit = Decimal(1).scaleb(-decimals_of(to))
    rounded = _CONTEXT.quantize(times(amount, rate.value), unit)
    if rounded <= 0:
        raise Invalid(f"{amount} come to nothing in {to}", code="not_positive")
    return exact_amount(rounded, to)
