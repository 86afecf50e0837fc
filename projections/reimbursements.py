"""The claims as a table: one row per claim, with what was decided about it and what became of its money.

Rules upheld here:
- `status` is `pending`, `approved` or `denied`; a claim that was withdrawn stays `pending`, has `withdrawn_at`, and is
  left out of lists (`listing`);
- what happens to the money is a second thing, `payment_status`: how far the last payment is, or why there is none;
- `version` counts the facts of the claim, and those of what is owed and of its payments that show here, so that it
  differs whenever the row does.
"""

from typing import Any
from uuid import UUID

from domain.payments.obligation_facts import (
    ObligationBlocked,
    ObligationCancelled,
    ObligationHeld,
    ObligationWrittenOff,
)
from domain.payments.payment_facts import (
    PaymentFailed,
    PaymentReinstated,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.reimbursements import claims
from projections.shared import columns as col
from projections.shared.folds import FoldPlan, changed, created, fact
from projections.shared.model import by, read_model
from projections.shared.projection import Record

LISTED, WITHDRAWN = "listed", "withdrawn"
_STATUSES = ("pending", "approved", "denied")
_PAYMENT_STATUSES = (
    "none",
    "scheduled",
    "submitted",
    "settled",
    "failed",
    "returned",
    "blocked",
    "held",
    "cancelled",
    "written_off",
)
_ADMINISTRATOR = "b1d2c3e4-5f60-8718-8293-a4b5c6d7e826"


def _claim_concerned(record: Record[Any]) -> UUID:
    # A payment names its claim; a claim's own facts are on its stream.
    claim: UUID = getattr(record.event, "reimbursement_uid", record.stream_id)
    return claim


_RULED = ("policy_version", "four_eyes")
_SAID = (*_RULED, "payee_version", "on_behalf_of")


def _decided(status: str, decided_at: str, *names: str) -> FoldPlan:
    return changed(
        *names,
        status=status,
        decided_by=fact("administrator_uid"),
        decided_by_name=fact("administrator_name"),
        decided_at=fact(decided_at),
    )


def _paid(status: str, **values: Any) -> FoldPlan:
    return changed(payment_status=status, version=lambda row, _: row["version"] + 1, **values)


REIMBURSEMENTS = read_model(
    "reimbursements",
    "What members claim back, what was decided about it, and what became of the money.",
    version=3,
    ids=col.ids(
        4711,
        "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820",
        "the claim",
        version="How many facts there are of it and of its payment, as in the ETag.",
    ),
    columns=[
        col.bank_uid("Its uid."),
        col.integer("bank_id", "Id of the bank it was submitted to.", 41, groupable=True),
        col.uuid(
            "bank_account_uid", "Its uid.", "b1d2c3e4-5f60-4718-8293-a4b5c6d7e822", groupable=True
        ),
        col.integer(
            "bank_account_id", "Id of the account that the money is to go to.", 52, groupable=True
        ),
        col.uuid(
            "member_uid", "Their uid.", "b1d2c3e4-5f60-8718-8293-a4b5c6d7e821", groupable=True
        ),
        col.integer("bank_member_id", "Id of the member who claims.", 47, groupable=True),
        col.label("member_name", "The member's name when the claim was submitted.", "Mira Solberg"),
        col.uuid("user_uid", internal=True),
        col.amount("184.60"),
        col.currency(),
        col.text(
            "description", "What the money was spent on.", "Train to the harbour site and back"
        ),
        col.date("incurred_on", "The day it was spent.", "2026-11-02", groupable=True),
        col.choice("status", "What was decided.", "pending", _STATUSES, initially="pending"),
        col.text("listing", internal=True, initially=LISTED),
        col.timestamp("submitted_at", "When it was first submitted.", groupable=True),
        col.timestamp(
            "amended_at",
            "When it was last amended; null if never.",
            "2026-11-20T21:31:00Z",
            nullable=True,
        ),
        col.timestamp(
            "withdrawn_at",
            "When its member took it back; lists leave such claims out unless `include=withdrawn`.",
            "2026-11-20T21:33:00Z",
            nullable=True,
        ),
        col.uuid(
            "duplicate_of",
            "The earlier claim of the same member, amount and date; null if there was none.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e827",
            nullable=True,
        ),
        col.uuid(
            "endorsed_by",
            "The first of two administrators whom the amount takes; null if none has spoken.",
            _ADMINISTRATOR,
            nullable=True,
        ),
        col.text("endorsed_by_name", "That administrator's name.", "Tomasz Wrona", nullable=True),
        col.timestamp("endorsed_at", "When they spoke.", "2026-11-20T21:32:00Z", nullable=True),
        col.uuid(
            "decided_by",
            "The administrator who approved or denied it; null while it is pending.",
            _ADMINISTRATOR,
            nullable=True,
            groupable=True,
        ),
        col.label("decided_by_name", "That administrator's name.", "Tomasz Wrona", nullable=True),
        col.timestamp(
            "decided_at",
            "When it was decided; null while it is pending.",
            "2026-11-20T21:32:00Z",
            nullable=True,
            groupable=True,
        ),
        col.integer(
            "policy_version",
            "The version of the bank's policy under which it was decided, or last endorsed; null if it was not.",
            1,
            nullable=True,
        ),
        col.boolean(
            "four_eyes",
            "False if that policy is of a bank of one person: who admitted the member or made the payee decided.",
            "true",
            nullable=True,
        ),
        col.integer(
            "payee_version",
            "The version of the account that was approved, or last endorsed, to be paid.",
            1,
            nullable=True,
        ),
        col.uuid(
            "on_behalf_of",
            "The user whose limit that word used; null if its giver used their own.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e828",
            nullable=True,
        ),
        col.text(
            "reason",
            "Why it was denied; null if it was not.",
            "The ticket is not attached",
            nullable=True,
        ),
        col.choice(
            "payment_status",
            "What became of the money.",
            "none",
            _PAYMENT_STATUSES,
            initially="none",
        ),
        col.uuid(
            "payment_uid",
            "The payment, of several attempts the last; null until one is scheduled.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e829",
            nullable=True,
        ),
        col.text(
            "payment_reason",
            "Why the payment failed or came back, or why there is none for now; null if neither is so.",
            "account closed",
            nullable=True,
        ),
        col.date(
            "paid_on",
            "The day the money arrived; null if it has not, or came back.",
            "2026-11-23",
            nullable=True,
            groupable=True,
        ),
    ],
    first="status payment_status amount currency description incurred_on submitted_at amended_at withdrawn_at"
    " duplicate_of bank_id bank_uid bank_account_id bank_account_uid bank_member_id member_uid",
    key=_claim_concerned,
    on={
        claims.ReimbursementSubmitted: created(),
        # What was endorsed was something else.
        claims.ReimbursementAmended: changed(
            "amount",
            "currency",
            "description",
            "incurred_on",
            "duplicate_of",
            "amended_at",
            endorsed_by=None,
            endorsed_by_name=None,
            endorsed_at=None,
            **dict.fromkeys(_SAID),
        ),
        claims.ReimbursementEndorsed: changed(
            "endorsed_at",
            *_SAID,
            endorsed_by=fact("administrator_uid"),
            endorsed_by_name=fact("administrator_name"),
        ),
        claims.ReimbursementApproved: _decided("approved", "approved_at", *_SAID),
        claims.ReimbursementDenied: _decided("denied", "denied_at", "reason", *_RULED),
        claims.ReimbursementWithdrawn: changed("withdrawn_at", listing=WITHDRAWN),
        PaymentScheduled: _paid(
            "scheduled", payment_uid=col.STREAM, payment_reason=None, paid_on=None
        ),
        PaymentSubmitted: _paid("submitted"),
        PaymentSettled: _paid("settled", paid_on=fact("settled_on")),
        PaymentFailed: _paid("failed", payment_reason=fact("reason")),
        PaymentReinstated: _paid("submitted", payment_uid=col.STREAM, payment_reason=None),
        PaymentReturned: _paid("returned", payment_reason=fact("reason"), paid_on=None),
        ObligationBlocked: _paid("blocked", payment_reason=fact("reason")),
        ObligationHeld: _paid("held", payment_reason=fact("reason")),
        ObligationCancelled: _paid("cancelled", payment_reason=fact("reason")),
        ObligationWrittenOff: _paid("written_off", payment_reason=fact("reason")),
    },
    # A bank's list, mostly of one status; a member's own list; and what either is sorted by.
    indexes={
        "bank_status": ("bank_uid", "status", "id"),
        "user": ("user_uid", "id"),
        "submitted_at": ("bank_uid", "submitted_at", "id"),
        "amount": ("bank_uid", "amount", "id"),
    },
    rollups={
        "reimbursement_totals": by(
            "currency", "bank_uid", "listing", "status", "payment_status", sums=("amount",)
        )
    },
    default_sort="-id",
)
