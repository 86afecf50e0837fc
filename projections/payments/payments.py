"""The payments: one row per payment, from its order to what became of it; numbers of accounts are masked."""

from typing import Any

from domain.payments.payment_facts import (
    PaymentBatched,
    PaymentCancelled,
    PaymentFailed,
    PaymentReinstated,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
    PaymentUnbatched,
)
from domain.shared.account_numbers import masked
from projections.shared import columns as col
from projections.shared.columns import RECORDED_AT
from projections.shared.folds import FoldPlan, changed, created
from projections.shared.model import read_model
from projections.shared.projection import Record

_STATUSES = ("scheduled", "submitted", "settled", "failed", "returned", "cancelled")


def _creditor_account(_row: Any, record: Record[PaymentScheduled]) -> str | None:
    return masked(record.event.iban or record.event.account_number)


def _moved(status: str, *names: str, **values: Any) -> FoldPlan:
    return changed(*names, status=status, changed_at=RECORDED_AT, **values)


PAYMENTS = read_model(
    "payments",
    "What approved claims move: the order, the rail, and what became of it.",
    version=4,
    ids=col.ids(
        58,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823",
        "the payment",
        uid="follows from that of the claim",
        version_example=3,
    ),
    columns=[
        col.uuid(
            "reimbursement_uid", "The claim that is paid.", "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820"
        ),
        col.bank_uid("The bank that pays."),
        col.uuid(
            "bank_account_uid",
            "The member's account that is paid to.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e822",
        ),
        col.uuid(
            "member_uid",
            "The member who is paid.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e821",
            groupable=True,
            indexed=True,
        ),
        col.amount("184.60"),
        col.currency(),
        col.text("creditor_name", "The holder of the account.", "Mira Solberg"),
        col.account_number(
            "creditor_account",
            "The last four characters of the IBAN or account number.",
            "****3000",
        ),
        col.integer("attempt", "The number of the attempt to pay the claim, from 1.", 1),
        col.integer(
            "payee_version",
            "Which version of the account's payee is paid; null if that was not noted.",
            1,
            nullable=True,
        ),
        col.choice("status", "How far the money is.", "settled", _STATUSES, initially="scheduled"),
        col.label("rail", "Who moves it; null before somebody does.", "simulated", nullable=True),
        col.text(
            "rail_reference",
            "What the rail calls it; for a file, the batch's message id.",
            "SIM-000017",
            nullable=True,
        ),
        col.uuid(
            "batch_uid",
            "The batch that it leaves with; null while it waits for one, or goes by itself.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82e",
            nullable=True,
            indexed=True,
        ),
        col.text(
            "reason", "Why it failed, came back or was cancelled.", "account closed", nullable=True
        ),
        col.date(
            "settled_on", "The day the money arrived.", "2026-11-21", nullable=True, groupable=True
        ),
        col.recorded_at("When it was ordered.", name="scheduled_at", groupable=True),
        col.timestamp(
            "submitted_at", "When the rail took it.", "2026-11-20T21:30:01Z", nullable=True
        ),
        col.recorded_at("When its status was last told.", "2026-11-20T21:30:04Z", "changed_at"),
    ],
    on={
        PaymentScheduled: created(creditor_account=_creditor_account),
        PaymentBatched: changed("batch_uid"),
        PaymentUnbatched: changed(batch_uid=None),
        PaymentSubmitted: _moved("submitted", "rail", "rail_reference", submitted_at=RECORDED_AT),
        PaymentSettled: _moved("settled", "settled_on"),
        PaymentFailed: _moved("failed", "reason"),
        PaymentReinstated: _moved("submitted", reason=None),
        PaymentReturned: _moved("returned", "reason"),
        PaymentCancelled: _moved("cancelled", "reason"),
    },
    indexes={
        "bank_uid_status": ("bank_uid", "status", "id"),
        "reimbursement_uid": ("reimbursement_uid",),
    },
    default_sort="-id",
)
