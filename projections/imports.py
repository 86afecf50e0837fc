"""The import runs: one row per file that was handed in, from its start to its end; and the profiles of files."""

from datetime import timedelta

from domain.imports import ImportCompleted, ImportMode, ImportRejected, ImportStarted
from domain.imports.profiles import ProfileConfirmed, ProfileWithdrawn
from projections.shared import columns as col
from projections.shared.folds import FoldPlan, changed, created
from projections.shared.model import read_model
from projections.shared.projection import Record, Row


def _duration_ms(row: Row, record: Record[ImportCompleted | ImportRejected]) -> int:
    duration: timedelta = record.event.finished_at - row["started_at"]
    return round(duration.total_seconds() * 1000)


def _ended(status: str, *names: str) -> FoldPlan:
    told = ("rows", "bad_rows", "faults", "finished_at", "read_as", *names)
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
            "`rejected` stored nothing; `code` and `detail` say why.",
            "completed",
            ("running", "completed", "rejected"),
            initially="running",
        ),
        col.quantity("rows", "Rows of values in the file.", 2000, initially=0),
        col.quantity("imported", "Rows that became new facts.", 1990, initially=0),
        col.quantity("already_known", "Rows that were in the log before.", 10, initially=0),
        col.quantity("bad_rows", "Rows with at least one bad value.", 0, initially=0),
        col.label("code", "Stable name of why it was rejected.", "bad_rows", nullable=True),
        col.text(
            "detail",
            "Why it was rejected, as a sentence.",
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
            "Of a rejected file, options that would fit it.",
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
    ],
    first="kind source file_name status mode rows imported already_known bad_rows code detail faults options",
    on={
        ImportStarted: created(),
        ImportCompleted: _ended("completed", "imported", "already_known"),
        ImportRejected: _ended("rejected", "code", "detail", "proposal"),
    },
    default_sort="-id",
)

IMPORT_PROFILES = read_model(
    "import_profiles",
    "What files of a kind from a source are like, as somebody confirmed it.",
    version=1,
    ids=col.ids(
        2001,
        "c9a1f3d2-7b64-8e0f-9a11-5d6e7f8091a2",
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
