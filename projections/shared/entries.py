"""What read models of entries have in common: what became of each, and what was first recorded.

Lists, totals and exports are of what stands: rows whose `listing` is `LISTED`. It belongs into every rollup.
"""

from decimal import Decimal
from typing import Any

from domain.shared.entries import EntryStanding
from domain.shared.money import CURRENCIES
from projections.shared import columns as col
from projections.shared.columns import Column
from projections.shared.folds import EverywherePlan, FoldPlan, changed, everywhere, fact
from projections.shared.projection import Record, Row

LISTED, STRUCK = "listed", "struck"
"""What stands, and what was voided or reverted."""

INCLUDED = "corrected"
"""What a query includes to see what was struck as well."""


def standing(example: dict[str, Any]) -> list[Column]:
    """The columns that tell what became of an entry; `example` is something that was first recorded."""
    return [
        col.choice(
            "standing",
            "What became of it; what was voided or reverted is left out unless it is included.",
            EntryStanding.RECORDED,
            EntryStanding,
            initially=EntryStanding.RECORDED.value,
        ),
        col.json(
            "first_recorded",
            "What was first recorded, if it was corrected since.",
            example,
            nullable=True,
        ),
        col.text(
            "reason",
            "Why it was corrected, voided or reverted.",
            "The receipt says 120",
            nullable=True,
        ),
        col.text("listing", internal=True, initially=LISTED),
    ]


def corrected(*names: str, **values: Any) -> FoldPlan:
    """The row as it was corrected: these are the event's fields that it has, and what else follows from it."""

    def first(row: Row, _record: Record[Any]) -> Any:
        return row["first_recorded"] or {name: _told(row, name) for name in names}

    return changed(
        *names, "reason", standing=EntryStanding.CORRECTED.value, first_recorded=first, **values
    )


def _told(row: Row, name: str) -> Any:
    """A value as JSON has it, the same for a row that was just made and for one that was read back."""
    value = row[name]
    if not isinstance(value, Decimal):
        return value if isinstance(value, str | int | None) else str(value)
    exact = value.normalize()  # a column has decimals of its own
    shown = CURRENCIES.get(row["currency"], 0)
    return f"{exact:.{max(shown, -int(exact.as_tuple().exponent))}f}"


def voided() -> FoldPlan:
    """The row of what was voided, as it was last."""
    return changed("reason", standing=EntryStanding.VOIDED.value, listing=STRUCK)


def reverted(column: str = "import_id") -> EverywherePlan:
    """What becomes of all rows that a run recorded, whose id they have in this column."""
    return everywhere(
        column, standing=EntryStanding.REVERTED.value, listing=STRUCK, reason=fact("reason")
    )
