"""The transactions as a table to filter, sort and add up, and what is added up per user.

The table has the columns that were asked for (`id`, `transaction_id`, `user_id`, `amount`, `transaction_date`) and what
Daybook needs beside them. Amounts are exact (NUMERIC), and the rollups keep currencies apart.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.imports import ImportReverted
from domain.transactions import (
    ID_LENGTH_MAX,
    MANUAL_SOURCE,
    TransactionCorrected,
    TransactionIngested,
    TransactionVoided,
)
from projections.shared import columns as col
from projections.shared import entries
from projections.shared.folds import created, everywhere
from projections.shared.model import by, read_model
from projections.shared.projection import Record, Row


def _import(_row: Any, record: Record[TransactionIngested]) -> UUID | None:
    # All events of an import share its id as their correlation; what a hand ingested came from no file.
    return None if record.event.source == MANUAL_SOURCE else record.correlation_id


def _month(_row: Row | None, record: Record[TransactionIngested | TransactionCorrected]) -> dt.date:
    day: dt.date = record.event.transaction_date
    return day.replace(day=1)


def _by_file(name: str) -> Callable[[Row, Record[TransactionCorrected]], Any]:
    """What a file says that corrects; what a person corrects keeps what the last file said."""

    def told(row: Row, record: Record[TransactionCorrected]) -> Any:
        is_by_hand = record.event.source == MANUAL_SOURCE
        return row[name] if is_by_hand else getattr(record.event, name)

    return told


_VALUES = ("user_id", "amount", "currency", "transaction_date")

TRANSACTIONS = read_model(
    "transactions",
    "What users of another system were charged or paid, as its daily files tell it.",
    version=3,
    ids=col.ids(
        2005,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e838",
        "the transaction",
        uid="follows from its `transaction_id`",
        version_example=1,
    ),
    columns=[
        col.text(
            "transaction_id",
            "The number that the other system gave it.",
            "T-2026-000042",
            unique=True,
            stored_as=sa.String(ID_LENGTH_MAX, collation="C"),
        ),
        col.integer(
            "user_id",
            "The number of a user of the other system; nobody who signs in here.",
            123,
            groupable=True,
            stored_as=sa.Integer(),
        ),
        col.amount(
            "204.81",
            "The exact amount, in `currency`; negative for money that went back.",
        ),
        col.currency(),
        col.date(
            "transaction_date", "The day it lies on.", "2026-03-14", groupable=True, indexed=True
        ),
        col.date(
            "month",
            "The first day of its month.",
            "2026-03-01",
            groupable=True,
            shown=False,
            initially=_month,
        ),
        col.label(
            "source",
            "Where its values come from: the source its import declared, or `manual`.",
            "payments-nightly",
        ),
        col.date(
            "day",
            "The day whose file told of it; null if it came in no file of a day.",
            "2026-03-14",
            nullable=True,
            groupable=True,
        ),
        col.uuid(
            "import_id",
            "The import that brought it first; null if it came from no file.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819",
            nullable=True,
            groupable=True,
            indexed=True,
        ),
        col.json("extra", "What its file said in further columns, by their names.", {}),
        col.recorded_at("When it was written into the log."),
        *entries.standing(
            {
                "user_id": 123,
                "amount": "240.81",
                "currency": "USD",
                "transaction_date": "2026-03-14",
            }
        ),
    ],
    on={
        TransactionIngested: created(import_id=_import),
        TransactionCorrected: entries.corrected(
            *_VALUES, month=_month, **{name: _by_file(name) for name in ("source", "day", "extra")}
        ),
        TransactionVoided: entries.voided(),
        # A number is in the table once: what was reverted leaves it, and may come again.
        ImportReverted: everywhere("import_id", removed=True),
    },
    indexes={"user": ("user_id", "transaction_date", "id")},
    # The summary of some days of one user is told by this index alone, and a page of a user's list found by it.
    covering={"user": ("amount", "currency", "listing")},
    rollups={
        "transaction_totals": by("user_id", "currency", "listing", sums=("amount",)),
        "transaction_monthly_totals": by(
            "user_id", "month", "currency", "listing", sums=("amount",)
        ),
        "transaction_daily_totals": by("transaction_date", "currency", "listing", sums=("amount",)),
    },
)
