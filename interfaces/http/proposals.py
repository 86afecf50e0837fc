"""What waits for a second person: listed, confirmed, rejected, withdrawn."""

from application.proposals.use_cases import Proposals, Rejection
from application.shared.permissions import Permission, Proof, own_as_user
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import acts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.proposals import PROPOSALS

RESOURCE = Resource(
    collection=PROPOSALS.collection,
    noun="proposal",
    permission=Permission.PROPOSALS_READ,
    scope=own_as_user,
)

ROUTES = [
    *list_route(RESOURCE),
    *list_route(RESOURCE.of_bank("BankProposals")),
    *record_route(RESOURCE),
    history_route(RESOURCE, "proposal"),
    acts(
        RESOURCE,
        "confirm",
        Proposals.confirm,
        permission=Permission.PROPOSALS_DECIDE,
        proof=Proof.RECENT,
        summary="Confirm what somebody else proposed",
        description="It takes effect with the answer, decided anew on what holds by now.\n\nAn active administrator of "
        "the bank confirms, or an operator where it has no other administrator; the member themselves where it is "
        "about their account. Nobody confirms what they proposed (403 `own_proposal`), nor anything else that concerns "
        "themselves (403 `concerns_yourself`).",
    ),
    acts(
        RESOURCE,
        "reject",
        Proposals.reject,
        Rejection(reason="We agreed on 500.00"),
        needs_body=False,
        permission=Permission.PROPOSALS_DECIDE,
        summary="Reject what somebody else proposed",
        description="It takes no effect. Whoever could confirm it may reject it, and so may whom it concerns.",
    ),
    acts(
        RESOURCE,
        "withdraw",
        Proposals.withdraw,
        permission=Permission.PROPOSALS_DECIDE,
        summary="Withdraw a proposal of one's own",
        description="It takes no effect.",
    ),
]
