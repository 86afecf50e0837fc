"""The exchange rates that banks keep for claims in other currencies than their accounts."""

from datetime import date
from decimal import Decimal

from application.rates import ExchangeRates, NewRate
from application.shared.permissions import Permission
from interfaces.http.shared.collections import list_route, query_routes
from interfaces.http.shared.command_routes import starts
from interfaces.http.shared.flows import Flow, Who, step
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.rates import EXCHANGE_RATES

RESOURCE = Resource(
    collection=EXCHANGE_RATES.collection,
    path="/exchange-rates",
    noun="exchangeRate",
    permission=Permission.BANKS_READ,
)
OF_ONE_BANK = RESOURCE.of_bank("BankExchangeRates")

ROUTES = [
    *query_routes(RESOURCE),
    *list_route(OF_ONE_BANK),
    history_route(RESOURCE, "exchange_rate"),
    starts(
        OF_ONE_BANK,
        ExchangeRates.record,
        NewRate(
            base="EUR",
            quote="USD",
            value=Decimal("1.0842"),
            source="ECB reference rates",
            day=date(2026, 11, 20),
        ),
        permission=Permission.RATES_WRITE,
        summary="Record an exchange rate",
        may_wait=True,
        description="Of a day, in the place of what was recorded of it, told from either side. It counts for claims in "
        "one of both currencies that are paid in the other one, on its day and for ten days after it, unless a newer "
        "one is kept: what is paid follows from it when the claim is approved. It takes effect once a second "
        "administrator of the bank confirms it (202), or an operator where it has no other. Whoever recorded or "
        "confirmed a rate does not approve claims by it (403 `own_rate`).",
    ),
]
_RECORDED = step(
    "recordExchangeRate",
    by=Who.ADMINISTRATOR,
    say={"value": "1.0{{$randomInt}}", "day": "{{today}}"},
    status=202,
)
FLOW = Flow(
    "Exchange rates, which take two",
    [
        _RECORDED,
        step("listBankProposals", by=Who.SECOND, ask="status=waiting"),
        step("rejectProposal", by=Who.SECOND, say={"reason": "The bank told another"}),
        _RECORDED,
        step("withdrawProposal", by=Who.ADMINISTRATOR),
        _RECORDED,
        step("confirmProposal", by=Who.SECOND),
    ],
)
