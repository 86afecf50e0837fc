"""Reimbursements: what members do with claims (`claiming`), what administrators do (`deciding`), and `reading` them."""

from interfaces.http.reimbursements.claiming import (
    amend_reimbursement,
    submit_reimbursement,
    withdraw_reimbursement,
)
from interfaces.http.reimbursements.deciding import (
    approve_reimbursement,
    decide_reimbursements,
    deny_reimbursement,
)
from interfaces.http.reimbursements.reading import (
    OF_ONE_BANK,
    OWN,
    get_reimbursement,
    get_reimbursement_history,
)
from interfaces.http.shared.collections import aggregates_route, facets_route, list_route

ROUTES = [
    *list_route(OWN),
    *aggregates_route(OWN),
    *facets_route(OWN),
    *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/reimbursements"]),
    get_reimbursement,
    get_reimbursement_history,
    submit_reimbursement,
    amend_reimbursement,
    withdraw_reimbursement,
    approve_reimbursement,
    deny_reimbursement,
    decide_reimbursements,
]
