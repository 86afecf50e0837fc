"""What happened to sign-ins, people and payees, for operators who watch over them."""

from application.shared.permissions import Permission, everything
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.resources import Resource
from projections.security import SECURITY_EVENTS

RESOURCE = Resource(
    collection=SECURITY_EVENTS.collection,
    path="/security/events",
    noun="securityEvent",
    permission=Permission.SECURITY_READ,
    scope=everything,
)

ROUTES = query_routes(RESOURCE)
