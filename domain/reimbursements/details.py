"""What is claimed: the values that a member gives and may amend.

Rules upheld here:
- an amount is above zero and exact in its currency;
- a description (and a reason) is 1 to 500 characters;
- nothing was spent after today, in UTC and plus a day, because somewhere it is tomorrow already.
"""

import datetime as dt
from decimal import Decimal

import msgspec

from domain.shared.errors import Invalid
from domain.shared.money import CURRENCIES, exact_amount, known_currency
from domain.shared.rules import checked, clean_text

TEXT_LENGTH_MAX = 500
"""Characters of a description or a reason."""

YEAR_MIN = 1900


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed: all that a member may still amend."""

    amount: Decimal
    currency: str
    description: str
    incurred_on: dt.date


class NormalDetails(Details, frozen=True, kw_only=True):
    """Details in their normal form: only `normal` and what is recorded make them."""


def normal(details: Details, now: dt.datetime) -> NormalDetails:
    """The details in their normal form; those that are in it already are not looked at again.

    Raises:
        Invalid: one fault per value that breaks a rule.
    """
    if isinstance(details, NormalDetails):
        return details
    latest = now.astimezone(dt.UTC).date() + dt.timedelta(days=1)
    return NormalDetails(
        **checked(
            "the reimbursement",
            amount=(lambda it: _payable(it, details.currency), details.amount),
            currency=(known_currency, details.currency),
            description=(sentence, details.description),
            incurred_on=(lambda it: _spent_by(it, latest), details.incurred_on),
        )
    )


def _payable(amount: Decimal, currency: str) -> Decimal:
    if amount.is_finite() and amount <= 0:
        raise Invalid(f"an amount above 0 was expected, got {amount}", code="not_positive")
    # An unknown currency is a fault of its own, and says nothing about the amount.
    return exact_amount(amount, currency) if currency in CURRENCIES else amount


def sentence(text: str) -> str:
    """A description or a reason in its normal form.

    Raises:
        Invalid: as `domain.shared.rules.clean_text`, for 500 characters.
    """
    return clean_text(text, TEXT_LENGTH_MAX)


def _spent_by(day: dt.date, latest: dt.date) -> dt.date:
    if not dt.date(YEAR_MIN, 1, 1) <= day <= latest:
        raise Invalid(
            f"a day from {YEAR_MIN}-01-01 to {latest} was expected, got {day}",
            code="date_out_of_range",
        )
    return day
