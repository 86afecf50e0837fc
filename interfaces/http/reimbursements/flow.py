"""Claims that are amended, withdrawn, denied and decided together."""

from interfaces.http.shared.chain import claim
from interfaces.http.shared.flows import Flow, Who, step

FLOW = Flow(
    "Claims that are not simply paid",
    [
        claim(),
        step("amendReimbursement", by=Who.MEMBER),
        step("withdrawReimbursement", by=Who.MEMBER),
        claim(),
        step("denyReimbursement", by=Who.ADMINISTRATOR),
        claim(),
        step(
            "decideReimbursements",
            by=Who.ADMINISTRATOR,
            body={
                "decisions": [
                    {
                        "reimbursement_id": "{{reimbursements}}",
                        "decision": "approve",
                        "acknowledge_duplicates": True,
                    },
                ]
            },
            until={"/decided": 1},
        ),
    ],
)
