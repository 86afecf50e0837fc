"""The ledger: the journal as a collection, the chart of accounts, balances and the trial balance."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import msgspec

from application.shared.permissions import Permission, of_bank
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.inputs import caught_up, query_pairs, services_of, wrong_value
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import MIN_POSITION, Parameter, answer
from interfaces.http.shared.security import principal_of
from projections.ledger.balances import AccountBalance, TrialBalance, balances_of, trial_of
from projections.ledger.chart import CHART, BookAccount
from projections.ledger.journal import LEDGER, balances_query
from projections.shared.query.fields import FieldType
from projections.shared.query.values import EXPECTED, read_value

RESOURCE = Resource(
    collection=LEDGER.collection,
    path="/ledger/entries",
    noun="ledgerEntry",
    plural="LedgerEntries",
    permission=Permission.LEDGER_READ,
)
_TAG = "Ledger"


class LedgerAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account of one book: `normal_side` is the one on which it grows."""

    bank_uid: UUID
    currency: str
    account: BookAccount
    number: str
    kind: str
    normal_side: str
    description: str


class LedgerAccounts(msgspec.Struct, frozen=True):
    """The chart of accounts of every book, by number."""

    data: Sequence[LedgerAccount]


class LedgerBalances(msgspec.Struct, frozen=True, kw_only=True):
    """Balances of every account of every book: debits less credits.

    `as_of` is the moment up to which entries count, null for all of them. In `trial_balance`, `difference` is zero.
    """

    as_of: datetime | None
    data: Sequence[AccountBalance]
    trial_balance: Sequence[TrialBalance]


def _account(one: AccountBalance) -> LedgerAccount:
    entry = next(entry for entry in CHART if entry.account is one.account)
    return LedgerAccount(
        bank_uid=one.bank_uid, currency=one.currency, **msgspec.structs.asdict(entry)
    )


_POSTED = {
    "bank_uid": UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9"),
    "currency": "EUR",
    "debit_account": BookAccount.EMPLOYEE_EXPENSES,
    "credit_account": BookAccount.CASH_AT_BANK,
    "sum:amount": Decimal("184.60"),
}
_EXAMPLE = balances_of([_POSTED])


@shows(
    "/ledger/accounts",
    _TAG,
    "The chart of accounts",
    Permission.LEDGER_READ,
    answer(200, "Per bank and currency.", example=LedgerAccounts([_account(_EXAMPLE[0])])),
    parameters=[MIN_POSITION],
)
async def list_ledger_accounts(request: AnyRequest) -> LedgerAccounts:
    """A bank keeps a book for each currency it was asked to pay in; every book has the same accounts."""
    return LedgerAccounts([_account(one) for one in await _balances(request, None)])


@shows(
    "/ledger/balances",
    _TAG,
    "Balances of all accounts, now or at a moment",
    Permission.LEDGER_READ,
    answer(
        200,
        "Balances and the trial balance.",
        example=LedgerBalances(
            as_of=None,
            data=[one for one in reversed(_EXAMPLE) if one.balance],
            trial_balance=trial_of(_EXAMPLE),
        ),
    ),
    parameters=[
        Parameter(
            name="as_of",
            description="Only entries posted up to then: a time with its offset, or a day, of which all counts "
            "(in UTC).",
            schema={"type": "string"},
            example="2026-11-20T21:30:00Z",
        ),
        MIN_POSITION,
    ],
)
async def get_ledger_balances(request: AnyRequest) -> LedgerBalances:
    """All of it comes from one statement, so the trial balance is zero while payments go on."""
    as_of = _as_of(dict(query_pairs(request)).get("as_of"))
    balances = await _balances(request, as_of)
    return LedgerBalances(as_of=as_of, data=balances, trial_balance=trial_of(balances))


async def _balances(request: AnyRequest, as_of: datetime | None) -> list[AccountBalance]:
    services = services_of(request)
    await caught_up(request, services, LEDGER.collection.projection)
    query = balances_query(as_of).within(of_bank(principal_of(request)))
    groups = await services.queries.aggregate(LEDGER.collection, query)
    return balances_of(groups.rows)


def _as_of(text: str | None) -> datetime | None:
    if text is None:
        return None
    for kind in (FieldType.TIMESTAMP, FieldType.DATE):
        try:
            value = read_value(kind, text)
        except ValueError:
            continue
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time.max, UTC)
    expected = f"{EXPECTED[FieldType.TIMESTAMP]}, or {EXPECTED[FieldType.DATE]}"
    raise wrong_value("as_of", text, expected)


ROUTES = [*query_routes(RESOURCE), list_ledger_accounts, get_ledger_balances]
