"""The chart of accounts."""

from enum import StrEnum

import msgspec


class Account(StrEnum):
    """An account of the chart."""

    CASH_AT_BANK = "cash_at_bank"
    PAYMENTS_IN_TRANSIT = "payments_in_transit"
    REIMBURSEMENTS_PAYABLE = "reimbursements_payable"
    EMPLOYEE_EXPENSES = "employee_expenses"


class ChartEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What an account is: its number and kind, and the side on which it grows."""

    account: Account
    number: str
    kind: str
    normal_side: str
    description: str


CHART = (
    ChartEntry(
        account=Account.CASH_AT_BANK,
        number="1000",
        kind="asset",
        normal_side="debit",
        description="Money of the bank; payments that settled have left it.",
    ),
    ChartEntry(
        account=Account.REIMBURSEMENTS_PAYABLE,
        number="2000",
        kind="liability",
        normal_side="credit",
        description="What is owed to members for approved claims.",
    ),
    ChartEntry(
        account=Account.PAYMENTS_IN_TRANSIT,
        number="2100",
        kind="liability",
        normal_side="credit",
        description="What rails have taken and not settled yet.",
    ),
    ChartEntry(
        account=Account.EMPLOYEE_EXPENSES,
        number="6000",
        kind="expense",
        normal_side="debit",
        description="What members spent for the bank.",
    ),
)
"""The chart of accounts, the same in every book, by number."""
