"""What is told of one user's transactions: their sum and average, and their sums by month.

Rules upheld here:
- amounts of different currencies are never added;
- an average is the exact quotient of sum and count, rounded once, half to even, at two places;
- a user whose amounts add up to zero has transactions all the same.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from domain.shared.errors import NotFound, Refused
from projections.shared.entries import LISTED
from projections.shared.query.fields import Operator
from projections.shared.query.fill import check_number, periods
from projections.shared.query.grouping import COUNT
from projections.shared.query.present import money
from projections.shared.query.requests import (
    GROUPS_MAX,
    AggregateQuery,
    Condition,
    Function,
    GroupOrder,
    GroupTerm,
    Measure,
    Period,
)
from projections.transactions.transactions import TRANSACTIONS

_FIELDS = TRANSACTIONS.collection.by_name
_SUM = Measure(Function.SUM, _FIELDS["amount"])
_CURRENCY, _MONTH = GroupTerm(_FIELDS["currency"]), GroupTerm(_FIELDS["month"])

Groups = Sequence[Mapping[str, Any]]


class SeveralCurrencies(Refused, code="several_currencies"):
    """Amounts of different currencies are never added: one of them has to be named."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which transactions of a user are asked for: of one currency, from one day to another, both included."""

    user_id: int
    currency: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def by_currency(self) -> AggregateQuery:
        """Their sum and count per currency: without days, one look into a rollup."""
        return self._grouped(_CURRENCY)

    @property
    def by_month(self) -> AggregateQuery:
        """Their sum and count per month and currency."""
        return self._grouped(_MONTH, _CURRENCY)

    def _grouped(self, *terms: GroupTerm) -> AggregateQuery:
        return AggregateQuery(
            conditions=tuple(self._conditions()),
            by=terms,
            measures=(_SUM, COUNT),
            sort=tuple(map(GroupOrder, terms)),
            limit=GROUPS_MAX,
        ).within({"listing": LISTED})

    def _conditions(self) -> Iterator[Condition]:
        yield Condition(_FIELDS["user_id"], Operator.EQ, (self.user_id,))
        if self.currency:
            yield Condition(_FIELDS["currency"], Operator.EQ, (self.currency,))
        for operator, day in ((Operator.GTE, self.first), (Operator.LTE, self.last)):
            if day is not None:
                yield Condition(_FIELDS["transaction_date"], operator, (day,))

    def check_known(self, groups: Groups) -> None:
        """Go on only if there are such transactions.

        Raises:
            NotFound: there are none.
        """
        if groups:
            return
        bounds = (("in", self.currency), ("from", self.first), ("up to", self.last))
        told = [f"{word} {bound}" for word, bound in bounds if bound]
        raise NotFound(" ".join([f"The user {self.user_id} has no transactions", *told]) + ".")


class TransactionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How many transactions a user has, and what they come to."""

    user_id: int
    total_transactions: int
    total_amount: Decimal
    average_transaction_amount: Decimal


def summary_of(asked: Asked, groups: Groups) -> TransactionSummary:
    """The summary, from the answer to `asked.by_currency`.

    Raises:
        NotFound: there are no such transactions.
        SeveralCurrencies: they are of more than one.
    """
    asked.check_known(groups)
    currencies = [group["currency"] for group in groups]
    if currencies[1:]:
        named = ", ".join(currencies)
        raise SeveralCurrencies(
            f"The user {asked.user_id} has transactions in {named}; one of them was expected as `currency`.",
            currencies=currencies,
        )
    total, count = groups[0]["sum:amount"], groups[0]["count"]
    return TransactionSummary(
        user_id=asked.user_id,
        total_transactions=count,
        total_amount=total,
        average_transaction_amount=average(total, count),
    )


def average(total: Decimal, count: int) -> Decimal:
    """The exact quotient, rounded half to even at two places."""
    return Decimal(round(Fraction(total) * 100 / count)).scaleb(-2)


class MonthlyTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What a user's transactions of one month and currency come to; `month` is its first day."""

    month: dt.date
    currency: str
    total_transactions: int
    total_amount: Decimal


def monthly_of(asked: Asked, currencies: Groups, groups: Groups) -> list[MonthlyTotal]:
    """Every month in every currency of the user, zero where there was nothing.

    The months run from that of the first day asked for, or of the first transaction, to that of the last.

    Args:
        asked: what was asked for.
        currencies: the answer to `by_currency`, without days.
        groups: the answer to `by_month`.

    Raises:
        Invalid: there would be too many months (`too_many_groups`).
    """
    known = {(group["month"], group["currency"]): group for group in groups}
    found = [month for month, _ in known]
    found += [day.replace(day=1) for day in (asked.first, asked.last) if day]
    first = asked.first.replace(day=1) if asked.first else min(found)
    last = asked.last.replace(day=1) if asked.last else max(found)
    check_number(_months(first, last) * len(currencies))
    return [
        _monthly(month, one["currency"], known.get((month, one["currency"])))
        for month in periods(first, last, Period.MONTH)
        for one in currencies
    ]


def _months(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _monthly(month: dt.date, currency: str, group: Mapping[str, Any] | None) -> MonthlyTotal:
    return MonthlyTotal(
        month=month,
        currency=currency,
        total_transactions=group["count"] if group else 0,
        total_amount=group["sum:amount"] if group else money(Decimal(0), currency),
    )
