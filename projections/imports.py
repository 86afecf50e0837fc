"""The import runs: one row per file that was handed in, from its start to its end."""

from datetime import timedelta

from domain.imports import (
    ImportBuiltOn,
    ImportCompleted,
    ImportMode,
    ImportRejected,
    ImportReverted,
    ImportStarted,
)
from projections.shared import columns as col
from projections.shared.columns import RECORDED_AT
from projections.shared.folds import FoldPlan, changed, created, fact
from projections.shared.model import read_model
from projections.shared.projection import Record, Row


def _duration_ms(row: Row, record: Record[ImportCompleted | ImportRejected]) -> int:
    duration: timedelta = record.event.finished_at - row["started_at"]
    return round(duration.total_seconds() * 1000)


def _ended(status: str, *names: str) -> FoldPlan:
    told = ("rows", "bad_rows", "faults", "finished_at", *names)
    return changed(*told, status=status, duration_ms=_duration_ms)


IMPORTS = read_model(
    "imports",
    "The files that were handed in, and what became of each.",
    version=2,
    ids=col.ids(
        2001,
        "6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10",
        "the import",
        uid="the correlation id of all events of this import",
        version_example=2,
    ),
    columns=[
        col.label("kind", "What its rows are about.", "expenses"),
        col.label("source", "Where the file came from, as its caller said.", "finance-export"),
        col.text("file_name", "What the file was called.", "expenses-2026.csv"),
        col.text(
            "sha256",
            "Digest of the file, in hexadecimal.",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            indexed=True,
        ),
        col.quantity("size_bytes", "Length of the file.", 93210),
        col.choice("mode", "What one bad row means for the others.", "all_or_nothing", ImportMode),
        col.json(
            "options",
            "How values were declared to be written.",
            {"locale": "en_US", "date_format": "M/D/YYYY"},
        ),
        col.choice(
            "status",
            "`rejected` stored nothing (`code` and `detail` say why), of `reverted` nothing stands any more.",
            "completed",
            ("running", "completed", "rejected", "reverted"),
            initially="running",
        ),
        col.quantity("rows", "Rows of values in the file.", 2000, initially=0),
        col.quantity("imported", "Rows that became new facts.", 1990, initially=0),
        col.quantity("already_known", "Rows that were in the log before.", 10, initially=0),
        col.quantity("bad_rows", "Rows with at least one bad value.", 0, initially=0),
        col.label("code", "Stable name of why it was rejected.", "bad_rows", nullable=True),
        col.text(
            "detail",
            "Why it was rejected or reverted, as a sentence.",
            "3 of 2000 rows are bad, so nothing was stored",
            nullable=True,
            sortable=False,
        ),
        col.json(
            "faults",
            "The first 1,000 faults: row (the header is 1), column, value and reason.",
            [
                {
                    "row": 17,
                    "column": "amount",
                    "value": "12,5 EUR",
                    "code": "unreadable_amount",
                    "reason": "an amount such as 1,234.56 was expected",
                }
            ],
            initially=[],
        ),
        col.label("actor", "Who handed it in.", "local:operator", initially=col.ACTOR),
        col.timestamp("started_at", "When it was taken in.", groupable=True, indexed=True),
        col.timestamp(
            "finished_at",
            "When it ended; null while it runs.",
            "2026-11-20T21:30:01Z",
            nullable=True,
        ),
        col.quantity(
            "duration_ms", "Milliseconds from start to end; null while it runs.", 840, nullable=True
        ),
        col.uuid(
            "built_on",
            "The first that rests on its rows (a correction of one, say), so that it cannot be reverted.",
            "0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            nullable=True,
        ),
        col.timestamp("reverted_at", "When it was reverted.", nullable=True),
    ],
    first="kind source file_name status mode rows imported already_known bad_rows code detail faults options",
    on={
        ImportStarted: created(),
        ImportCompleted: _ended("completed", "imported", "already_known"),
        ImportRejected: _ended("rejected", "code", "detail"),
        ImportReverted: changed(status="reverted", reverted_at=RECORDED_AT, detail=fact("reason")),
        ImportBuiltOn: changed(built_on=fact("by")),
    },
    default_sort="-id",
)
