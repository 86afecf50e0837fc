"""The read model of reimbursements: one row per claim (`rows`), and what can be asked of them (`fields`)."""

from projections.reimbursements.fields import COLLECTION, STATUSES, shown
from projections.reimbursements.rows import (
    FOLDS,
    LISTED,
    TABLE,
    TOTALS,
    WITHDRAWN,
    claim_concerned,
    replayed,
)
from projections.shared.projection import Projection, ReadTable

__all__ = [
    "COLLECTION",
    "LISTED",
    "REIMBURSEMENTS",
    "STATUSES",
    "TABLE",
    "TOTALS",
    "WITHDRAWN",
    "replayed",
    "shown",
]

REIMBURSEMENTS = Projection(
    name="reimbursements",
    version=1,
    tables=(ReadTable(table=TABLE, folds=FOLDS, key=claim_concerned, rollups=(TOTALS,)),),
    collection=COLLECTION,
)
