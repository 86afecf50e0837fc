"""Payments: queries, the facts behind one, reporting what became of one, and making it happen in the simulated mode."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.payments.use_cases import Outcome, Simulations
from application.services import Services
from application.shared.permissions import Permission
from application.shared.scopes import own_as_member
from domain.payments.payments import (
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    status_of,
)
from domain.shared.errors import (
    DaybookError,
    Fault,
    Invalid,
    KeyReused,
    NotFound,
    Refused,
    StaleVersion,
)
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import (
    aggregates_route,
    facets_route,
    list_route,
    record_parameter,
    record_route,
)
from interfaces.http.shared.commands import ETAG_HEADER, POSITION_HEADERS, command_headers
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    Answer,
    Body,
    answer,
    documented,
)
from interfaces.http.shared.security import principal_of
from projections.payments.payments import PAYMENTS

AnyRequest = Request[Any, Any, Any]

RESOURCE = Resource(
    collection=PAYMENTS.collection,
    path="/payments",
    noun="payment",
    plural="Payments",
    permission=Permission.PAYMENTS_READ,
    scope=own_as_member,
)

_TAG = "Payments"
_BODY_PROBLEMS: Sequence[type[DaybookError]] = (TooLarge, UnsupportedMediaType, Invalid)


def routes() -> list[HTTPRouteHandler]:
    """The routes of payments and their simulation."""
    return [
        *list_route(RESOURCE),
        *aggregates_route(RESOURCE),
        *facets_route(RESOURCE),
        *record_route(RESOURCE),
        get_payment_history,
        report_payment_outcome,
        simulate_settlement,
        simulate_failure,
        simulate_return,
    ]


class OutcomeStatus(StrEnum):
    """What can become of a submitted payment."""

    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"


class PaymentOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the bank told an administrator: `settled` with the day, `failed` or `returned` with the reason."""

    status: OutcomeStatus
    settled_on: date | None = None
    reason: str | None = None


class SimulatedReason(msgspec.Struct, frozen=True, kw_only=True):
    """What the simulated bank gives as its reason, 1 to 200 characters."""

    reason: str


class PaymentLeft(msgspec.Struct, frozen=True, kw_only=True):
    """A payment after a command."""

    id: int
    uid: UUID
    version: int
    status: str


def _left_answer(status: str) -> Answer:
    return answer(
        200,
        "The payment as it is then.",
        PaymentLeft,
        example=PaymentLeft(
            id=58, uid=UUID("5e8d0b7c-1f2a-83c4-9d6e-7f8091a2b3c4"), version=3, status=status
        ),
        headers={**POSITION_HEADERS, **ETAG_HEADER},
    )


async def _left(
    request: AnyRequest, services: Services, uid: UUID, *, replayed: bool = False
) -> Response[bytes]:
    found = await services.payments.find(uid, principal_of(request))
    left = PaymentLeft(
        id=found.id, uid=found.uid, version=found.version, status=status_of(found.state)
    )
    headers = command_headers(
        found.position, f"/payments/{uid}", replayed=replayed, version=found.version
    )
    return Response(encode_json(left), media_type=JSON, headers=headers)


@get(
    "/payments/{record_id:str}/history",
    operation_id="getPaymentHistory",
    tags=[_TAG],
    summary="The facts behind one payment",
    opt=documented(
        Permission.PAYMENTS_READ,
        answer(200, "Its events, the oldest first.", History, example=HISTORY_EXAMPLE),
        parameters=[record_parameter(PAYMENTS.collection)],
        problems=[NotFound],
    ),
)
async def get_payment_history(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Read from the event log itself, so it is complete at once; numbers of accounts are masked."""
    found = await services.payments.find(record_id, principal_of(request))
    return await history_of(services, str(found.uid), subject="payment")


@post(
    "/payments/{record_id:str}/outcome",
    operation_id="reportPaymentOutcome",
    tags=[_TAG],
    summary="Report what became of a payment that left in a file",
    status_code=200,
    opt=documented(
        Permission.PAYMENTS_EXPORT,
        _left_answer("settled"),
        parameters=[record_parameter(PAYMENTS.collection), IDEMPOTENCY_KEY, IF_MATCH],
        body=Body(
            media_type=JSON,
            schema=PaymentOutcome,
            example=PaymentOutcome(status=OutcomeStatus.SETTLED, settled_on=date(2026, 11, 21)),
        ),
        problems=[*_BODY_PROBLEMS, NotFound, Refused, KeyReused, StaleVersion],
    ),
)
async def report_payment_outcome(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """A rail that takes files tells nothing back: an administrator reads the bank's statement and reports.

    What was reported before is answered again without effect; what contradicts it is refused with 409. Payments of
    rails that report by themselves are refused with 409 `reported_by_rail`.
    """
    body = await read_json(request, PaymentOutcome)
    cause = cause_of(request)
    found = await services.payments.find(record_id, principal_of(request))
    handled = await services.payments.report(
        found.uid,
        _outcome(body),
        cause,
        idempotency=idempotency_of(request, cause.actor, encode_json(body)),
        if_version=version_seen(request),
    )
    return await _left(request, services, found.uid, replayed=handled.appended.replayed)


def _outcome(body: PaymentOutcome) -> Outcome:
    settled = body.status is OutcomeStatus.SETTLED
    wanted, foreign = ("settled_on", "reason") if settled else ("reason", "settled_on")
    faults = []
    if getattr(body, wanted) is None:
        faults.append(_fault(wanted, "missing", f"{body.status} needs {wanted}"))
    if getattr(body, foreign) is not None:
        faults.append(_fault(foreign, "out_of_place", f"{body.status} has no {foreign}"))
    if faults:
        raise Invalid("; ".join(fault.detail for fault in faults), faults=faults)
    if body.settled_on is not None:
        return NoteSettlement(settled_on=body.settled_on)
    kind = NoteFailure if body.status is OutcomeStatus.FAILED else NoteReturn
    return kind(reason=body.reason or "")


def _fault(field: str, code: str, detail: str) -> Fault:
    return Fault(detail=detail, code=code, pointer=f"/{field}")


_REASON = Body(
    media_type=JSON, schema=SimulatedReason, example=SimulatedReason(reason="account closed")
)


def _simulated(services: Services) -> Simulations:
    if services.simulations is None:
        raise NotFound("No bank is simulated here: DAYBOOK_RAIL is another.", code="not_simulated")
    return services.simulations


@post(
    "/simulations/payments/{record_id:str}/settle",
    operation_id="simulatePaymentSettlement",
    tags=["Simulations"],
    summary="Let the simulated bank settle a payment",
    status_code=200,
    opt=documented(
        Permission.SIMULATE,
        _left_answer("settled"),
        parameters=[record_parameter(PAYMENTS.collection)],
        problems=[NotFound, Refused],
    ),
)
async def simulate_settlement(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """The money arrives now; 409 unless the bank has the payment on its way. 404 unless the bank is simulated."""
    simulations = _simulated(services)
    found = await services.payments.find(record_id, principal_of(request))
    await simulations.settle(found.uid, cause_of(request))
    return await _left(request, services, found.uid)


@post(
    "/simulations/payments/{record_id:str}/fail",
    operation_id="simulatePaymentFailure",
    tags=["Simulations"],
    summary="Let the simulated bank fail a payment",
    status_code=200,
    opt=documented(
        Permission.SIMULATE,
        _left_answer("failed"),
        parameters=[record_parameter(PAYMENTS.collection)],
        body=_REASON,
        problems=[*_BODY_PROBLEMS, NotFound, Refused],
    ),
)
async def simulate_failure(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """The bank does not carry it out; 409 unless it has it on its way. 404 unless the bank is simulated."""
    simulations, body = _simulated(services), await read_json(request, SimulatedReason)
    found = await services.payments.find(record_id, principal_of(request))
    await simulations.fail(found.uid, body.reason, cause_of(request))
    return await _left(request, services, found.uid)


@post(
    "/simulations/payments/{record_id:str}/return",
    operation_id="simulatePaymentReturn",
    tags=["Simulations"],
    summary="Let the simulated bank return a payment",
    status_code=200,
    opt=documented(
        Permission.SIMULATE,
        _left_answer("returned"),
        parameters=[record_parameter(PAYMENTS.collection)],
        body=_REASON,
        problems=[*_BODY_PROBLEMS, NotFound, Refused],
    ),
)
async def simulate_return(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Money that arrived comes back; 409 unless it arrived. 404 unless the bank is simulated."""
    simulations, body = _simulated(services), await read_json(request, SimulatedReason)
    found = await services.payments.find(record_id, principal_of(request))
    await simulations.send_back(found.uid, body.reason, cause_of(request))
    return await _left(request, services, found.uid)
