"""What is owed for approved claims: one row per claim, from the approval until it is paid or given up.

Rules upheld here:
- `status` is how far the last payment is, or why there is none for now;
- `version` counts the facts of the obligation and of its payments, so that it differs whenever the row does.
"""

from typing import Any
from uuid import UUID

from domain.payments.obligation_facts import (
    ObligationAttempted,
    ObligationBlocked,
    ObligationCancelled,
    ObligationCommitted,
    ObligationHeld,
    ObligationIncurred,
    ObligationOwedAgain,
    ObligationWrittenOff,
    obligation_uid,
)
from domain.payments.payment_facts import (
    PaymentCancelled,
    PaymentFailed,
    PaymentReinstated,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from projections.shared import columns as col
from projections.shared.columns import RECORDED_AT
from projections.shared.folds import FoldPlan, changed, created, fact
from projections.shared.model import by, read_model
from projections.shared.projection import Record

_STATUSES = (
    "waiting",
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


def _obligation(record: Record[Any]) -> UUID:
    return obligation_uid(record.event.reimbursement_uid)


def _counted(row: Any, _record: Record[Any]) -> int:
    version: int = row["version"] + 1
    return version


def _first(_row: Any, record: Record[ObligationIncurred]) -> tuple[str, int]:
    return ("waiting", 0) if record.event.stands_alone else ("scheduled", 1)


def _now(status: str, **values: Any) -> FoldPlan:
    told = {"reason": None, "held_until": None, "changed_at": RECORDED_AT, **values}
    return changed(status=status, version=_counted, **told)


_noted = changed(version=_counted)

OBLIGATIONS = read_model(
    "obligations",
    "What is owed for approved claims, how often it was attempted to pay it, and what became of that.",
    version=3,
    ids=col.ids(
        57,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81f",
        "the obligation",
        uid="follows from that of the claim",
        version="How many facts there are of it and of its payments, as in the ETag.",
    ),
    columns=[
        col.uuid(
            "reimbursement_uid",
            "The claim that was approved.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820",
            indexed=True,
        ),
        col.bank_uid("The bank that owes it."),
        col.uuid(
            "member_uid",
            "The member it is owed to.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e821",
            groupable=True,
            indexed=True,
        ),
        col.uuid(
            "bank_account_uid",
            "The member's account that is, or was last, paid to.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e822",
        ),
        col.integer(
            "payee_version",
            "Which version of that account's payee; null if that was not noted.",
            1,
            nullable=True,
        ),
        col.amount("184.60"),
        col.currency(),
        col.choice(
            "status",
            "How far the last payment is, or why there is none.",
            "settled",
            _STATUSES,
            initially=lambda row, record: _first(row, record)[0],
        ),
        col.integer(
            "attempts",
            "How many payments there were for it.",
            1,
            initially=lambda row, record: _first(row, record)[1],
        ),
        col.uuid(
            "payment_uid",
            "The last of them; null if there was none.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823",
            nullable=True,
        ),
        col.text(
            "reason",
            "Why the last payment failed or came back, or why there is none for now.",
            "account closed",
            nullable=True,
        ),
        col.timestamp(
            "held_until",
            "When the time of a hold for a payee that was changed is over.",
            "2026-11-23T21:30:00Z",
            nullable=True,
        ),
        col.recorded_at("Since when it is owed.", name="incurred_at", groupable=True),
        col.recorded_at("When its status was last told.", "2026-11-20T21:30:04Z", "changed_at"),
    ],
    key=_obligation,
    on={
        ObligationIncurred: created(),
        ObligationAttempted: _noted,
        ObligationCommitted: _noted,
        ObligationBlocked: _now("blocked", reason=fact("reason")),
        ObligationHeld: _now("held", reason=fact("reason"), held_until=fact("until")),
        ObligationCancelled: _now("cancelled", reason=fact("reason")),
        ObligationWrittenOff: _now("written_off", reason=fact("reason")),
        PaymentScheduled: _now(
            "scheduled",
            attempts=fact("attempt"),
            payment_uid=col.STREAM,
            bank_account_uid=fact("bank_account_uid"),
            payee_version=fact("payee_version"),
        ),
        PaymentSubmitted: _now("submitted"),
        PaymentSettled: _now("settled"),
        PaymentFailed: _now("failed", reason=fact("reason")),
        PaymentReinstated: _now("submitted", payment_uid=col.STREAM),
        PaymentReturned: _now("returned", reason=fact("reason")),
        # A payment that is settled after all follows.
        ObligationOwedAgain: _noted,
        # It makes way for another attempt, or for what the obligation says by itself.
        PaymentCancelled: _noted,
    },
    indexes={"bank_status": ("bank_uid", "status", "id")},
    rollups={"obligation_totals": by("currency", "bank_uid", "status", sums=("amount",))},
    default_sort="-id",
)
