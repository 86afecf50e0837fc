"""Statements: read, marked and shown as months on pages, and told to staff as the cash flow of a customer."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from application.shared.permissions import Permission
from application.shared.readings import FileReading, HandedIn
from application.shared.services import Services
from application.statements.use_cases import Statements
from domain.shared.errors import NotFound
from domain.statements import MONTHS, MonthFigures
from interfaces.http.shared.charts import MonthFlow
from interfaces.http.shared.file_pages import FilePages, Months
from interfaces.http.shared.inputs import caught_up, query_pairs, services_of, wrong_value
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import MIN_POSITION, Parameter, answer, segment
from interfaces.http.shared.security import principal_of
from projections.shared.query.lists import parse_list
from projections.statements import STATEMENT_MONTHS

MONTHS_MAX = 120
_CUSTOMER = UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e810")
_SUMS = ("income", "expenses", "net")


class CashFlowMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What came in and went out in a month, which is told by its first day."""

    month: date
    income: Decimal
    expenses: Decimal
    net: Decimal
    currency: str


class CashFlowTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The same over all months of a currency."""

    income: Decimal
    expenses: Decimal
    net: Decimal
    currency: str


class CustomerCashFlow(msgspec.Struct, frozen=True, kw_only=True):
    """The last months of a customer's statements, the oldest first; what no statement tells of is left out."""

    customer_uid: UUID
    data: Sequence[CashFlowMonth]
    totals: Sequence[CashFlowTotal]


_EXAMPLE: Mapping[str, Any] = {
    "income": Decimal("2500.00"),
    "expenses": Decimal("1800.00"),
    "net": Decimal("700.00"),
    "currency": "EUR",
}


@shows(
    "/customers/{record_id:str}/cashflow",
    "Customers",
    "What a customer earned and spent by month",
    Permission.CUSTOMERS_READ,
    answer(
        200,
        "The months, and their sums by currency.",
        example=CustomerCashFlow(
            customer_uid=_CUSTOMER,
            data=[CashFlowMonth(month=date(2026, 10, 1), **_EXAMPLE)],
            totals=[CashFlowTotal(**_EXAMPLE)],
        ),
    ),
    parameters=[
        segment("record_id", str(_CUSTOMER)),
        Parameter(
            name="months",
            description="How many of the last months that statements tell of.",
            schema={"type": "integer", "minimum": 1, "maximum": MONTHS_MAX, "default": MONTHS},
            example=MONTHS,
        ),
        MIN_POSITION,
    ],
    problems=[NotFound],
)
async def get_customer_cash_flow(request: AnyRequest, record_id: str) -> CustomerCashFlow:
    """By the integer id or the uid of the customer. What was taken back with its import is not told."""
    services, months = services_of(request), _months_asked(dict(query_pairs(request)))
    uid = await services.find("customer", record_id, principal_of(request))
    await caught_up(request, services, STATEMENT_MONTHS.name)
    rows = await _rows(services, customer_uid=uid, sort="-month", limit=months)
    data = [msgspec.convert(row, CashFlowMonth) for row in reversed(rows)]
    return CustomerCashFlow(customer_uid=uid, data=data, totals=_totals(data))


def _months_asked(query: Mapping[str, str]) -> int:
    given = query.get("months", str(MONTHS))
    if not re.fullmatch("[0-9]{1,3}", given) or not 1 <= int(given) <= MONTHS_MAX:
        raise wrong_value("months", given, f"a whole number from 1 to {MONTHS_MAX}")
    return int(given)


def _totals(data: Sequence[CashFlowMonth]) -> list[CashFlowTotal]:
    return [
        CashFlowTotal(
            currency=currency,
            **{
                name: sum(
                    (getattr(one, name) for one in data if one.currency == currency), Decimal()
                )
                for name in _SUMS
            },
        )
        for currency in sorted({one.currency for one in data})
    ]


async def _rows(services: Services, **asked: object) -> Sequence[Mapping[str, Any]]:
    query = parse_list(STATEMENT_MONTHS.collection, [(it, str(to)) for it, to in asked.items()])
    rows: Sequence[Mapping[str, Any]] = (
        await services.queries.page(STATEMENT_MONTHS.collection, query)
    ).rows
    return rows


def _read(services: Services, file: HandedIn) -> tuple[FileReading, Months]:
    reading = services.of(Statements).read(file)
    return reading, _shown(reading.months)


def _marked(services: Services, file: HandedIn) -> bytes:
    statements = services.of(Statements)
    return statements.marked(file, statements.read(file))


async def _recorded(services: Services, run: UUID, position: int) -> Months:
    await services.checkpoints.wait(STATEMENT_MONTHS.name, position)
    rows = await _rows(services, import_id=run, sort="month", limit=MONTHS)
    return _shown([msgspec.convert(row, MonthFigures) for row in rows])


def _shown(told: Sequence[MonthFigures]) -> Months:
    months = [MonthFlow(one.month, one.income, one.expenses) for one in told]
    return told[0].currency if told else "", months


FILE_PAGES = FilePages(
    kind="statements",
    read=_read,
    marked=_marked,
    template=lambda services: services.of(Statements).template(),
    recorded=_recorded,
)
ROUTES = (get_customer_cash_flow,)
