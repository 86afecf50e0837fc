"""The chart of accounts."""

from enum import StrEnum

import msgspec


class BookAccount(StrEnum):
    """An account of the chart."""

    CASH_AT_BANK = "cash_at_bank"
    PAYMENTS_IN_TRANSIT = "payments_in_transit"
    REIMBURSEMENTS_PAYABLE = "reimbursements_payable"
    PAYABLES_WRITTEN_OFF = "payables_written_off"
    EMPLOYEE_EXPENSES = "employee_expenses"
    EXCHANGE_DIFFERENCES = "exchange_differences"


class ChartEntry(msgspec.Struct, frozen=True):
    """What an account is: its number and kind, and the side on which it grows."""

    account: BookAccount
    number: str
    kind: str
    normal_side: str
    description: str


CHART = (
    ChartEntry(
        BookAccount.CASH_AT_BANK,
        "1000",
        "asset",
        "debit",
        "Money of the bank; payments that settled have left it.",
    ),
    ChartEntry(
        BookAccount.REIMBURSEMENTS_PAYABLE,
        "2000",
        "liability",
        "credit",
        "What is owed to members for approved claims.",
    ),
    ChartEntry(
        BookAccount.PAYMENTS_IN_TRANSIT,
        "2100",
        "liability",
        "credit",
        "What rails have taken and not settled yet.",
    ),
    ChartEntry(
        BookAccount.PAYABLES_WRITTEN_OFF,
        "4000",
        "income",
        "credit",
        "What was owed to members and is not going to be paid.",
    ),
    ChartEntry(
        BookAccount.EMPLOYEE_EXPENSES,
        "6000",
        "expense",
        "debit",
        "What members spent for the bank.",
    ),
    ChartEntry(
        BookAccount.EXCHANGE_DIFFERENCES,
        "6900",
        "expense",
        "debit",
        "What exchange rates lost (or gained, on the credit side) between spending and approval.",
    ),
)
"""The chart of accounts, the same in every book, by number."""
