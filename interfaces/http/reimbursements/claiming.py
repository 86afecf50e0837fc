"""What is done with one claim: its member submits, amends and withdraws it, an administrator approves or denies it."""

from datetime import date
from decimal import Decimal

from application.reimbursements.requests import (
    Approval,
    Denial,
    NewReimbursement,
    ReimbursementChange,
)
from application.reimbursements.use_cases import Reimbursements
from application.shared.permissions import Permission
from domain.shared.errors import NotFound
from interfaces.http.reimbursements.reading import APPROVED, DENIED, OWN, PENDING, like
from interfaces.http.shared.command_routes import acts, changes, starts

ROUTES = [
    starts(
        OWN,
        Reimbursements.submit,
        NewReimbursement(
            bank_account_id=52,
            amount=Decimal("184.60"),
            currency="EUR",
            description="Train to the harbour site and back",
            incurred_on=date(2026, 11, 2),
        ),
        permission=Permission.CLAIMS_SUBMIT,
        problems=[NotFound],
        summary="Claim money back",
        description="Another member's account is not found, a closed one is refused (409 `account_closed`).\n\n"
        "A claim of the same amount, currency and day as an earlier one of the same member is taken, and says so in\n"
        "`duplicate_of`. Two requests are two claims; `Idempotency-Key` tells a repetition from a second claim.",
        said="It waits for a decision.",
        shown=like(PENDING),
    ),
    changes(
        OWN,
        Reimbursements.amend,
        ReimbursementChange(amount=Decimal("148.60")),
        permission=Permission.CLAIMS_SUBMIT,
        summary="Amend a pending claim",
        description="Only its member amends a claim, and only while it is pending (else 409 `already_decided`).\n\n"
        "An administrator who had endorsed it has to do so again.",
        said="It is amended, and waits for a decision as before.",
        shown=like({**PENDING, "amount": "148.60", "amended_at": "2026-11-20T21:31:00Z"}),
    ),
    acts(
        OWN,
        "withdraw",
        Reimbursements.withdraw,
        permission=Permission.CLAIMS_SUBMIT,
        summary="Take a pending claim back",
        description="A withdrawn claim leaves the lists (`include=withdrawn` shows it) and cannot be decided any more.",
        said="It is withdrawn.",
        shown=like({**PENDING, "withdrawn_at": "2026-11-20T21:33:00Z"}),
    ),
    acts(
        OWN,
        "approve",
        Reimbursements.approve,
        Approval(acknowledge_duplicates=True),
        needs_body=False,
        permission=Permission.CLAIMS_DECIDE,
        summary="Have a claim paid",
        description="Above the caller's limit a second, different administrator has to approve, too: until then it is "
        "`endorsed_by`.\n\n"
        "Refused are one's own claim (403 `self_approval`), one that is not pending any more (409 `already_decided`, "
        "with who\ndecided what and when), and one that looks like an earlier one unless that is acknowledged (409\n"
        "`duplicate_not_acknowledged`).",
        said="It is approved; or, above the caller's limit, endorsed and still pending.",
        shown=like(APPROVED),
    ),
    acts(
        OWN,
        "deny",
        Reimbursements.deny,
        Denial(reason="The ticket is not attached"),
        permission=Permission.CLAIMS_DECIDE,
        summary="Refuse to have a claim paid",
        description="One administrator is enough to deny, whatever the amount. Refused are the same claims as for an "
        "approval.",
        said="It is denied.",
        shown=like(DENIED),
    ),
]
