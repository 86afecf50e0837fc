"""The approval policy of a bank, with every version it had."""

from collections.abc import Sequence

import msgspec

from application.reimbursements.policies import ApprovalPolicies, PolicyVersion
from application.shared.permissions import Permission
from domain.shared.errors import NotFound
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import OF_BANK, AnyRequest
from interfaces.http.shared.routes import answer
from interfaces.http.shared.security import principal_of


class PolicyVersions(msgspec.Struct, frozen=True):
    """Every version of a bank's policy, the one in force first."""

    data: Sequence[PolicyVersion]


_EXAMPLE = msgspec.convert(
    {
        "version": 1,
        "tiers": [
            {"currency": "EUR", "up_to": "1000.00"},
            {"approvals": 2, "roles": ["administrator", "operator"]},
        ],
    },
    PolicyVersion,
)


@shows(
    "/banks/{bank_id:str}/policies",
    "Policies",
    "What it takes at a bank to have a claim paid",
    Permission.BANKS_READ,
    answer(
        200,
        "Every version, the one in force first.",
        example=PolicyVersions(data=[_EXAMPLE, PolicyVersion()]),
    ),
    parameters=[OF_BANK.documented],
    problems=[NotFound],
)
async def get_bank_policies(request: AnyRequest, bank_id: str) -> PolicyVersions:
    """Read from the log itself. A decision names the version it was made under (`policy_version`); 0 is what holds
    until one is set.

    The lowest tier that reaches the amount says how many different people, of which roles, have to approve; what was
    approved for the member in the last `splitting_days` days counts with it."""
    policies = services_of(request).of(ApprovalPolicies)
    return PolicyVersions(await policies.versions(bank_id, principal_of(request)))


ROUTES = [get_bank_policies]
