"""The approval policy of a bank, with every version it had."""

from collections.abc import Sequence

import msgspec
from litestar import Response

from application.reimbursements.policies import ApprovalPolicies, PolicyChange, PolicyVersion
from application.shared.permissions import Permission, Proof
from domain.shared.errors import Invalid, KeyReused, NotFound, Refused
from domain.shared.proposed import Proposed
from interfaces.http.shared.command_routes import WAITS_ANSWER, waiting_answer
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import WRITES, Written, shows, takes
from interfaces.http.shared.resources import OF_BANK, AnyRequest
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, answer
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


@takes(
    "/banks/{bank_id:str}/policies",
    "Policies",
    "Set what it takes to have a claim paid",
    Permission.BANKS_WRITE,
    PolicyChange(splitting_days=14, four_eyes=True),
    answer(
        200,
        "It is in force: every version, the newest first.",
        example=PolicyVersions(data=[_EXAMPLE, PolicyVersion()]),
        headers=WRITES,
    ),
    WAITS_ANSWER,
    parameters=[OF_BANK.documented, IDEMPOTENCY_KEY],
    problems=[NotFound, Invalid, Refused, KeyReused],
    proof=Proof.RECENT,
)
async def set_bank_policy(
    request: AnyRequest, bank_id: str, change: PolicyChange
) -> Written | Response[bytes]:
    """What is not given stays; `tiers` replaces all that there were.

    It comes into force once a second administrator of the bank confirms it (202), or an operator where it has no
    other; at a bank without four eyes at once, where an administrator sets it."""
    policies, call = services_of(request).of(ApprovalPolicies), call_of(request, change)
    carried = await policies.set(bank_id, change, call)
    if isinstance(made := carried.facts[0].event, Proposed):
        return waiting_answer(carried, made).response()
    return Written(
        PolicyVersions(await policies.versions(bank_id, call.principal)), carried.position
    )


ROUTES = [get_bank_policies, set_bank_policy]
