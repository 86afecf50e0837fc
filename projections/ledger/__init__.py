"""The ledger: payments as double-entry bookkeeping, one journal entry per event that moves value.

Rules upheld here:
- an entry debits one account and credits another with the same amount, so that no entry can be out of balance;
- every bank has its own books, one per currency: amounts of different books never add up.

| event | debit | credit |
| --- | --- | --- |
| scheduled | employee expenses | reimbursements payable |
| submitted | reimbursements payable | payments in transit |
| settled | payments in transit | cash at bank |
| failed, having been submitted | payments in transit | reimbursements payable |
| returned | cash at bank | reimbursements payable |

An order that no rail ever took moves nothing when it fails: it stays owed.
"""

from projections.ledger.balances import AccountBalance, TrialBalance, balances_of, trial_of
from projections.ledger.chart import CHART, Account, ChartEntry
from projections.ledger.journal import COLLECTION, LEDGER, balances_query

__all__ = [
    "CHART",
    "COLLECTION",
    "LEDGER",
    "Account",
    "AccountBalance",
    "ChartEntry",
    "TrialBalance",
    "balances_of",
    "balances_query",
    "trial_of",
]
