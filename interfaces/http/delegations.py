"""Limits that administrators lend to others for some days."""

from datetime import date

from application.delegations import Delegations, NewDelegation
from application.shared.permissions import Permission, Proof
from domain.shared.errors import NotFound
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import ends, starts
from interfaces.http.shared.flows import Flow, Who, step
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.delegations import DELEGATIONS

RESOURCE = Resource(
    collection=DELEGATIONS.collection, noun="delegation", permission=Permission.CLAIMS_READ
)

ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE),
    history_route(RESOURCE, "bank_administrator"),
    starts(
        RESOURCE,
        Delegations.delegate,
        NewDelegation(to=42, starts_on=date(2026, 11, 23), ends_on=date(2026, 12, 6)),
        permission=Permission.CLAIMS_DECIDE,
        proof=Proof.RECENT,
        summary="Lend one's limit to another administrator",
        description="For 92 days at most, both days included. They use it by `on_behalf_of` in an approval; beside the "
        "lender's own word it counts for nothing, and neither for a claim that the lender could not decide alone.\n\n"
        "One limit is lent to one administrator at a time: another delegation takes the place of the first.",
        problems=[NotFound],
    ),
    ends(
        RESOURCE,
        Delegations.end,
        permission=Permission.CLAIMS_DECIDE,
        summary="Lend one's limit no longer",
        description="Only whoever lends it says so (403 `not_yours_to_lend`).",
    ),
]
FLOW = Flow(
    "A limit that is lent",
    [
        step(
            "listAdministrators",
            by=Who.ADMINISTRATOR,
            ask="email={{second_administrator_email}}",
        ),
        step(
            "delegateDelegation",
            by=Who.ADMINISTRATOR,
            body={"to": "{{administrators}}", "starts_on": "{{today}}", "ends_on": "{{soon}}"},
        ),
        step("endDelegation", by=Who.ADMINISTRATOR),
    ],
)
