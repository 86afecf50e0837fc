"""What can be asked of the claims, and how a claim is shown."""

from collections.abc import Iterable
from typing import Any

from projections.reimbursements.rows import TABLE, TOTALS
from projections.shared.projection import Row
from projections.shared.query.fields import Collection, Field, FieldType
from projections.shared.query.present import row_shower

STATUSES = ("pending", "approved", "denied")
PAYMENT_STATUSES = ("none", "scheduled", "submitted", "settled", "failed", "returned")

COLLECTION = Collection(
    name="reimbursements",
    table=TABLE,
    projection="reimbursements",
    currency="currency",
    default_sort="-id",
    rollups=(TOTALS,),
    description="What members claim back, what was decided about it, and what became of the money.",
    fields=(
        Field("id", FieldType.INTEGER, example=4711, description="Stable number of the claim."),
        Field(
            "uid",
            FieldType.UUID,
            example="3f0c9a52-7d1e-4b8a-9c65-2e4f81d0a7b3",
            description="Stable id of the claim.",
        ),
        Field(
            "status",
            choices=STATUSES,
            groupable=True,
            example="pending",
            description="What was decided.",
        ),
        Field(
            "payment_status",
            choices=PAYMENT_STATUSES,
            groupable=True,
            example="none",
            description="What became of the money.",
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
        Field(
            "description",
            example="Train to the harbour site and back",
            description="What the money was spent on.",
        ),
        Field(
            "incurred_on",
            FieldType.DATE,
            groupable=True,
            example="2026-11-02",
            description="The day it was spent.",
        ),
        Field(
            "submitted_at",
            FieldType.TIMESTAMP,
            groupable=True,
            example="2026-11-20T21:30:00Z",
            description="When it was first submitted.",
        ),
        Field(
            "amended_at",
            FieldType.TIMESTAMP,
            nullable=True,
            example="2026-11-20T21:31:00Z",
            description="When it was last amended; null if never.",
        ),
        Field(
            "withdrawn_at",
            FieldType.TIMESTAMP,
            nullable=True,
            example="2026-11-20T21:33:00Z",
            description="When its member took it back; lists leave such claims out unless `include=withdrawn`.",
        ),
        Field(
            "duplicate_of",
            FieldType.UUID,
            nullable=True,
            example="5b1c9e3a-4d7f-4a26-8c90-e2f6a1b3d574",
            description="The earlier claim of the same member, amount and date; null if there was none.",
        ),
        Field(
            "bank_id",
            FieldType.INTEGER,
            groupable=True,
            example=41,
            description="Id of the bank it was submitted to.",
        ),
        Field(
            "bank_uid",
            FieldType.UUID,
            groupable=True,
            example="b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9",
            description="Its uid.",
        ),
        Field(
            "bank_account_id",
            FieldType.INTEGER,
            groupable=True,
            example=52,
            description="Id of the account that the money is to go to.",
        ),
        Field(
            "bank_account_uid",
            FieldType.UUID,
            groupable=True,
            example="7c2e4f6a-8b0d-4c1e-9f3a-5b7d9e1f2a4c",
            description="Its uid.",
        ),
        Field(
            "bank_member_id",
            FieldType.INTEGER,
            groupable=True,
            example=47,
            description="Id of the member who claims.",
        ),
        Field(
            "member_uid",
            FieldType.UUID,
            groupable=True,
            example="0c7f2d1e-9a4b-8c3d-a5e6-f708192a3b4c",
            description="Their uid.",
        ),
        Field(
            "member_name",
            groupable=True,
            example="Mira Solberg",
            description="The member's name when the claim was submitted.",
        ),
        Field(
            "endorsed_by",
            FieldType.UUID,
            nullable=True,
            example="9d8c7b6a-5f4e-8d3c-b2a1-908f7e6d5c4b",
            description="The first of two administrators whom the amount takes; null if none has spoken.",
        ),
        Field(
            "endorsed_by_name",
            nullable=True,
            example="Tomasz Wrona",
            description="That administrator's name.",
        ),
        Field(
            "endorsed_at",
            FieldType.TIMESTAMP,
            nullable=True,
            example="2026-11-20T21:32:00Z",
            description="When they spoke.",
        ),
        Field(
            "decided_by",
            FieldType.UUID,
            nullable=True,
            groupable=True,
            example="9d8c7b6a-5f4e-8d3c-b2a1-908f7e6d5c4b",
            description="The administrator who approved or denied it; null while it is pending.",
        ),
        Field(
            "decided_by_name",
            nullable=True,
            groupable=True,
            example="Tomasz Wrona",
            description="That administrator's name.",
        ),
        Field(
            "decided_at",
            FieldType.TIMESTAMP,
            nullable=True,
            groupable=True,
            example="2026-11-20T21:32:00Z",
            description="When it was decided; null while it is pending.",
        ),
        Field(
            "reason",
            nullable=True,
            example="The ticket is not attached",
            description="Why it was denied; null if it was not.",
        ),
        Field(
            "payment_uid",
            FieldType.UUID,
            nullable=True,
            example="8a9b0c1d-2e3f-8a4b-9c5d-6e7f8091a2b3",
            description="The payment; null until one is scheduled.",
        ),
        Field(
            "payment_reason",
            nullable=True,
            example="account closed",
            description="Why the payment failed or came back; null if it did not.",
        ),
        Field(
            "paid_on",
            FieldType.DATE,
            nullable=True,
            groupable=True,
            example="2026-11-23",
            description="The day the money arrived; null if it has not.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=1,
            description="How many facts there are of it and of its payment, as in the ETag.",
        ),
    ),
)


def shown(row: Row, fields: Iterable[Field] | None = None) -> dict[str, Any]:
    """A replayed row as lists show it."""
    asked = [*(fields or (field for field in COLLECTION.fields if field.shown))]
    columns = [*COLLECTION.fields]
    show = row_shower(COLLECTION, asked, columns)
    return show([row[field.source] for field in columns])
