"""Expenses: queries, recording one by hand, and the facts behind one."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.services import Services
from application.shared.permissions import Permission
from application.shared.scopes import of_bank
from domain.expenses import RecordExpense
from domain.shared.errors import Invalid, KeyReused, NotFound
from interfaces.http.shared.bodies import Amount, read_json
from interfaces.http.shared.collections import (
    aggregates_route,
    facets_route,
    list_route,
    record_parameter,
    record_route,
)
from interfaces.http.shared.commands import POSITION_HEADERS, command_headers
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.inputs import cause_of, idempotency_of
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, Body, answer, documented
from interfaces.http.shared.security import principal_of
from projections.expenses import EXPENSES

RESOURCE = Resource(
    collection=EXPENSES.collection,
    path="/expenses",
    noun="expense",
    plural="Expenses",
    permission=Permission.EXPENSES_READ,
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of expenses; `/expanses_data` and `/aggregates` are the addresses of the requirements' examples."""
    return [
        *list_route(RESOURCE, aliases=["/expanses_data"]),
        *aggregates_route(RESOURCE, aliases=["/aggregates"]),
        *facets_route(RESOURCE),
        *record_route(RESOURCE, aliases=["/expanses_data"]),
        get_expense_history,
        record_expense,
    ]


class NewExpense(msgspec.Struct, frozen=True, kw_only=True):
    """An expense to record. Texts have 1 to 200 characters; a negative amount is money that came back."""

    departments: str
    project_name: str
    amount: Amount
    currency: str
    date: date
    member_name: str


class RecordedExpense(msgspec.Struct, frozen=True, kw_only=True):
    """Where the expense is found, and its version."""

    id: int
    uid: UUID
    version: int


@post(
    "/expenses",
    operation_id="recordExpense",
    tags=["Expenses"],
    summary="Record one expense",
    opt=documented(
        Permission.EXPENSES_RECORD,
        answer(
            201,
            "It is in the book.",
            RecordedExpense,
            example=RecordedExpense(
                id=2005, uid=UUID("6f1c1d5e-3c52-8f4b-9a39-0d5c6f0e7b11"), version=1
            ),
            headers=POSITION_HEADERS,
        ),
        parameters=[IDEMPOTENCY_KEY],
        body=Body(
            media_type=JSON,
            schema=NewExpense,
            example=NewExpense(
                departments="Engineering",
                project_name="Harbour",
                amount=Decimal("48.20"),
                currency="EUR",
                date=date(2026, 3, 14),
                member_name="Ines Falk",
            ),
        ),
        problems=[TooLarge, UnsupportedMediaType, Invalid, KeyReused],
    ),
)
async def record_expense(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Two requests record two expenses, however alike; `Idempotency-Key` tells a repetition from a second expense.

    A query with `Daybook-Min-Position` set to the `Daybook-Position` of this answer sees the expense.
    """
    new = await read_json(request, NewExpense)
    cause = cause_of(request)
    idempotency = idempotency_of(request, cause.actor, encode_json(new))
    command = RecordExpense(**msgspec.structs.asdict(new))
    recorded = await services.expenses.record(command, cause, idempotency)
    structlog.contextvars.bind_contextvars(stream=str(recorded.uid), position=recorded.id)
    return Response(
        encode_json(RecordedExpense(id=recorded.id, uid=recorded.uid, version=recorded.version)),
        status_code=201,
        media_type=JSON,
        headers=command_headers(
            recorded.id, f"/expenses/{recorded.uid}", replayed=recorded.replayed
        ),
    )


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
    request: Request[Any, Any, Any], services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Read from the event log itself, so it is complete at once, without waiting for a read model.

    An expense of another bank is not found.
    """
    scope = of_bank(principal_of(request))
    return await history_of(services, record_id, subject="expense", scope=scope)
