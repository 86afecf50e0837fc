"""The claims as a table: one row per claim, with what was decided about it and what became of its money.

Rules upheld here:
- `status` is `pending`, `approved` or `denied`; a claim that was withdrawn stays `pending`, has `withdrawn_at`, and is
  left out of lists (`listing`);
- what happens to the money is a second thing, `payment_status`;
- `version` counts the facts of the claim and those of its payment, so that it differs whenever the row does.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from application.shared.ports import RecordedEvent
from domain.payments.payments import (
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.reimbursements.claims import (
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
    ReimbursementWithdrawn,
)
from domain.shared.events import Event
from projections.shared.engine import decode_batch
from projections.shared.projection import (
    READ_SCHEMA,
    TEXT,
    Fold,
    Record,
    Row,
    changed,
    created,
    rollup_of,
)

LISTED, WITHDRAWN = "listed", "withdrawn"

TABLE = sa.Table(
    "reimbursements",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("bank_uid", sa.Uuid, nullable=False),
    sa.Column("bank_id", sa.BigInteger, nullable=False),
    sa.Column("bank_account_uid", sa.Uuid, nullable=False),
    sa.Column("bank_account_id", sa.BigInteger, nullable=False),
    sa.Column("member_uid", sa.Uuid, nullable=False),
    sa.Column("bank_member_id", sa.BigInteger, nullable=False),
    sa.Column("member_name", TEXT, nullable=False),
    sa.Column("user_uid", sa.Uuid, nullable=False),
    sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("description", TEXT, nullable=False),
    sa.Column("incurred_on", sa.Date, nullable=False),
    sa.Column("status", TEXT, nullable=False),
    sa.Column("listing", TEXT, nullable=False),
    sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("amended_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("duplicate_of", sa.Uuid, nullable=True),
    sa.Column("endorsed_by", sa.Uuid, nullable=True),
    sa.Column("endorsed_by_name", TEXT, nullable=True),
    sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("decided_by", sa.Uuid, nullable=True),
    sa.Column("decided_by_name", TEXT, nullable=True),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("reason", TEXT, nullable=True),
    sa.Column("payment_status", TEXT, nullable=False),
    sa.Column("payment_uid", sa.Uuid, nullable=True),
    sa.Column("payment_reason", TEXT, nullable=True),
    sa.Column("paid_on", sa.Date, nullable=True),
    # A bank's list, mostly of one status; a member's own list; and what either is sorted by.
    sa.Index("reimbursements_bank_status", "bank_uid", "status", "id"),
    sa.Index("reimbursements_user", "user_uid", "id"),
    sa.Index("reimbursements_submitted_at", "bank_uid", "submitted_at", "id"),
    sa.Index("reimbursements_amount", "bank_uid", "amount", "id"),
    schema=READ_SCHEMA,
)

TOTALS = rollup_of(
    TABLE,
    "reimbursement_totals",
    by=("currency", "bank_uid", "listing", "status", "payment_status"),
    sums=("amount",),
)


def _submitted(row: Row | None, record: Record[ReimbursementSubmitted]) -> Row:  # noqa: ARG001
    fact = record.event
    unknown_yet: dict[str, Any] = dict.fromkeys(
        column.name for column in TABLE.c if column.nullable and column.name != "duplicate_of"
    )
    return created(
        record,
        bank_uid=fact.bank_uid,
        bank_id=fact.bank_id,
        bank_account_uid=fact.bank_account_uid,
        bank_account_id=fact.bank_account_id,
        member_uid=fact.member_uid,
        bank_member_id=fact.bank_member_id,
        member_name=fact.member_name,
        user_uid=fact.user_uid,
        amount=fact.amount,
        currency=fact.currency,
        description=fact.description,
        incurred_on=fact.incurred_on,
        duplicate_of=fact.duplicate_of,
        submitted_at=fact.submitted_at,
        status="pending",
        listing=LISTED,
        payment_status="none",
        **unknown_yet,
    )


_NOT_ENDORSED: Mapping[str, None] = dict.fromkeys(
    ("endorsed_by", "endorsed_by_name", "endorsed_at")
)


def _amended(row: Row | None, record: Record[ReimbursementAmended]) -> Row | None:
    fact = record.event
    return row and changed(
        row,
        record,
        amount=fact.amount,
        currency=fact.currency,
        description=fact.description,
        incurred_on=fact.incurred_on,
        duplicate_of=fact.duplicate_of,
        amended_at=fact.amended_at,
        # What was endorsed was something else.
        **_NOT_ENDORSED,
    )


def _endorsed(row: Row | None, record: Record[ReimbursementEndorsed]) -> Row | None:
    fact = record.event
    return row and changed(
        row,
        record,
        endorsed_by=fact.administrator_uid,
        endorsed_by_name=fact.administrator_name,
        endorsed_at=fact.endorsed_at,
    )


def _approved(row: Row | None, record: Record[ReimbursementApproved]) -> Row | None:
    fact = record.event
    return row and changed(
        row,
        record,
        status="approved",
        decided_by=fact.administrator_uid,
        decided_by_name=fact.administrator_name,
        decided_at=fact.approved_at,
    )


def _denied(row: Row | None, record: Record[ReimbursementDenied]) -> Row | None:
    fact = record.event
    return row and changed(
        row,
        record,
        status="denied",
        decided_by=fact.administrator_uid,
        decided_by_name=fact.administrator_name,
        decided_at=fact.denied_at,
        reason=fact.reason,
    )


def _withdrawn(row: Row | None, record: Record[ReimbursementWithdrawn]) -> Row | None:
    return row and changed(row, record, listing=WITHDRAWN, withdrawn_at=record.event.withdrawn_at)


def _paid(row: Row | None, status: str, **columns: Any) -> Row | None:
    return row and {
        **row,
        "version": row["version"] + 1,
        "payment_status": status,
        **columns,
    }


def _scheduled(row: Row | None, record: Record[PaymentScheduled]) -> Row | None:
    return _paid(row, "scheduled", payment_uid=record.stream_id)


def _handed_in(row: Row | None, record: Record[PaymentSubmitted]) -> Row | None:  # noqa: ARG001
    return _paid(row, "submitted")


def _settled(row: Row | None, record: Record[PaymentSettled]) -> Row | None:
    return _paid(row, "settled", paid_on=record.event.settled_on)


def _failed(row: Row | None, record: Record[PaymentFailed]) -> Row | None:
    return _paid(row, "failed", payment_reason=record.event.reason)


def _returned(row: Row | None, record: Record[PaymentReturned]) -> Row | None:
    return _paid(row, "returned", payment_reason=record.event.reason)


FOLDS: Mapping[type[Event], Fold] = {
    ReimbursementSubmitted: _submitted,
    ReimbursementAmended: _amended,
    ReimbursementEndorsed: _endorsed,
    ReimbursementApproved: _approved,
    ReimbursementDenied: _denied,
    ReimbursementWithdrawn: _withdrawn,
    PaymentScheduled: _scheduled,
    PaymentSubmitted: _handed_in,
    PaymentSettled: _settled,
    PaymentFailed: _failed,
    PaymentReturned: _returned,
}


def claim_concerned(record: Record[Any]) -> UUID:
    """The claim that a fact tells of: a payment names it, its own facts are on its stream."""
    claim: UUID = getattr(record.event, "reimbursement_uid", record.stream_id)
    return claim


def replayed(events: Iterable[RecordedEvent]) -> Row | None:
    """The row that these facts of one claim and its payment make, in their order; None if there is no claim."""
    return folded(decode_batch(events, until=0).records)


def folded(records: Iterable[Record[Any]]) -> Row | None:
    """`replayed`, of what was decoded already."""
    row: Row | None = None
    for record in records:
        row = FOLDS[type(record.event)](row, record)
    return row
