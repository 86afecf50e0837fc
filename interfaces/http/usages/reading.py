"""Usages as a collection: whose a caller sees, and on which basis emissions are told."""

from dataclasses import replace

from application.shared.permissions import Permission, own_unless_audited
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.histories import found, history_route
from interfaces.http.shared.resources import Resource
from projections.usages.usages import USAGES

_COUNTED_BY = ("emissions", "factor", "factor_version")
_RESTATED = replace(
    USAGES.collection,
    basis="restated",
    fields=tuple(
        replace(field, column=f"restated_{field.name}") if field.name in _COUNTED_BY else field
        for field in USAGES.collection.fields
    ),
)

RESOURCE = Resource(
    collection=USAGES.collection,
    noun="usage",
    permission=Permission.USAGES_READ,
    scope=own_unless_audited,
    bases={"original": USAGES.collection, "restated": _RESTATED},
)

ROUTES = [
    *query_routes(RESOURCE),
    history_route(
        RESOURCE,
        "usage",
        "Read from the log itself, the oldest first; a usage that was deleted still has its history.",
        key=found,
    ),
]
