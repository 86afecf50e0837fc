"""What was paid out of the tills: one row per payout, never changed."""

from domain.petty_cash import PettyCashPaidOut

from projections.shared import columns as col
from projections.shared.folds import created
from projections.shared.model import by, read_model

PAYOUTS = read_model(
    "payouts",
    "What was paid out of the tills.",
    version=1,
    ids=col.ids(71, "0d4a5be7-c1f2-4e93-a86b-7f1520c3d4e5", "the payout"),
    columns=[
        col.bank_uid("The bank whose till it is.", indexed=True),
        col.label("purpose", "What it was for.", "Stamps"),
        col.amount("12.50", "The exact amount, in `currency`."),
        col.currency(),
        col.recorded_at("When it was recorded."),
    ],
    on={PettyCashPaidOut: created()},
    rollups={"payout_totals": by("currency", "bank_uid", "purpose", sums=("amount",))},
)
