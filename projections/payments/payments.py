"""The payments: one row per payment, from its order to what became of it; numbers of accounts are masked."""

from typing import Any

import sqlalchemy as sa

from domain.payments.payments import (
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.shared.account_numbers import masked
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

STATUSES = ("scheduled", "submitted", "settled", "failed", "returned")

TABLE = sa.Table(
    "payments",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reimbursement_uid", sa.Uuid, nullable=False),
    sa.Column("bank_uid", sa.Uuid, nullable=False),
    sa.Column("bank_account_uid", sa.Uuid, nullable=False),
    sa.Column("member_uid", sa.Uuid, nullable=False),
    sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("creditor_name", TEXT, nullable=False),
    sa.Column("creditor_account", TEXT, nullable=False),
    sa.Column("status", TEXT, nullable=False),
    sa.Column("rail", TEXT, nullable=True),
    sa.Column("rail_reference", TEXT, nullable=True),
    sa.Column("reason", TEXT, nullable=True),
    sa.Column("settled_on", sa.Date, nullable=True),
    sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("payments_bank_uid_status", "bank_uid", "status", "id"),
    sa.Index("payments_reimbursement_uid", "reimbursement_uid"),
    sa.Index("payments_member_uid", "member_uid", "id"),
    schema=READ_SCHEMA,
)


def _scheduled(row: Row | None, record: Record[PaymentScheduled]) -> Row:  # noqa: ARG001
    fact = record.event
    return created(
        record,
        reimbursement_uid=fact.reimbursement_uid,
        bank_uid=fact.bank_uid,
        bank_account_uid=fact.bank_account_uid,
        member_uid=fact.member_uid,
        amount=fact.amount,
        currency=fact.currency,
        creditor_name=fact.creditor_name,
        creditor_account=masked(fact.iban or fact.account_number),
        status="scheduled",
        rail=None,
        rail_reference=None,
        reason=None,
        settled_on=None,
        scheduled_at=record.recorded_at,
        submitted_at=None,
        changed_at=record.recorded_at,
    )


def _submitted(row: Row | None, record: Record[PaymentSubmitted]) -> Row | None:
    fact = record.event
    return _moved(
        row,
        record,
        status="submitted",
        rail=fact.rail,
        rail_reference=fact.rail_reference,
        submitted_at=record.recorded_at,
    )


def _settled(row: Row | None, record: Record[PaymentSettled]) -> Row | None:
    return _moved(row, record, status="settled", settled_on=record.event.settled_on)


def _failed(row: Row | None, record: Record[PaymentFailed]) -> Row | None:
    return _moved(row, record, status="failed", reason=record.event.reason)


def _returned(row: Row | None, record: Record[PaymentReturned]) -> Row | None:
    return _moved(row, record, status="returned", reason=record.event.reason)


def _moved(row: Row | None, record: Record[Any], **columns: Any) -> Row | None:
    return row and changed(row, record, changed_at=record.recorded_at, **columns)


COLLECTION = Collection(
    name="payments",
    table=TABLE,
    projection="payments",
    currency="currency",
    default_sort="-id",
    description="What approved claims move: the order, the rail, and what became of it.",
    fields=(
        Field("id", FieldType.INTEGER, example=58, description="Stable number of the payment."),
        Field(
            "uid",
            FieldType.UUID,
            example="5e8d0b7c-1f2a-83c4-9d6e-7f8091a2b3c4",
            description="Stable id; follows from that of the claim.",
        ),
        Field(
            "reimbursement_uid",
            FieldType.UUID,
            example="3f0c9a52-7d1e-4b8a-9c65-2e4f81d0a7b3",
            description="The claim that is paid.",
        ),
        Field(
            "bank_uid",
            FieldType.UUID,
            groupable=True,
            example="b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9",
            description="The bank that pays.",
        ),
        Field(
            "bank_account_uid",
            FieldType.UUID,
            example="7c2e4f6a-8b0d-4c1e-9f3a-5b7d9e1f2a4c",
            description="The member's account that is paid to.",
        ),
        Field(
            "member_uid",
            FieldType.UUID,
            groupable=True,
            example="0c7f2d1e-9a4b-8c3d-a5e6-f708192a3b4c",
            description="The member who is paid.",
        ),
        Field(
            "amount",
            FieldType.DECIMAL,
            measurable=True,
            money=True,
            example="184.60",
            description="The exact amount, in `currency`.",
        ),
        Field(
            "currency",
            groupable=True,
            example="EUR",
            description="ISO 4217 code of the currency of the amount.",
        ),
        Field("creditor_name", example="Mira Solberg", description="The holder of the account."),
        Field(
            "creditor_account",
            filterable=False,
            sortable=False,
            example="****3000",
            description="The last four characters of the IBAN or account number.",
        ),
        Field(
            "status",
            choices=STATUSES,
            groupable=True,
            example="settled",
            description="How far the money is.",
        ),
        Field(
            "rail",
            nullable=True,
            groupable=True,
            example="simulated",
            description="Who moves it; null before somebody does.",
        ),
        Field(
            "rail_reference",
            nullable=True,
            example="SIM-000017",
            description="What the rail calls it; for a file, the batch's message id.",
        ),
        Field(
            "reason",
            nullable=True,
            example="account closed",
            description="Why it failed or came back.",
        ),
        Field(
            "settled_on",
            FieldType.DATE,
            nullable=True,
            groupable=True,
            example="2026-11-21",
            description="The day the money arrived.",
        ),
        Field(
            "scheduled_at",
            FieldType.TIMESTAMP,
            groupable=True,
            example="2026-11-20T21:30:00Z",
            description="When it was ordered.",
        ),
        Field(
            "submitted_at",
            FieldType.TIMESTAMP,
            nullable=True,
            example="2026-11-20T21:30:01Z",
            description="When the rail took it.",
        ),
        Field(
            "changed_at",
            FieldType.TIMESTAMP,
            example="2026-11-20T21:30:04Z",
            description="When its status was last told.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=3,
            description="Version of its stream, as in the ETag.",
        ),
    ),
)

PAYMENTS = Projection(
    name="payments",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                PaymentScheduled: _scheduled,
                PaymentSubmitted: _submitted,
                PaymentSettled: _settled,
                PaymentFailed: _failed,
                PaymentReturned: _returned,
            },
        ),
    ),
    collection=COLLECTION,
)
