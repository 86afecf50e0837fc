"""The expenses as a table to filter, sort and add up: one row per expense, as it was corrected last.

Amounts are kept exactly; each is of one currency, and the rollups keep apart currencies, banks and what does not stand.
"""

from typing import Any
from uuid import UUID

from domain.expenses import RESERVED_SOURCES, ExpenseCorrected, ExpenseRecorded, ExpenseVoided
from domain.imports import ImportReverted
from projections.shared import columns as col
from projections.shared import entries
from projections.shared.folds import created
from projections.shared.model import by, read_model
from projections.shared.projection import Record


def _import(_row: Any, record: Record[ExpenseRecorded]) -> UUID | None:
    # All events of an import share its id as their correlation; the reserved sources come from no file.
    return None if record.event.source in RESERVED_SOURCES else record.correlation_id


_VALUES = ("departments", "project_name", "amount", "currency", "date", "member_name")

EXPENSES = read_model(
    "expenses",
    "What was spent, when, by whom, and for which department and project.",
    version=3,
    ids=col.ids(
        42,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
        "the expense",
        uid="the same file imported again gives the same",
    ),
    columns=[
        col.label("departments", "The department that spent the money.", "IT", indexed=True),
        col.label("project_name", "The project it was spent for.", "Lantern Portal", indexed=True),
        col.amount(
            "1200.00",
            "The exact amount, in `currency`; negative for money that came back.",
            indexed=True,
        ),
        col.currency(),
        col.date(
            "date", "The day the money was spent.", "2021-10-02", groupable=True, indexed=True
        ),
        col.label("member_name", "Who spent the money.", "Ines Falk", indexed=True),
        col.label(
            "source",
            "Where the expense came from: the source its import declared, `manual`, or `reimbursement`.",
            "finance-export",
        ),
        col.uuid(
            "import_id",
            "The import that brought it; null if it came from no file.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819",
            nullable=True,
            groupable=True,
            indexed=True,
        ),
        col.bank_uid(
            "The bank whose people see it; null for one that only operators see.",
            nullable=True,
            indexed=True,
        ),
        col.recorded_at("When it was written into the log."),
        *entries.standing(
            {
                "departments": "IT",
                "project_name": "Lantern Portal",
                "amount": "1250.00",
                "currency": "EUR",
                "date": "2021-10-02",
                "member_name": "Ines Falk",
            }
        ),
    ],
    on={
        ExpenseRecorded: created(import_id=_import),
        ExpenseCorrected: entries.corrected(*_VALUES),
        ExpenseVoided: entries.voided(),
        ImportReverted: entries.reverted(),
    },
    indexes={"departments_amount": ("departments", "amount", "id")},
    rollups={
        "expense_totals": by(
            "currency",
            "departments",
            "project_name",
            "member_name",
            "bank_uid",
            "listing",
            sums=("amount",),
        ),
        "expense_daily_totals": by(
            "currency", "date", "departments", "bank_uid", "listing", sums=("amount",)
        ),
    },
)
