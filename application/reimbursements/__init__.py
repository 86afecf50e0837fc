"""Reimbursements: submitting, amending, withdrawing and deciding claims, and reading them off the log."""

from application.reimbursements.drafts import CLAIMS, KEYS
from application.reimbursements.reading import ClaimRecords, own
from application.reimbursements.requests import (
    DECISIONS_MAX,
    ClaimChanges,
    ClaimLeft,
    Decision,
    NewClaim,
    Verdict,
)
from application.reimbursements.use_cases import Reimbursements

__all__ = [
    "CLAIMS",
    "DECISIONS_MAX",
    "KEYS",
    "ClaimChanges",
    "ClaimLeft",
    "ClaimRecords",
    "Decision",
    "NewClaim",
    "Reimbursements",
    "Verdict",
    "own",
]
