"""Expenses: queries, recording one by hand, and the facts behind one."""

from datetime import date
from decimal import Decimal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.expenses.recording import Expenses
from application.shared.permissions import Permission, of_bank
from application.shared.services import Services
from application.shared.values import Amount
from domain.expenses import RecordExpense
from domain.shared.errors import NotFound
from interfaces.http.shared.collections import (
    aggregates_route,
    facets_route,
    list_route,
    record_parameter,
    record_route,
)
from interfaces.http.shared.command_routes import starts
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import answer, documented
from interfaces.http.shared.security import principal_of
from projections.expenses import EXPENSES

RESOURCE = Resource(
    collection=EXPENSES.collection,
    path="/expenses",
    noun="expense",
    plural="Expenses",
    permission=Permission.EXPENSES_READ,
)


class NewExpense(msgspec.Struct, frozen=True, kw_only=True):
    """An expense to record. Texts have 1 to 200 characters; a negative amount is money that came back."""

    departments: str
    project_name: str
    amount: Amount
    currency: str
    date: date
    member_name: str


@get(
    "/expenses/{record_id:str}/history",
    operation_id="getExpenseHistory",
    tags=["Expenses"],
    summary="The facts behind one expense",
    opt=documented(
        Permission.EXPENSES_READ,
        answer(200, "Its events, the oldest first.", History, example=HISTORY_EXAMPLE),
        parameters=[record_parameter(EXPENSES.collection)],
        problems=[NotFound],
    ),
)
async def get_expense_history(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Read from the event log itself, so it is complete at once, without waiting for a read model.

    An expense of another bank is not found.
    """
    scope = of_bank(principal_of(request))
    return await history_of(services, record_id, subject="expense", scope=scope)


ROUTES = [
    # `/expanses_data` and `/aggregates` are the addresses of the requirements' examples.
    *list_route(RESOURCE, aliases=["/expanses_data"]),
    *aggregates_route(RESOURCE, aliases=["/aggregates"]),
    *facets_route(RESOURCE),
    *record_route(RESOURCE, aliases=["/expanses_data"]),
    get_expense_history,
    starts(
        RESOURCE,
        Expenses.record,
        NewExpense(
            departments="Engineering",
            project_name="Harbour",
            amount=Decimal("48.20"),
            currency="EUR",
            date=date(2026, 3, 14),
            member_name="Ines Falk",
        ),
        into=RecordExpense,
        permission=Permission.EXPENSES_RECORD,
        summary="Record one expense",
        description="Two requests record two expenses, however alike; `Idempotency-Key` tells a repetition from a "
        "second expense.\n\nA query with `Daybook-Min-Position` set to the `Daybook-Position` of this answer sees the "
        "expense.",
        said="It is in the book.",
    ),
]
