"""Transactions: queries, ingesting one, correcting and voiding any, the facts behind one, and what one user's come to.

The users are those of the system that the transactions come from: `user_id` is its number of one, and names nobody who
signs in here. `/users/{user_id}/transactions/...` is about them, too.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from application.shared.permissions import Permission, everything
from application.shared.values import Amount
from application.transactions.import_kind import USUAL_CURRENCY
from application.transactions.ingesting import Transactions
from domain.shared.errors import Fault, Invalid, NotFound, Refused, nearest
from domain.shared.money import CURRENCIES
from domain.transactions import (
    USER_ID_MAX,
    CorrectTransaction,
    IngestTransaction,
    VoidTransaction,
    user_id_of,
)
from interfaces.http.shared.bodies import Reason
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import acts, starts
from interfaces.http.shared.flows import Flow, step
from interfaces.http.shared.histories import history_route, scoped
from interfaces.http.shared.inputs import caught_up, query_pairs, services_of, wrong_value
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest, Hidden, Resource
from interfaces.http.shared.routes import MIN_POSITION, Named, Parameter, answer
from projections.shared.entries import INCLUDED, LISTED
from projections.shared.query.fields import FieldType
from projections.shared.query.requests import AggregateQuery
from projections.shared.query.values import EXPECTED, read_value
from projections.transactions.summaries import (
    Asked,
    Groups,
    MonthlyTotal,
    TransactionSummary,
    monthly_of,
    summary_of,
)
from projections.transactions.transactions import TRANSACTIONS

RESOURCE = Resource(
    collection=TRANSACTIONS.collection,
    noun="transaction",
    permission=Permission.TRANSACTIONS_READ,
    scope=everything,
    hidden=Hidden(name=INCLUDED, column="listing", listed=LISTED),
)


class NewTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction to ingest. `transaction_id` has 1 to 50 characters; an amount may be negative or zero."""

    transaction_id: str
    user_id: int
    amount: Amount
    transaction_date: dt.date
    currency: str = USUAL_CURRENCY


class TransactionCorrection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a transaction is to say from now on, where it differs, and why (1 to 500 characters)."""

    user_id: int | UnsetType = UNSET
    amount: Amount | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    transaction_date: dt.date | UnsetType = UNSET
    reason: str


_USER = Parameter(
    name="user_id",
    description="The number of a user of the system that the transactions come from; nobody who signs in here.",
    schema={"type": "integer", "minimum": 1, "maximum": USER_ID_MAX},
    where="path",
    example=123,
)


def _day(name: str, which: str) -> Parameter:
    return Parameter(
        name=name,
        description=f"Only transactions {which} this day, which is included.",
        schema={"type": "string", "format": "date"},
        example="2026-03-01",
    )


_ASKED = [
    _USER,
    _day("from", "from"),
    _day("to", "up to"),
    Parameter(
        name="currency",
        description="Only transactions in this currency (ISO 4217).",
        schema={"type": "string", "pattern": "^[A-Z]{3}$"},
        example="USD",
    ),
    MIN_POSITION,
]


def _asked(request: AnyRequest, user_id: str) -> Asked:
    """What path and query ask for.

    Raises:
        Malformed: a day or a currency cannot be read.
        Invalid: the path names no number of a user, or the days are in the wrong order.
    """
    given = dict(query_pairs(request))
    first, last = (_read_day(name, given.get(name)) for name in ("from", "to"))
    if first and last and first > last:
        raise _meaningless("from", str(first), f"a day up to {last}, which `to` names")
    currency = given.get("currency")
    if currency is not None and currency not in CURRENCIES:
        near = nearest(currency[:10].upper(), list(CURRENCIES))
        raise wrong_value("currency", currency, "an ISO 4217 code such as EUR", nearest=near)
    return Asked(user_id=_read_user(user_id), currency=currency, first=first, last=last)


def _read_user(text: str) -> int:
    try:
        return user_id_of(text)
    except Invalid:
        raise _meaningless("user_id", text, f"a whole number from 1 to {USER_ID_MAX}") from None


def _read_day(name: str, text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        day = read_value(FieldType.DATE, text)
    except ValueError:
        raise wrong_value(name, text, EXPECTED[FieldType.DATE]) from None
    return day if isinstance(day, dt.date) else None


def _meaningless(name: str, got: str, expected: str) -> Invalid:
    detail = f"{name} is {got[:100]!r}; {expected} was expected"
    fault = Fault(
        detail=detail, code="out_of_range", parameter=name, got=got[:200], expected=expected
    )
    return Invalid(detail, code="out_of_range", faults=[fault])


async def _groups(request: AnyRequest, query: AggregateQuery) -> Groups:
    groups = await services_of(request).queries.aggregate(TRANSACTIONS.collection, query)
    rows: Groups = groups.rows
    return rows


def _as_numbers(summary: TransactionSummary) -> dict[str, Any]:
    """The summary with its amounts as JSON numbers, digit by digit: everywhere else amounts are texts."""
    return {
        name: msgspec.Raw(f"{value:f}".encode()) if isinstance(value, Decimal) else value
        for name, value in msgspec.structs.asdict(summary).items()
    }


def _described(**members: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


_NUMBER = {"type": "number"}
_SUMMARY = Named(
    "TransactionSummary",
    _described(
        user_id={"type": "integer"},
        total_transactions={"type": "integer", "minimum": 1},
        total_amount=_NUMBER,
        average_transaction_amount=_NUMBER,
    ),
)


@shows(
    "/transactions/{user_id:str}/summary",
    RESOURCE.plural,
    "What the transactions of one user come to",
    Permission.TRANSACTIONS_READ,
    answer(
        200,
        "Their number, their sum and their average.",
        {"$ref": "#/components/schemas/TransactionSummary"},
        example=_as_numbers(
            TransactionSummary(
                user_id=123,
                total_transactions=50,
                total_amount=Decimal("10240.50"),
                average_transaction_amount=Decimal("204.81"),
            )
        ),
    ),
    parameters=_ASKED,
    problems=[NotFound, Invalid, Refused],
    schemas=[_SUMMARY],
)
async def get_transaction_summary(request: AnyRequest, user_id: str) -> dict[str, Any]:
    """`user_id` is the number of a user of the system that the transactions come from, of nobody who signs in here.

    The amounts are JSON numbers, exact to the last digit; the average is rounded half to even at two places. A user
    without transactions is not found; one whose amounts add up to zero is. Amounts of different currencies are never
    added: where a user has several and `currency` names none, the answer is 409 and names them.
    """
    asked = _asked(request, user_id)
    await caught_up(request, services_of(request), TRANSACTIONS.name)
    return _as_numbers(summary_of(asked, await _groups(request, asked.by_currency)))


class MonthlyTotals(msgspec.Struct, frozen=True):
    """The months in order, each in every currency of the user."""

    data: Sequence[MonthlyTotal]


_MARCH = MonthlyTotal(
    month=dt.date(2026, 3, 1),
    currency="USD",
    total_transactions=50,
    total_amount=Decimal("10240.50"),
)


@shows(
    "/users/{user_id:str}/transactions/monthly",
    RESOURCE.plural,
    "What the transactions of one user come to, month by month",
    Permission.TRANSACTIONS_READ,
    answer(200, "Every month, for a chart.", example=MonthlyTotals([_MARCH])),
    parameters=_ASKED,
    problems=[NotFound, Invalid],
)
async def list_monthly_transactions(request: AnyRequest, user_id: str) -> MonthlyTotals:
    """`user_id` is the number of a user of the system that the transactions come from, of nobody who signs in here.

    The months run from that of `from`, or of the first transaction, to that of `to`, or of the last; those in which
    nothing happened are there with zero. A user without transactions is not found.
    """
    asked = _asked(request, user_id)
    await caught_up(request, services_of(request), TRANSACTIONS.name)
    ever = Asked(user_id=asked.user_id, currency=asked.currency)
    currencies = await _groups(request, ever.by_currency)
    ever.check_known(currencies)
    return MonthlyTotals(
        monthly_of(asked, currencies, await _groups(request, asked.by_month)),
    )


ROUTES = [
    *query_routes(RESOURCE),
    history_route(
        RESOURCE,
        "transaction",
        "Read from the event log itself, so it is complete at once, and tells of what was reverted, too.",
        key=scoped,
    ),
    get_transaction_summary,
    list_monthly_transactions,
    starts(
        RESOURCE,
        Transactions.ingest,
        NewTransaction(
            transaction_id="T-2026-000042",
            user_id=123,
            amount=Decimal("204.81"),
            transaction_date=dt.date(2026, 3, 14),
        ),
        into=IngestTransaction,
        permission=Permission.TRANSACTIONS_INGEST,
        summary="Ingest one transaction",
        description="A transaction is known by its `transaction_id`: told again with the same values it changes "
        "nothing, with others it is refused (409, `conflicting_transaction_id`).",
        said="It is in the book.",
    ),
    acts(
        RESOURCE,
        "correct",
        Transactions.correct,
        TransactionCorrection(amount=Decimal("240.81"), reason="Two figures were exchanged"),
        into=CorrectTransaction,
        permission=Permission.TRANSACTIONS_INGEST,
        summary="Correct a transaction by a linked entry",
        description="What is given replaces what the transaction said, the rest stays; it keeps its number and its id, "
        "and its history shows what it said before. The same values again change nothing.\n\nNo file changes it from "
        "then on: a row that says otherwise is put aside. One that was voided cannot be corrected. An imported one "
        "keeps its import from being reverted.",
        said="It says so now.",
    ),
    acts(
        RESOURCE,
        "void",
        Transactions.void,
        Reason(reason="A test of the till"),
        into=VoidTransaction,
        permission=Permission.TRANSACTIONS_INGEST,
        summary="Let a transaction stand no longer",
        description="Lists, totals and summaries leave it out; `include=corrected` and its history show it. No file "
        "brings it back.",
        said="It is void.",
    ),
]
FLOW = Flow(
    "Transactions that are put right",
    [
        step("ingestTransaction", say={"transaction_id": "C-{{run}}"}),
        step("correctTransaction"),
        step("ingestTransaction", say={"transaction_id": "D-{{run}}"}),
        step("voidTransaction"),
        step("getTransactionSummary"),
        step("listMonthlyTransactions", ask="from=2026-01-01&to=2026-04-30"),
    ],
)
