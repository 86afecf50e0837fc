"""The ledger: the journal as a collection, the chart of accounts, balances and the trial balance."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from application.shared.permissions import Permission, of_bank
from application.shared.services import Services
from domain.shared.errors import Fault, Malformed
from interfaces.http.shared.collections import (
    aggregates_route,
    facets_route,
    list_route,
    record_route,
)
from interfaces.http.shared.inputs import caught_up, query_pairs
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import MIN_POSITION, Parameter, answer, documented
from interfaces.http.shared.security import principal_of
from projections.ledger.balances import AccountBalance, TrialBalance, balances_of, trial_of
from projections.ledger.chart import CHART, Account
from projections.ledger.journal import LEDGER, balances_query
from projections.shared.query.fields import FieldType
from projections.shared.query.values import EXPECTED, read_value

AnyRequest = Request[Any, Any, Any]

RESOURCE = Resource(
    collection=LEDGER.collection,
    path="/ledger/entries",
    noun="ledgerEntry",
    plural="LedgerEntries",
    permission=Permission.LEDGER_READ,
)
_TAG = "Ledger"
_BANK_UID = UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9")


class LedgerAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account of one book: `normal_side` is the one on which it grows."""

    bank_uid: UUID
    currency: str
    account: Account
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


_ACCOUNTS_EXAMPLE = LedgerAccounts(
    data=[
        LedgerAccount(
            bank_uid=_BANK_UID,
            currency="EUR",
            account=CHART[0].account,
            number=CHART[0].number,
            kind=CHART[0].kind,
            normal_side=CHART[0].normal_side,
            description=CHART[0].description,
        )
    ]
)
_BALANCES_EXAMPLE = LedgerBalances(
    as_of=None,
    data=[
        AccountBalance(
            bank_uid=_BANK_UID,
            currency="EUR",
            account=Account.EMPLOYEE_EXPENSES,
            number="6000",
            kind="expense",
            debit=Decimal("184.60"),
            credit=Decimal("0.00"),
            balance=Decimal("184.60"),
        ),
        AccountBalance(
            bank_uid=_BANK_UID,
            currency="EUR",
            account=Account.CASH_AT_BANK,
            number="1000",
            kind="asset",
            debit=Decimal("0.00"),
            credit=Decimal("184.60"),
            balance=Decimal("-184.60"),
        ),
    ],
    trial_balance=[
        TrialBalance(
            bank_uid=_BANK_UID,
            currency="EUR",
            debit=Decimal("184.60"),
            credit=Decimal("184.60"),
            difference=Decimal("0.00"),
        )
    ],
)


@get(
    "/ledger/accounts",
    operation_id="listLedgerAccounts",
    tags=[_TAG],
    summary="The chart of accounts",
    opt=documented(
        Permission.LEDGER_READ,
        answer(200, "Per bank and currency.", LedgerAccounts, example=_ACCOUNTS_EXAMPLE),
        parameters=[MIN_POSITION],
    ),
)
async def list_ledger_accounts(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[bytes]:
    """A bank keeps a book for each currency it was asked to pay in; every book has the same accounts."""
    balances = await _balances(request, services, None)
    entries = {entry.account: entry for entry in CHART}
    accounts = [
        LedgerAccount(
            bank_uid=one.bank_uid,
            currency=one.currency,
            account=one.account,
            number=one.number,
            kind=one.kind,
            normal_side=entries[one.account].normal_side,
            description=entries[one.account].description,
        )
        for one in balances
    ]
    return Response(encode_json(LedgerAccounts(accounts)), media_type=JSON)


@get(
    "/ledger/balances",
    operation_id="getLedgerBalances",
    tags=[_TAG],
    summary="Balances of all accounts, now or at a moment",
    opt=documented(
        Permission.LEDGER_READ,
        answer(200, "Balances and the trial balance.", LedgerBalances, example=_BALANCES_EXAMPLE),
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
    ),
)
async def get_ledger_balances(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[bytes]:
    """All of it comes from one statement, so the trial balance is zero while payments go on."""
    as_of = _as_of(dict(query_pairs(request)).get("as_of"))
    balances = await _balances(request, services, as_of)
    told = LedgerBalances(as_of=as_of, data=balances, trial_balance=trial_of(balances))
    return Response(encode_json(told), media_type=JSON)


async def _balances(
    request: AnyRequest, services: Services, as_of: datetime | None
) -> list[AccountBalance]:
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
    fault = Fault(
        detail=f"as_of is {text[:100]!r}; {expected} was expected",
        code="bad_value",
        parameter="as_of",
        got=text[:200],
        expected=expected,
    )
    raise Malformed(fault.detail, code="invalid_query", faults=[fault])


ROUTES = [
    *list_route(RESOURCE),
    *aggregates_route(RESOURCE),
    *facets_route(RESOURCE),
    *record_route(RESOURCE),
    list_ledger_accounts,
    get_ledger_balances,
]
