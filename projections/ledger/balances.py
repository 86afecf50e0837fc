"""Balances and the trial balance, added up from what was posted between accounts."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import msgspec

from projections.ledger.chart import CHART, BookAccount, ChartEntry
from projections.shared.projection import Row
from projections.shared.query.present import money

_Sums = dict[tuple[UUID, str, str], Decimal]
"""Amounts by bank, currency and account."""


class AccountBalance(msgspec.Struct, frozen=True, kw_only=True):
    """One account of one book: all that was debited and credited, and the debits less the credits."""

    bank_uid: UUID
    currency: str
    account: BookAccount
    number: str
    kind: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


class TrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """One book as a whole: debits and credits of all its accounts, whose difference is zero."""

    bank_uid: UUID
    currency: str
    debit: Decimal
    credit: Decimal
    difference: Decimal


def balances_of(groups: Iterable[Row]) -> list[AccountBalance]:
    """Every account of every book, from amounts summed by book, debited and credited account (`sum:amount`)."""
    debits: _Sums = {}
    credits_: _Sums = {}
    for group in groups:
        book, amount = (group["bank_uid"], group["currency"]), group["sum:amount"]
        for side, name in ((debits, "debit_account"), (credits_, "credit_account")):
            key = (*book, group[name])
            side[key] = side.get(key, Decimal(0)) + amount
    books = sorted({(bank, currency) for bank, currency, _ in debits})
    return [_balance(*book, entry, debits, credits_) for book in books for entry in CHART]


def _balance(
    bank_uid: UUID,
    currency: str,
    entry: ChartEntry,
    debits: _Sums,
    credits_: _Sums,
) -> AccountBalance:
    key = (bank_uid, currency, entry.account.value)
    nothing = money(Decimal(0), currency)
    debit, credit = debits.get(key, nothing), credits_.get(key, nothing)
    return AccountBalance(
        bank_uid=bank_uid,
        currency=currency,
        account=entry.account,
        number=entry.number,
        kind=entry.kind,
        debit=debit,
        credit=credit,
        balance=debit - credit,
    )


def trial_of(balances: Iterable[AccountBalance]) -> list[TrialBalance]:
    """The trial balance of every book."""
    totals: dict[tuple[UUID, str], tuple[Decimal, Decimal]] = {}
    for one in balances:
        debit, credit = totals.get((one.bank_uid, one.currency), (Decimal(0), Decimal(0)))
        totals[one.bank_uid, one.currency] = (debit + one.debit, credit + one.credit)
    return [
        TrialBalance(
            bank_uid=bank_uid,
            currency=currency,
            debit=debit,
            credit=credit,
            difference=debit - credit,
        )
        for (bank_uid, currency), (debit, credit) in totals.items()
    ]
