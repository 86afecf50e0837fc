"""Reimbursements: submitting, amending, withdrawing and deciding claims, and reading them off the log."""
