"""The payment batches: one row per file that was made."""

import sqlalchemy as sa

from domain.payments.batches import (
    PaymentBatchCreated,
    PaymentBatchReleased,
    PaymentBatchVoided,
)
from projections.shared import columns as col
from projections.shared.folds import changed, created, fact
from projections.shared.model import read_model

PAYMENT_BATCHES = read_model(
    "payment_batches",
    "The files of payments that were made for a bank.",
    version=3,
    ids=col.ids(71, "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82e", "the batch"),
    columns=[
        col.bank_uid("The bank that pays.", indexed=True),
        col.text(
            "message_id",
            "What the file calls itself, and the rail reference of its payments.",
            "0d4a5be7c1f24e93a86b7f1520c3d4e5",
        ),
        col.quantity(
            "payments",
            "How many payments it holds, or left with it.",
            12,
            stored=len,
            stored_as=sa.Integer(),
        ),
        col.amount("2210.40", "What they come to, in `currency`."),
        col.integer("left_out", "How many could not leave with it any more.", 0, initially=0),
        col.currency("The currency of all of it."),
        col.text(
            "sha256",
            "Digest of the file, in hexadecimal.",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        col.label(
            "actor",
            "Who made it.",
            "user:b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
            initially=col.ACTOR,
        ),
        col.timestamp("created_at", "When it was made.", groupable=True),
        col.choice(
            "status",
            "Whether its file may be handed in.",
            "released",
            ("created", "released", "voided"),
        ),
        col.date(
            "execution_on",
            "The day on which the bank is to pay; null for files of which that was not kept.",
            "2026-11-23",
            nullable=True,
        ),
        col.uuid("created_by", "The user who made it.", None, nullable=True),
        col.uuid("released_by", "The user who released it.", None, nullable=True),
        col.timestamp("released_at", "When it was released.", nullable=True),
        col.uuid("voided_by", "The user who gave it up.", None, nullable=True),
        col.timestamp("voided_at", "When it was given up.", None, nullable=True),
        col.text("reason", "Why it was given up.", None, nullable=True),
    ],
    on={
        PaymentBatchCreated: created(
            amount=fact("total"),
            status=fact("needs_release", lambda it: "created" if it else "released"),
        ),
        PaymentBatchReleased: changed(
            "sha256",
            "execution_on",
            "released_by",
            "released_at",
            status="released",
            left_out=fact("left_out", len),
            payments=lambda row, record: row["payments"] - len(record.event.left_out),
            amount=lambda row, record: record.event.total or row["amount"],
        ),
        PaymentBatchVoided: changed("voided_by", "voided_at", "reason", status="voided"),
    },
    default_sort="-id",
)
