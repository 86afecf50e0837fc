"""The cases of payments: one row per payment of which a contradiction came up, as the newest one says it."""

from domain.payments.cases import PaymentCaseClosed, PaymentCaseOpened
from projections.shared import columns as col
from projections.shared.folds import changed, created
from projections.shared.model import read_model

PAYMENT_CASES = read_model(
    "payment_cases",
    "Payments of which something was reported that contradicts what is recorded.",
    version=2,
    ids=col.ids(
        93,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e833",
        "the case",
        uid="follows from that of the payment",
    ),
    columns=[
        col.bank_uid("The bank that pays.", indexed=True),
        col.uuid(
            "payment_uid",
            "The payment.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823",
            indexed=True,
        ),
        col.uuid(
            "reimbursement_uid", "The claim that is paid.", "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820"
        ),
        col.amount("184.60"),
        col.currency(),
        col.label("rail", "Who moves it; empty if no rail took it.", "simulated"),
        col.text("rail_reference", "What the rail calls it.", "SIM-000017"),
        col.label("payment_status", "What is recorded of the payment.", "settled"),
        col.label("reported", "What was reported of it.", "failed"),
        col.text("detail", "Why that cannot be recorded.", "this payment is settled; …"),
        col.choice(
            "status",
            "Whether somebody still has to look.",
            "open",
            ("open", "closed"),
            initially="open",
        ),
        col.timestamp("opened_at", "When the newest contradiction came up.", groupable=True),
        col.timestamp("closed_at", "When it was closed.", None, nullable=True),
        col.text("note", "What came of it.", "The bank corrected its report.", nullable=True),
        col.choice(
            "outcome",
            "Whether what is recorded stands, or the payment is settled after all; null before it was closed.",
            "stands",
            ("stands", "settled"),
            nullable=True,
        ),
        col.uuid("closed_by", "The user who closed it.", None, nullable=True),
    ],
    on={
        PaymentCaseOpened: created(keeps=("id",)),
        PaymentCaseClosed: changed("note", "outcome", "closed_by", "closed_at", status="closed"),
    },
    default_sort="-id",
)
