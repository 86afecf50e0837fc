"""Payments: queries, the facts behind one, reporting what became of one, and making it happen in the simulated mode."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from operator import attrgetter
from uuid import UUID

import msgspec
from litestar.handlers import HTTPRouteHandler

from application.payments.use_cases import Payments, Report, Simulations
from application.shared.commands import Carried
from application.shared.permissions import Permission, own_as_member
from application.shared.streams import fold
from domain.payments import payments
from domain.payments.payment_facts import DenyReturn, NoteFailure, NoteReturn, NoteSettlement
from domain.payments.payments import NOT_RETURNED
from domain.shared.errors import Fault, Invalid
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import Shown, Use, acts
from interfaces.http.shared.histories import found, history_route
from interfaces.http.shared.resources import Resource
from projections.payments.payments import PAYMENTS

RESOURCE = Resource(
    collection=PAYMENTS.collection,
    noun="payment",
    permission=Permission.PAYMENTS_READ,
    scope=own_as_member,
)

_AS_IT_IS = "The payment as it is then."


class OutcomeStatus(StrEnum):
    """What can become of a submitted payment."""

    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"
    NOT_RETURNED = NOT_RETURNED


class PaymentOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the bank told an administrator: `settled` with the day, `failed` or `returned` with the reason.

    `not_returned` says, with neither, that money which somebody reported returned is still there.
    """

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


def _left(status: str) -> Shown:
    example = PaymentLeft(
        id=58, uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e823"), version=3, status=status
    )
    return Shown(show=_shown, schema=PaymentLeft, example=example)


def _shown(carried: Carried) -> PaymentLeft:
    status = fold(payments.DECIDER, carried.facts).status
    return PaymentLeft(id=carried.id, uid=carried.uid, version=carried.version, status=status)


def _reported(body: PaymentOutcome) -> Report:
    needed = _NEEDED.get(body.status)
    faults = []
    for name in ("reason", "settled_on"):
        is_there = getattr(body, name) is not None
        if name == needed and not is_there:
            faults.append(_fault(name, "missing", f"{body.status} needs {name}"))
        elif name != needed and is_there:
            faults.append(_fault(name, "out_of_place", f"{body.status} has no {name}"))
    if faults:
        raise Invalid("; ".join(fault.detail for fault in faults), faults=faults)
    if body.status is OutcomeStatus.NOT_RETURNED:
        return DenyReturn()
    if body.settled_on is not None:
        return NoteSettlement(settled_on=body.settled_on)
    kind = NoteFailure if body.status is OutcomeStatus.FAILED else NoteReturn
    return kind(reason=body.reason or "")


_NEEDED = {
    OutcomeStatus.SETTLED: "settled_on",
    OutcomeStatus.FAILED: "reason",
    OutcomeStatus.RETURNED: "reason",
}


def _fault(field: str, code: str, detail: str) -> Fault:
    return Fault(detail=detail, code=code, pointer=f"/{field}")


_SIMULATED = replace(
    RESOURCE, path="/simulations/payments", plural="Simulations", record_path=RESOURCE.path
)
_REASON = SimulatedReason(reason="account closed")


def _simulates(
    action: str, use: Use, body: SimulatedReason | None, status: str, named: str, meaning: str
) -> HTTPRouteHandler:
    return acts(
        _SIMULATED,
        action,
        use,
        body,
        into=attrgetter("reason"),
        operation_id=f"simulatePayment{named}",
        is_keyed=False,
        permission=Permission.SIMULATE,
        summary=f"Let the simulated bank {action} a payment",
        description=f"{meaning} 404 unless the bank is simulated.",
        said=_AS_IT_IS,
        shown=_left(status),
    )


ROUTES = [
    *query_routes(RESOURCE),
    history_route(
        RESOURCE,
        "payment",
        "Read from the event log itself, so it is complete at once; numbers of accounts are masked.",
        summary="The facts behind one payment",
        key=found,
    ),
    acts(
        RESOURCE,
        "outcome",
        Payments.report,
        PaymentOutcome(status=OutcomeStatus.SETTLED, settled_on=date(2026, 11, 21)),
        into=_reported,
        operation_id="reportPaymentOutcome",
        permission=Permission.PAYMENTS_EXPORT,
        summary="Report what became of a payment that left in a file",
        description="A rail that takes files tells nothing back: an administrator reads the bank's statement and "
        "reports.\n\n"
        "What was reported before is answered again without effect; what contradicts it is refused with 409 and opens "
        "a case (`case_uid`). A return that was reported by mistake is denied with `not_returned`. Payments of rails "
        "that report by themselves are refused with 409 `reported_by_rail`.",
        said=_AS_IT_IS,
        shown=_left("settled"),
    ),
    _simulates(
        "settle",
        Simulations.settle,
        None,
        "settled",
        "Settlement",
        "The money arrives now; 409 unless the bank has the payment on its way.",
    ),
    _simulates(
        "fail",
        Simulations.fail,
        _REASON,
        "failed",
        "Failure",
        "The bank does not carry it out; 409 unless it has it on its way.",
    ),
    _simulates(
        "return",
        Simulations.send_back,
        _REASON,
        "returned",
        "Return",
        "Money that arrived comes back; 409 unless it arrived.",
    ),
]
