"""Banks, accounts, members and administrators as tables to list; account numbers are masked before they get there."""

from projections.banks.accounts import ACCOUNTS, BANK_ACCOUNTS
from projections.banks.administrators import ADMINISTRATORS, BANK_ADMINISTRATORS
from projections.banks.banks import BANKS, BANKS_PROJECTION
from projections.banks.members import BANK_MEMBERS, MEMBERS

__all__ = [
    "ACCOUNTS",
    "ADMINISTRATORS",
    "BANKS",
    "BANKS_PROJECTION",
    "BANK_ACCOUNTS",
    "BANK_ADMINISTRATORS",
    "BANK_MEMBERS",
    "MEMBERS",
]
