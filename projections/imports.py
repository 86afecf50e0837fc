"""The import runs, one row each, the rows that they put aside, and the profiles of files."""

from datetime import timedelta
from typing import Any

from domain.imports import (
    ImportBuiltOn,
    ImportCompleted,
    ImportMode,
    ImportRejected,
    ImportReverted,
    ImportScheduled,
    ImportStarted,
    ImportStepEnded,
    bank_of,
)
from domain.imports.profiles import ProfileConfirmed, ProfileWithdrawn
from domain.imports.rejects import RejectCorrected, RejectQuarantined, RejectReplayed
from projections.shared import columns as col
from projections.shared.columns import RECORDED_AT
from projections.shared.folds import FoldPlan, changed, created, fact
from projections.shared.model import read_model
from projections.shared.projection import Record, Row


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def _duration_ms(row: Row, record: Record[ImportCompleted | ImportRejected]) -> int:
    return _ms(record.event.finished_at - row["started_at"])


def _steps(row: Row, record: Record[ImportStepEnded]) -> list[dict[str, Any]]:
    step = record.event
    told = {
        "step": step.step,
        "started_at": step.started_at.isoformat(),
        "finished_at": step.finished_at.isoformat(),
        "duration_ms": _ms(step.finished_at - step.started_at),
        "rows": step.rows,
    }
    return [*row["steps"], told]


def _ended(status: str, *names: str) -> FoldPlan:
    told = ("rows", "bad_rows", "faults", "finished_at", "read_as", *names)
    return changed(*told, status=status, duration_ms=_duration_ms)


_PARTS = ("imported", "already_known", "corrected", "duplicates", "quarantined", "sums")
_OF_PLAN = ("interval_start", "interval_end", "trigger", "location", "code_version", "steps")

IMPORTS = read_model(
    "imports",
    "The files that were handed in or fetched, and what became of each.",
    version=2,
    ids=col.ids(
        2001,
        "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819",
        "the import",
        uid="the correlation id of all events of this import",
        version_example=2,
    ),
    columns=[
        col.label("kind", "What its rows are about.", "expenses"),
        col.label("source", "Where the file came from, as its caller said.", "finance-export"),
        col.bank_uid(
            "The bank that its rows belong to.", nullable=True, initially=fact("options", bank_of)
        ),
        col.text(
            "file_name",
            "What the file was called; null before there was one.",
            "expenses-2026.csv",
            nullable=True,
        ),
        col.text(
            "sha256",
            "Digest of the file, in hexadecimal.",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            indexed=True,
            nullable=True,
        ),
        col.quantity("size_bytes", "Length of the file.", 93210, nullable=True),
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
            ("scheduled", "running", "completed", "rejected", "reverted"),
            initially="running",
        ),
        col.quantity("rows", "Rows of values in the file.", 2000, initially=0),
        col.quantity("imported", "Rows that became new facts.", 1990, initially=0),
        col.quantity("already_known", "Rows that were in the log before.", 10, initially=0),
        col.quantity("corrected", "Rows that were in the log with other values.", 0, initially=0),
        col.quantity("duplicates", "Rows that came before in the same file.", 0, initially=0),
        col.quantity("quarantined", "Bad rows that were put aside.", 0, initially=0),
        col.quantity(
            "bad_rows",
            "Bad rows that were left out, or because of which nothing was stored.",
            0,
            initially=0,
        ),
        col.json(
            "sums",
            "What the rows come to in each currency: `read` is the sum of the others.",
            {"EUR": {"read": "1200.00", "loaded": "1180.00", "unchanged": "20.00"}},
            initially={},
        ),
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
        col.json(
            "read_as",
            "How the file was read, declared or found: format, encoding, delimiter, sheet, row of the header.",
            {"format": "csv", "encoding": "utf-8", "delimiter": ",", "header_row": "1"},
            initially={},
        ),
        col.json(
            "proposal",
            "Of a file without a good row, options that would fit it.",
            {"locale": "de_DE"},
            initially={},
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
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
            nullable=True,
        ),
        col.timestamp("reverted_at", "When it was reverted.", nullable=True),
        col.label("trigger", "What began a scheduled run.", "cron", nullable=True),
        col.text(
            "location",
            "Where a scheduled run has its file from.",
            "s3://ledger/1.csv",
            nullable=True,
        ),
        col.timestamp(
            "interval_start",
            "The beginning of what a scheduled run is for.",
            nullable=True,
            indexed=True,
        ),
        col.timestamp("interval_end", "Its end.", "2026-11-21T21:30:00Z", nullable=True),
        col.label(
            "code_version", "Which Daybook carried a scheduled run out.", "0.9.0", nullable=True
        ),
        col.json(
            "steps",
            "The steps of a scheduled run that are done: rows and timings.",
            [
                {
                    "step": "extract",
                    "started_at": "2026-11-20T21:30:00+00:00",
                    "finished_at": "2026-11-20T21:30:01+00:00",
                    "duration_ms": 840,
                    "rows": 2000,
                }
            ],
            initially=[],
        ),
    ],
    first="kind source file_name status mode rows imported already_known corrected duplicates quarantined bad_rows "
    "code detail faults sums options",
    on={
        ImportScheduled: created(status="scheduled", started_at=fact("at")),
        ImportStarted: created(keeps=(*_OF_PLAN, "id", "actor", "started_at")),
        ImportStepEnded: changed(steps=_steps),
        ImportCompleted: _ended("completed", "proposal", *_PARTS),
        ImportRejected: _ended("rejected", "code", "detail", "proposal"),
        ImportReverted: changed(status="reverted", reverted_at=RECORDED_AT, detail=fact("reason")),
        ImportBuiltOn: changed(built_on=fact("by")),
    },
    default_sort="-id",
)

_STATUSES = ("quarantined", "corrected", "replayed")


def _corrected_cells(row: Row, record: Record[RejectCorrected]) -> dict[str, str]:
    return {**row["cells"], **record.event.cells}


REJECTS = read_model(
    "rejects",
    "The rows of files that were put aside because something is wrong with them, and what became of each.",
    version=1,
    ids=col.ids(2044, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e818", "the reject"),
    columns=[
        col.uuid(
            "import_id",
            "The import that put it aside.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819",
            groupable=True,
            indexed=True,
        ),
        col.label("kind", "What it would be.", "expenses"),
        col.label("source", "Where its file came from.", "finance-export"),
        col.bank_uid("The bank that it belongs to.", nullable=True, indexed=True),
        col.integer("row", "Its number in the file; the header is row 1.", 17),
        col.label("reason", "Code of the first fault.", "unreadable_amount", indexed=True),
        col.choice(
            "status",
            "`corrected` is put aside too, until it is `replayed`.",
            "quarantined",
            _STATUSES,
            initially="quarantined",
        ),
        col.json(
            "cells",
            "The text of each column as it is now; none if the row could not be taken apart.",
            {"departments": "IT", "amount": "12,5 EUR", "date": "10/2/2021"},
        ),
        col.text("raw", "The row as it came.", 'IT,"12,5 EUR",10/2/2021', sortable=False),
        col.json(
            "faults",
            "What was wrong with it when it came: column, value and reason.",
            [
                {
                    "row": 17,
                    "column": "amount",
                    "value": "12,5 EUR",
                    "code": "unreadable_amount",
                    "reason": "an amount such as 1,234.56 was expected",
                }
            ],
        ),
        col.amount("12.50", "Its amount, in `currency`, if that could be read.", nullable=True),
        col.label("currency", "ISO 4217 code of the currency.", "EUR", nullable=True),
        col.uuid(
            "became",
            "The fact that it became or was already; null until it is replayed.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81a",
            nullable=True,
        ),
        col.boolean(
            "was_known",
            "Whether that fact was there without it; null until it is replayed.",
            False,
            nullable=True,
        ),
        col.recorded_at("When it was put aside.", name="quarantined_at", groupable=True),
        col.recorded_at("When its status was last told.", "2026-11-20T21:30:04Z", "changed_at"),
        col.label("actor", "Who did that.", "local:operator", initially=col.ACTOR),
    ],
    on={
        RejectQuarantined: created(),
        RejectCorrected: changed(
            status="corrected", cells=_corrected_cells, changed_at=RECORDED_AT, actor=col.ACTOR
        ),
        RejectReplayed: changed(
            "became", "was_known", status="replayed", changed_at=RECORDED_AT, actor=col.ACTOR
        ),
    },
    indexes={"import_id_row": ("import_id", "row")},
    default_sort="-id",
)

IMPORT_PROFILES = read_model(
    "import_profiles",
    "What files of a kind from a source are like, as somebody confirmed it.",
    version=1,
    ids=col.ids(
        2001,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e830",
        "the profile",
        uid="it follows from kind and source",
        version="Version of the profile; a run names the one it used.",
    ),
    columns=[
        col.label("kind", "What the rows of its files are about.", "expenses"),
        col.label("source", "Where its files come from.", "finance-export"),
        col.json(
            "options",
            "How its files are read.",
            {"locale": "de_DE", "date_format": "D.M.YYYY", "columns": "Betrag=amount"},
        ),
        col.choice(
            "status",
            "`confirmed`, or `withdrawn` as long as no other is confirmed.",
            "confirmed",
            ("confirmed", "withdrawn"),
            initially="confirmed",
        ),
        col.label("actor", "Who confirmed it.", "local:operator", initially=col.ACTOR),
        col.recorded_at("When it was confirmed.", name="confirmed_at"),
    ],
    on={
        ProfileConfirmed: created(keeps=("id",)),
        ProfileWithdrawn: changed(status="withdrawn"),
    },
)
