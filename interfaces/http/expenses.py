"""Expenses: queries, recording one by hand, and the facts behind one."""

from datetime import date
from decimal import Decimal

import msgspec

from application.expenses.recording import Expenses
from application.shared.permissions import Permission
from application.shared.values import Amount
from domain.expenses import RecordExpense
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import starts
from interfaces.http.shared.histories import history_route, scoped
from interfaces.http.shared.resources import Resource
from projections.expenses import EXPENSES

RESOURCE = Resource(
    collection=EXPENSES.collection, noun="expense", permission=Permission.EXPENSES_READ
)


class NewExpense(msgspec.Struct, frozen=True, kw_only=True):
    """An expense to record. Texts have 1 to 200 characters; a negative amount is money that came back."""

    departments: str
    project_name: str
    amount: Amount
    currency: str
    date: date
    member_name: str


ROUTES = [
    # `/expanses_data` and `/aggregates` are the addresses of the requirements' examples.
    *query_routes(RESOURCE, aliases=["/expanses_data"], aggregates_at=["/aggregates"]),
    history_route(
        RESOURCE,
        "expense",
        "Read from the event log itself, so it is complete at once, without waiting for a read model.\n\n"
        "An expense of another bank is not found.",
        summary="The facts behind one expense",
        key=scoped,
    ),
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
