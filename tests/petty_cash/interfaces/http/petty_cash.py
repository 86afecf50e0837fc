"""Petty cash: paying out, and what was paid out."""

from datetime import date

from application.petty_cash import STAMPS, pay
from projections.petty_cash import PAYOUTS

from application.shared.permissions import Permission
from interfaces.http.shared.collections import aggregates_route, list_route, record_route
from interfaces.http.shared.command_routes import starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import Deprecated

RESOURCE = Resource(
    collection=PAYOUTS.collection,
    path="/payouts",
    noun="payout",
    plural="Payouts",
    permission=Permission.BANKS_READ,
)
OF_ONE_BANK = RESOURCE.of_bank("BankPayouts")

ROUTES = [
    *list_route(RESOURCE),
    *aggregates_route(RESOURCE),
    *record_route(RESOURCE),
    history_route(RESOURCE, "test"),
    starts(
        OF_ONE_BANK,
        pay,
        STAMPS,
        permission=Permission.BANKS_WRITE,
        summary="Pay out of the till",
        deprecated=Deprecated(
            since=date(2026, 1, 31), sunset=date(2027, 1, 31), instead="`POST /expenses`"
        ),
        description="Two requests are two payouts; `Idempotency-Key` tells a repetition from a second one.",
    ),
]
