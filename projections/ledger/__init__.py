"""The ledger: payments as double-entry bookkeeping, one journal entry per event that moves value.

Rules upheld here:
- an entry debits one account and credits another with the same amount, so that no entry can be out of balance;
- every bank has its own books, one per currency: amounts of different books never add up.

| event | debit | credit |
| --- | --- | --- |
| incurred, with no payment yet | employee expenses | reimbursements payable |
| scheduled, incurring it | employee expenses | reimbursements payable |
| revalued, at a loss | exchange differences | employee expenses |
| revalued, at a gain | employee expenses | exchange differences |
| submitted | reimbursements payable | payments in transit |
| settled | payments in transit | cash at bank |
| failed, having been submitted | payments in transit | reimbursements payable |
| returned | cash at bank | reimbursements payable |
| written off | reimbursements payable | payables written off |

An order that no rail ever took moves nothing when it fails or is cancelled: it stays owed. Further attempts to pay a
claim find what is owed posted. What is owed for a claim in another currency is its amount by the rate at its approval;
what it was worth by the rate of the day it was spent is the expense, and the difference is told apart.
"""
