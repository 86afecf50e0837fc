"""Obligations: what is owed for approved claims, and what people do about it where it is not simply paid."""

from typing import Any

from application.payments.obligations import Because, Obligations
from application.shared.commands import Carried
from application.shared.permissions import Permission, own_as_member
from interfaces.http.shared.collection_docs import record_example, record_schema
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import Shown, acts
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


ROUTES = [
    *query_routes(RESOURCE),
    history_route(RESOURCE, "obligation"),
    acts(
        RESOURCE,
        "hold",
        Obligations.hold,
        Because(reason="The invoice is disputed"),
        permission=Permission.PAYMENTS_DECIDE,
        summary="Pay nothing for now",
        description="A payment that is scheduled is cancelled; to release it makes another attempt.\n\n"
        f"409 where a rail has the payment or may have it, or the money arrived. {_NAMED}",
        said="It is held.",
        shown=_left("held"),
    ),
    acts(
        RESOURCE,
        "cancel",
        Obligations.cancel,
        Because(reason="Paid in cash meanwhile"),
        permission=Permission.PAYMENTS_DECIDE,
        summary="Take back the payment that is scheduled, or what is held",
        description="Nothing follows by itself: it is paid by another attempt, or written off. 409 where there is "
        f"neither.\n\n{_NAMED}",
        said="It is cancelled.",
        shown=_left("cancelled"),
    ),
]
