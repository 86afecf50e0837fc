"""The exchange rates of banks: one row per bank, pair of currencies and day, as it was said last."""

from domain.rates import ExchangeRateRecorded
from projections.shared import columns as col
from projections.shared.columns import EXACT
from projections.shared.folds import created
from projections.shared.model import read_model

EXCHANGE_RATES = read_model(
    "exchange_rates",
    "What banks say that currencies are worth in others.",
    version=2,
    ids=col.ids(84, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81b", "the rate of a day"),
    columns=[
        col.bank_uid("The bank that keeps it.", indexed=True),
        col.integer("bank_id", "Id of the bank.", 41),
        col.label("base", "The currency of which one is worth `value` of the other.", "EUR"),
        col.label("quote", "The other currency.", "USD"),
        col.decimal("value", "What one `base` is worth.", "1.0842", stored_as=EXACT),
        col.text("source", "Who says so.", "ECB reference rates"),
        col.date("day", "The day it is of.", "2026-11-20", groupable=True, indexed=True),
        col.uuid("recorded_by", "The user who recorded it.", None, nullable=True),
        col.uuid("confirmed_by", "The user who confirmed it.", None, nullable=True),
        col.recorded_at("When it was recorded."),
    ],
    on={ExchangeRateRecorded: created(keeps=("id",))},
    default_sort="-day",
)
