"""The expenses as a table to filter, sort and add up: one row per expense, never changed.

Amounts are kept exactly; each is of one currency, and the rollups keep currencies and banks apart.
"""

import sqlalchemy as sa

from domain.expenses import RESERVED_SOURCES, ExpenseRecorded
from projections.shared.projection import (
    READ_SCHEMA,
    TEXT,
    Projection,
    ReadTable,
    Record,
    Row,
    rollup_of,
)
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "expenses",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("departments", TEXT, nullable=False),
    sa.Column("project_name", TEXT, nullable=False),
    sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("member_name", TEXT, nullable=False),
    sa.Column("source", TEXT, nullable=False),
    sa.Column("import_id", sa.Uuid, nullable=True),
    sa.Column("bank_uid", sa.Uuid, nullable=True),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    # What a list is filtered and sorted by; the id makes each an order without ties, read backwards for descending.
    sa.Index("expenses_departments", "departments", "id"),
    sa.Index("expenses_departments_amount", "departments", "amount", "id"),
    sa.Index("expenses_project_name", "project_name", "id"),
    sa.Index("expenses_amount", "amount", "id"),
    sa.Index("expenses_date", "date", "id"),
    sa.Index("expenses_member_name", "member_name", "id"),
    sa.Index("expenses_bank_uid", "bank_uid", "id"),
    schema=READ_SCHEMA,
)

TOTALS = rollup_of(
    TABLE,
    "expense_totals",
    by=("currency", "departments", "project_name", "member_name", "bank_uid"),
    sums=("amount",),
)
DAILY_TOTALS = rollup_of(
    TABLE,
    "expense_daily_totals",
    by=("currency", "date", "departments", "bank_uid"),
    sums=("amount",),
)


def _recorded(row: Row | None, record: Record[ExpenseRecorded]) -> Row:  # noqa: ARG001
    fact = record.event
    return {
        "id": record.position,
        "uid": record.stream_id,
        "version": record.version,
        "departments": fact.departments,
        "project_name": fact.project_name,
        "amount": fact.amount,
        "currency": fact.currency,
        "date": fact.date,
        "member_name": fact.member_name,
        "source": fact.source,
        # All events of an import share its id as their correlation; the reserved sources come from no file.
        "import_id": None if fact.source in RESERVED_SOURCES else record.correlation_id,
        "bank_uid": fact.bank_uid,
        "recorded_at": record.recorded_at,
    }


COLLECTION = Collection(
    name="expenses",
    table=TABLE,
    projection="expenses",
    currency="currency",
    rollups=(TOTALS, DAILY_TOTALS),
    description="What was spent, when, by whom, and for which department and project.",
    fields=(
        Field("id", FieldType.INTEGER, example=42, description="Stable number of the expense."),
        Field(
            "uid",
            FieldType.UUID,
            example="0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            description="Stable id; the same file imported again gives the same.",
        ),
        Field(
            "departments",
            groupable=True,
            example="IT",
            description="The department that spent the money.",
        ),
        Field(
            "project_name",
            groupable=True,
            example="Lantern Portal",
            description="The project it was spent for.",
        ),
        Field(
            "amount",
            FieldType.DECIMAL,
            measurable=True,
            money=True,
            example="1200.00",
            description="The exact amount, in `currency`; negative for money that came back.",
        ),
        Field(
            "currency",
            groupable=True,
            example="EUR",
            description="ISO 4217 code of the currency of the amount.",
        ),
        Field(
            "date",
            FieldType.DATE,
            groupable=True,
            example="2021-10-02",
            description="The day the money was spent.",
        ),
        Field(
            "member_name",
            groupable=True,
            example="Ines Falk",
            description="Who spent the money.",
        ),
        Field(
            "source",
            groupable=True,
            example="finance-export",
            description="Where the expense came from: the source its import declared, `manual`, or `reimbursement`.",
        ),
        Field(
            "import_id",
            FieldType.UUID,
            nullable=True,
            groupable=True,
            example="6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10",
            description="The import that brought it; null if it came from no file.",
        ),
        Field(
            "bank_uid",
            FieldType.UUID,
            nullable=True,
            groupable=True,
            example="b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9",
            description="The bank whose people see it; null for one that only operators see.",
        ),
        Field(
            "recorded_at",
            FieldType.TIMESTAMP,
            example="2026-11-20T21:30:00Z",
            description="When it was written into the log.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=1,
            description="Version of its stream, as in the ETag.",
        ),
    ),
)

EXPENSES = Projection(
    name="expenses",
    version=2,
    tables=(
        ReadTable(table=TABLE, folds={ExpenseRecorded: _recorded}, rollups=(TOTALS, DAILY_TOTALS)),
    ),
    collection=COLLECTION,
)
