"""Letters that were sent by e-mail: everybody reads of their own, operators of all."""

from application.shared.permissions import Permission, own_unless_operated
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.flows import Flow, Who, step
from interfaces.http.shared.resources import Resource
from projections.mail import LETTERS

RESOURCE = Resource(
    collection=LETTERS.collection,
    noun="letter",
    permission=Permission.LETTERS_READ,
    scope=own_unless_operated,
)

ROUTES = [*list_route(RESOURCE), *record_route(RESOURCE)]
FLOW = Flow(
    "Letters to a member",
    [
        step("listLetters", by=Who.MEMBER, ask="status=sent", until={"/data/0/status": "sent"}),
        step("getLetter", by=Who.MEMBER),
    ],
)
