"""Expenses: queries, recording one by hand, correcting and voiding any, and the facts behind one."""

import datetime as dt
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from application.expenses.recording import Expenses
from application.shared.permissions import Permission
from application.shared.values import Amount
from domain.expenses import CorrectExpense, RecordExpense, VoidExpense
from interfaces.http.shared.bodies import Reason
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import acts, starts
from interfaces.http.shared.flows import Flow, step
from interfaces.http.shared.histories import history_route, scoped
from interfaces.http.shared.resources import Hidden, Resource
from projections.expenses import EXPENSES
from projections.shared.entries import INCLUDED, LISTED

RESOURCE = Resource(
    collection=EXPENSES.collection,
    noun="expense",
    permission=Permission.EXPENSES_READ,
    hidden=Hidden(name=INCLUDED, column="listing", listed=LISTED),
)


class NewExpense(msgspec.Struct, frozen=True, kw_only=True):
    """An expense to record. Texts have 1 to 200 characters; a negative amount is money that came back."""

    departments: str
    project_name: str
    amount: Amount
    currency: str
    date: dt.date
    member_name: str


class ExpenseCorrection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an expense is to say from now on, where it differs, and why (1 to 500 characters)."""

    departments: str | UnsetType = UNSET
    project_name: str | UnsetType = UNSET
    amount: Amount | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    date: dt.date | UnsetType = UNSET
    member_name: str | UnsetType = UNSET
    reason: str


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
            date=dt.date(2026, 3, 14),
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
    acts(
        RESOURCE,
        "correct",
        Expenses.correct,
        ExpenseCorrection(amount=Decimal("84.20"), reason="Two figures were exchanged"),
        into=CorrectExpense,
        permission=Permission.EXPENSES_RECORD,
        summary="Correct an expense by a linked entry",
        description="What is given replaces what the expense said, the rest stays; it keeps its id, and its history "
        "shows what it said before. The same values again change nothing.\n\nOne that was voided or reverted cannot be "
        "corrected, nor one that follows from a claim. An imported one keeps its import from being reverted.",
        said="It says so now.",
    ),
    acts(
        RESOURCE,
        "void",
        Expenses.void,
        Reason(reason="Paid by the tenant"),
        into=VoidExpense,
        permission=Permission.EXPENSES_RECORD,
        summary="Let an expense stand no longer",
        description="Lists and totals leave it out; `include=corrected` and its history show it.",
        said="It is void.",
    ),
]
FLOW = Flow(
    "Expenses that are put right",
    [
        step("recordExpense"),
        step("correctExpense"),
        step("recordExpense", say={"project_name": "{{$guid}}"}),
        step("voidExpense"),
    ],
)
