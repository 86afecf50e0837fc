"""The import runs: one row per file that was handed in, from its start to its end."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from domain.imports import ImportCompleted, ImportMode, ImportRejected, ImportStarted
from projections.shared.projection import (
    READ_SCHEMA,
    TEXT,
    Projection,
    ReadTable,
    Record,
    Row,
    changed,
    created,
)
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "imports",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("source", TEXT, nullable=False),
    sa.Column("file_name", TEXT, nullable=False),
    sa.Column("sha256", TEXT, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("mode", TEXT, nullable=False),
    sa.Column("options", JSONB, nullable=False),
    sa.Column("status", TEXT, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("imported", sa.BigInteger, nullable=False),
    sa.Column("already_known", sa.BigInteger, nullable=False),
    sa.Column("bad_rows", sa.BigInteger, nullable=False),
    sa.Column("code", TEXT, nullable=True),
    sa.Column("detail", TEXT, nullable=True),
    sa.Column("faults", JSONB, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("duration_ms", sa.BigInteger, nullable=True),
    sa.Index("imports_started_at", "started_at", "id"),
    sa.Index("imports_sha256", "sha256", "id"),
    schema=READ_SCHEMA,
)


def _started(row: Row | None, record: Record[ImportStarted]) -> Row:  # noqa: ARG001
    fact = record.event
    return created(
        record,
        kind=fact.kind,
        source=fact.source,
        file_name=fact.file_name,
        sha256=fact.sha256,
        size_bytes=fact.size_bytes,
        mode=fact.mode.value,
        options=fact.options,
        status="running",
        rows=0,
        imported=0,
        already_known=0,
        bad_rows=0,
        code=None,
        detail=None,
        faults=[],
        actor=record.actor,
        started_at=fact.started_at,
        finished_at=None,
        duration_ms=None,
    )


def _completed(row: Row | None, record: Record[ImportCompleted]) -> Row | None:
    fact = record.event
    return _ended(
        row, record, "completed", imported=fact.imported, already_known=fact.already_known
    )


def _rejected(row: Row | None, record: Record[ImportRejected]) -> Row | None:
    fact = record.event
    return _ended(row, record, "rejected", code=fact.code, detail=fact.detail)


def _ended(
    row: Row | None,
    record: Record[ImportCompleted] | Record[ImportRejected],
    status: str,
    **columns: Any,
) -> Row | None:
    if row is None:
        return None
    fact = record.event
    return changed(
        row,
        record,
        status=status,
        rows=fact.rows,
        bad_rows=fact.bad_rows,
        faults=msgspec.to_builtins(fact.faults),
        finished_at=fact.finished_at,
        duration_ms=round((fact.finished_at - row["started_at"]).total_seconds() * 1000),
        **columns,
    )


COLLECTION = Collection(
    name="imports",
    table=TABLE,
    projection="imports",
    default_sort="-id",
    description="The files that were handed in, and what became of each.",
    fields=(
        Field("id", FieldType.INTEGER, example=2001, description="Stable number of the import."),
        Field(
            "uid",
            FieldType.UUID,
            example="6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10",
            description="Stable id; the correlation id of all events of this import.",
        ),
        Field("kind", groupable=True, example="expenses", description="What its rows are about."),
        Field(
            "source",
            groupable=True,
            example="finance-export",
            description="Where the file came from, as its caller said.",
        ),
        Field("file_name", example="expenses-2026.csv", description="What the file was called."),
        Field(
            "status",
            choices=("running", "completed", "rejected"),
            groupable=True,
            example="completed",
            description="`rejected` stored nothing; `code` and `detail` say why.",
        ),
        Field(
            "mode",
            choices=tuple(ImportMode),
            groupable=True,
            example="all_or_nothing",
            description="What one bad row means for the others.",
        ),
        Field(
            "rows",
            FieldType.INTEGER,
            measurable=True,
            example=2000,
            description="Rows of values in the file.",
        ),
        Field(
            "imported",
            FieldType.INTEGER,
            measurable=True,
            example=1990,
            description="Rows that became new facts.",
        ),
        Field(
            "already_known",
            FieldType.INTEGER,
            measurable=True,
            example=10,
            description="Rows that were in the log before.",
        ),
        Field(
            "bad_rows",
            FieldType.INTEGER,
            measurable=True,
            example=0,
            description="Rows with at least one bad value.",
        ),
        Field(
            "code",
            nullable=True,
            groupable=True,
            example="bad_rows",
            description="Stable name of why it was rejected.",
        ),
        Field(
            "detail",
            nullable=True,
            sortable=False,
            example="3 of 2000 rows are bad, so nothing was stored",
            description="Why it was rejected, as a sentence.",
        ),
        Field(
            "faults",
            FieldType.JSON,
            filterable=False,
            sortable=False,
            example=[
                {
                    "row": 17,
                    "column": "amount",
                    "value": "12,5 EUR",
                    "code": "unreadable_amount",
                    "reason": "an amount such as 1,234.56 was expected",
                }
            ],
            description="The first 1,000 faults: row (the header is 1), column, value and reason.",
        ),
        Field(
            "options",
            FieldType.JSON,
            filterable=False,
            sortable=False,
            example={"locale": "en_US", "date_format": "M/D/YYYY"},
            description="How values were declared to be written.",
        ),
        Field(
            "sha256",
            example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            description="Digest of the file, in hexadecimal.",
        ),
        Field(
            "size_bytes",
            FieldType.INTEGER,
            measurable=True,
            example=93210,
            description="Length of the file.",
        ),
        Field(
            "actor",
            groupable=True,
            example="local:operator",
            description="Who handed it in.",
        ),
        Field(
            "started_at",
            FieldType.TIMESTAMP,
            groupable=True,
            example="2026-11-20T21:30:00Z",
            description="When it was taken in.",
        ),
        Field(
            "finished_at",
            FieldType.TIMESTAMP,
            nullable=True,
            example="2026-11-20T21:30:01Z",
            description="When it ended; null while it runs.",
        ),
        Field(
            "duration_ms",
            FieldType.INTEGER,
            nullable=True,
            measurable=True,
            example=840,
            description="Milliseconds from start to end; null while it runs.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=2,
            description="Version of its stream, as in the ETag.",
        ),
    ),
)

IMPORTS = Projection(
    name="imports",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                ImportStarted: _started,
                ImportCompleted: _completed,
                ImportRejected: _rejected,
            },
        ),
    ),
    collection=COLLECTION,
)
