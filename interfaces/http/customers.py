"""Customers, for staff: people who handed in what they earn and spend. They see theirs by their own links."""

from application.shared.permissions import Permission, everything
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.customers import CUSTOMERS

RESOURCE = Resource(
    collection=CUSTOMERS.collection,
    noun="customer",
    permission=Permission.CUSTOMERS_READ,
    scope=everything,
)

ROUTES = [*list_route(RESOURCE), *record_route(RESOURCE), history_route(RESOURCE, "customer")]
