"""The payment batches: one row per file that was made."""

import sqlalchemy as sa

from domain.payments.batches import PaymentBatchCreated
from projections.shared import columns as col
from projections.shared.folds import created, fact
from projections.shared.model import read_model

PAYMENT_BATCHES = read_model(
    "payment_batches",
    "The files of payments that were made for a bank.",
    version=1,
    ids=col.ids(71, "0d4a5be7-c1f2-4e93-a86b-7f1520c3d4e5", "the batch"),
    columns=[
        col.bank_uid("The bank that pays.", indexed=True),
        col.text(
            "message_id",
            "What the file calls itself, and the rail reference of its payments.",
            "0d4a5be7c1f24e93a86b7f1520c3d4e5",
        ),
        col.quantity(
            "payments", "How many payments it holds.", 12, stored=len, stored_as=sa.Integer()
        ),
        col.amount("2210.40", "What they come to, in `currency`."),
        col.currency("The currency of all of it."),
        col.text(
            "sha256",
            "Digest of the file, in hexadecimal.",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        col.label(
            "actor",
            "Who made it.",
            "user:0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            initially=col.ACTOR,
        ),
        col.timestamp("created_at", "When it was made.", groupable=True),
    ],
    on={PaymentBatchCreated: created(amount=fact("total"))},
    default_sort="-id",
)
