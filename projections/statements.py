"""What customers earned and spent, month by month."""

from typing import Any

from domain.imports import ImportReverted
from domain.statements import MonthRecorded
from projections.shared import columns as col
from projections.shared.columns import Of
from projections.shared.folds import created, everywhere
from projections.shared.model import read_model
from projections.shared.projection import Record


def _net(_row: Any, record: Record[MonthRecorded]) -> Any:
    return record.event.income - record.event.expenses


STATEMENT_MONTHS = read_model(
    "statement_months",
    "What customers earned and spent in each month of their statements.",
    version=1,
    ids=col.ids(42, "3d0b6f52-0c1e-8a53-9c0e-7f1d2a4b5c6d", "the month"),
    columns=[
        col.uuid(
            "customer_uid",
            "The customer whose statement it is.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810",
            groupable=True,
            indexed=True,
        ),
        col.date("month", "The first day of the month.", "2026-10-01", groupable=True),
        col.money("income", "What came in, in `currency`.", "2500.00", measurable=True),
        col.money("expenses", "What went out.", "1800.00", measurable=True),
        col.money(
            "net", "What was left of it: income without expenses.", "700.00", measurable=True
        ),
        col.currency(),
        col.uuid(
            "import_id",
            "The import that brought it.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819",
            initially=Of("correlation_id"),
            indexed=True,
        ),
        col.recorded_at("When it was recorded."),
    ],
    on={
        MonthRecorded: created(net=_net),
        ImportReverted: everywhere("import_id", removed=True),
    },
)
