"""Obligations: what is owed for approved claims, and what people do about it where it is not simply paid."""

from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler

from application.payments.obligations import Because, Obligations, Redirection
from application.shared.commands import Carried
from application.shared.permissions import Permission, own_as_member
from interfaces.http.shared.collection_docs import record_example, record_schema
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import Shown, Use, acts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.payments.obligations import OBLIGATIONS
from projections.shared.replayed import folded, shown

OWED = OBLIGATIONS.collection
RESOURCE = Resource(
    collection=OWED,
    noun="obligation",
    permission=Permission.PAYMENTS_READ,
    scope=own_as_member,
    counted_by="status",
    named=lambda services, name, caller: services.of(Obligations).named(name, caller),
)
_NAMED = (
    "It is named by its own id or uid, by those of its claim, or by those of any of its payments."
)


def _view(carried: Carried) -> dict[str, Any]:
    row = folded(OBLIGATIONS.tables[0], carried.facts)
    return shown(OWED, row) if row else {}


def _left(status: str) -> Shown:
    return Shown(
        show=_view,
        schema={"$ref": f"#/components/schemas/{RESOURCE.schema_name}"},
        example={**record_example(OWED), "status": status},
        schemas=(record_schema(RESOURCE.schema_name, OWED),),
    )


_SECOND = "It takes effect once a second administrator of the bank confirms it (202), or an operator where it has none."


def _proposes(
    action: str, use: Use, body: msgspec.Struct | None, status: str, summary: str, meaning: str
) -> HTTPRouteHandler:
    return acts(
        RESOURCE,
        action,
        use,
        body,
        permission=Permission.PAYMENTS_DECIDE,
        may_wait=True,
        summary=summary,
        description=f"{meaning} {_SECOND}\n\n{_NAMED}",
        said="It is done: the caller needed nobody else.",
        shown=_left(status),
    )


def _stops(
    action: str, use: Use, reason: str, status: str, summary: str, meaning: str
) -> HTTPRouteHandler:
    return acts(
        RESOURCE,
        action,
        use,
        Because(reason=reason),
        permission=Permission.PAYMENTS_DECIDE,
        summary=summary,
        description=f"{meaning}\n\nNobody does so with a claim of their own (403 `own_payment`). {_NAMED}",
        said=f"It is {status}.",
        shown=_left(status),
    )


ROUTES = [
    *query_routes(RESOURCE),
    history_route(RESOURCE, "obligation"),
    _stops(
        "hold",
        Obligations.hold,
        "The invoice is disputed",
        "held",
        "Pay nothing for now",
        "A payment that is scheduled is cancelled; to release it makes another attempt. 409 where a rail has the "
        "payment or may have it, or the money arrived.",
    ),
    _stops(
        "cancel",
        Obligations.cancel,
        "Paid in cash meanwhile",
        "cancelled",
        "Take back the payment that is scheduled, or what is held",
        "Nothing follows by itself: it is paid by another attempt, or written off. 409 where there is neither.",
    ),
    _proposes(
        "retry",
        Obligations.retry,
        None,
        "scheduled",
        "Pay by another attempt",
        "Where the last one failed, came back, was cancelled or could not be made. To the same account, as it is "
        "now; 409 with its reason where something stands in the way.",
    ),
    _proposes(
        "redirect",
        Obligations.redirect,
        Redirection(bank_account_id=53),
        "scheduled",
        "Pay to another account of the member",
        "Also what is held because a payee was changed, and in the place of a payment that no rail has yet.",
    ),
    _proposes(
        "release",
        Obligations.release,
        None,
        "scheduled",
        "Pay what is held",
        "What is held because a payee was changed is paid by itself when its time is over, and not before (409 "
        "`on_hold`).",
    ),
    _proposes(
        "write-off",
        Obligations.write_off,
        Because(reason="The member waived it"),
        "written_off",
        "Owe it no more",
        "Nothing is paid then, whatever happens; the ledger shows it as payables written off.",
    ),
]
