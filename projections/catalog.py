"""Every read model of Daybook. A new one is declared in a file of its own and named here."""

from projections.banks import (
    BANK_ACCOUNTS,
    BANK_ADMINISTRATORS,
    BANK_MEMBERS,
    BANKS_PROJECTION,
)
from projections.expenses import EXPENSES
from projections.identity import USERS
from projections.imports import IMPORTS
from projections.ledger import LEDGER
from projections.payment_batches import PAYMENT_BATCHES
from projections.payments import PAYMENTS
from projections.projection import Projection
from projections.reimbursements import REIMBURSEMENTS

PROJECTIONS: tuple[Projection, ...] = (
    EXPENSES,
    IMPORTS,
    USERS,
    BANKS_PROJECTION,
    BANK_ACCOUNTS,
    BANK_MEMBERS,
    BANK_ADMINISTRATORS,
    REIMBURSEMENTS,
    LEDGER,
    PAYMENTS,
    PAYMENT_BATCHES,
)
