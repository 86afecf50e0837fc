"""Reimbursements: what is done with one claim (`claiming`) or with many at once (`deciding`), and `reading` them."""
