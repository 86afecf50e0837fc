"""The payment batches: one row per file that was made."""

import sqlalchemy as sa

from domain.payments.batches import PaymentBatchCreated
from projections.shared.projection import (
    READ_SCHEMA,
    TEXT,
    Projection,
    ReadTable,
    Record,
    Row,
    created,
)
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "payment_batches",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("bank_uid", sa.Uuid, nullable=False),
    sa.Column("message_id", TEXT, nullable=False),
    sa.Column("payments", sa.Integer, nullable=False),
    sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("sha256", TEXT, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("payment_batches_bank_uid", "bank_uid", "id"),
    schema=READ_SCHEMA,
)


def _created(row: Row | None, record: Record[PaymentBatchCreated]) -> Row:  # noqa: ARG001
    fact = record.event
    return created(
        record,
        bank_uid=fact.bank_uid,
        message_id=fact.message_id,
        payments=len(fact.payments),
        amount=fact.total,
        currency=fact.currency,
        sha256=fact.sha256,
        actor=record.actor,
        created_at=fact.created_at,
    )


COLLECTION = Collection(
    name="payment_batches",
    table=TABLE,
    projection="payment_batches",
    currency="currency",
    default_sort="-id",
    description="The files of payments that were made for a bank.",
    fields=(
        Field("id", FieldType.INTEGER, example=71, description="Stable number of the batch."),
        Field(
            "uid",
            FieldType.UUID,
            example="0d4a5be7-c1f2-4e93-a86b-7f1520c3d4e5",
            description="Stable id of the batch.",
        ),
        Field(
            "bank_uid",
            FieldType.UUID,
            groupable=True,
            example="b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9",
            description="The bank that pays.",
        ),
        Field(
            "message_id",
            example="0d4a5be7c1f24e93a86b7f1520c3d4e5",
            description="What the file calls itself, and the rail reference of its payments.",
        ),
        Field(
            "payments",
            FieldType.INTEGER,
            measurable=True,
            example=12,
            description="How many payments it holds.",
        ),
        Field(
            "amount",
            FieldType.DECIMAL,
            measurable=True,
            money=True,
            example="2210.40",
            description="What they come to, in `currency`.",
        ),
        Field("currency", groupable=True, example="EUR", description="The currency of all of it."),
        Field(
            "sha256",
            example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            description="Digest of the file, in hexadecimal.",
        ),
        Field(
            "actor",
            groupable=True,
            example="user:0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            description="Who made it.",
        ),
        Field(
            "created_at",
            FieldType.TIMESTAMP,
            groupable=True,
            example="2026-11-20T21:30:00Z",
            description="When it was made.",
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

PAYMENT_BATCHES = Projection(
    name="payment_batches",
    version=1,
    tables=(ReadTable(table=TABLE, folds={PaymentBatchCreated: _created}),),
    collection=COLLECTION,
)
