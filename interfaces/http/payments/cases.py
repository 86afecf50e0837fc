"""Cases of payments: what a rail and the log tell differently, for somebody to look at."""

from uuid import UUID

from application.payments.cases import CaseFinding, PaymentCases
from application.shared.permissions import Permission
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import ChangedRecord, Shown, acts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.payments.cases import PAYMENT_CASES

RESOURCE = Resource(
    collection=PAYMENT_CASES.collection,
    path="/payments/cases",
    noun="paymentCase",
    permission=Permission.LEDGER_READ,
)


_CLOSED = Shown(
    show=lambda it: ChangedRecord(id=it.id, uid=it.uid, version=it.version),
    schema=ChangedRecord,
    example=ChangedRecord(id=93, uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e833"), version=2),
)

ROUTES = [
    *query_routes(RESOURCE),
    history_route(RESOURCE, "payment_case"),
    acts(
        RESOURCE,
        "close",
        PaymentCases.close,
        CaseFinding(note="The bank corrected its report; the money is with the member."),
        operation_id="closePaymentCase",
        permission=Permission.PAYMENTS_EXPORT,
        summary="Close a case",
        description="With a note that says what came of it. With the outcome `settled` and the day (`settled_on`), a "
        "payment that is failed or returned is recorded as settled after all, by somebody else than who reported that "
        "(403 `own_report`); another attempt that is scheduled is cancelled, and 409 as long as a rail has one. "
        "Another contradiction opens it again.",
        said="It is closed.",
        shown=_CLOSED,
    ),
]
