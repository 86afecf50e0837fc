"""Every read model of Daybook. A new one is declared in a file of its own and named here."""

from projections.banks.accounts import BANK_ACCOUNTS
from projections.banks.administrators import BANK_ADMINISTRATORS
from projections.banks.banks import BANKS_PROJECTION
from projections.banks.members import BANK_MEMBERS
from projections.expenses import EXPENSES
from projections.identity import USERS
from projections.imports import IMPORTS
from projections.ledger.journal import LEDGER
from projections.payments.batches import PAYMENT_BATCHES
from projections.payments.payments import PAYMENTS
from projections.reimbursements import REIMBURSEMENTS
from projections.shared.projection import Projection

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
