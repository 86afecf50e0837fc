"""Files of transactions: what their columns hold, and which fact a row is."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

import msgspec

from application.shared.import_kinds import (
    AMOUNT,
    DATE,
    EXTRA,
    FileColumn,
    ImportingRun,
    ImportKind,
)
from application.shared.permissions import Permission
from domain.shared.rules import checked
from domain.transactions import (
    ID_LENGTH_MAX,
    MANUAL_SOURCE,
    TransactionCorrected,
    TransactionIngested,
    amended,
    begun,
    clean_id,
    said,
    sane_day,
    uid_hex,
    user_id_of,
)

USUAL_CURRENCY = "USD"
"""The currency of amounts that show none, unless another one is declared."""


def _facts(source: str, _: Mapping[str, UUID]) -> Callable[..., TransactionIngested]:
    def fact(
        transaction_id: str,
        user_id: int,
        amount: tuple[Decimal, str],
        transaction_date: dt.date,
        extra: dict[str, str] | None,
    ) -> TransactionIngested:
        # Each value is in its normal form already, so this is what `domain.transactions.ingested` would make of it.
        return TransactionIngested(
            transaction_id=transaction_id,
            user_id=user_id,
            amount=amount[0],
            currency=amount[1],
            transaction_date=transaction_date,
            source=source,
            extra=extra or {},
        )

    return fact


def _short(text: str) -> str:
    # The text is clean already, so that its length is all there is left to look at.
    return text if len(text) <= ID_LENGTH_MAX else clean_id(text)


def _of_run(fact: TransactionIngested, run: ImportingRun) -> TransactionIngested:
    """The fact with the day whose file its run took in.

    Raises:
        Invalid: it lies on a day that had not begun anywhere when the run began (`date_in_future`).
    """
    day = fact.transaction_date
    if day > run.started_at.date():  # seldom, so that only then is asked what day it is elsewhere
        checked("the row", transaction_date=(lambda it: begun(it, run.started_at), day))
    if run.interval_start is None:
        return fact
    return msgspec.structs.replace(fact, day=run.interval_start.date())


KIND = ImportKind(
    name="transactions",
    noun="transaction",
    permission=Permission.TRANSACTIONS_INGEST,
    columns=(
        FileColumn(name="transaction_id", rule=_short, example="T-2026-000042"),
        FileColumn(name="user_id", rule=user_id_of, example="123"),
        FileColumn(name="amount", cell=AMOUNT, example="$204.81"),
        FileColumn(name="transaction_date", cell=DATE, rule=sane_day, example="2026-03-14"),
        FileColumn(name="extra", cell=EXTRA, required=False, example=""),
    ),
    event=TransactionIngested,
    facts=_facts,
    uid=lambda fact, _: uid_hex(fact.transaction_id),
    key="transaction_id",
    of_run=_of_run,
    measure=lambda fact: (fact.currency, fact.amount),
    amend=lambda facts, fact, run: amended(facts, fact, run.told_since),
    corrects=TransactionCorrected,
    said=said,
    scheduled=True,
    reserved_sources=frozenset({MANUAL_SOURCE}),
    # Real files mix these in one column; each is tried strictly, so that no day and month are swapped by a guess.
    defaults={
        "currency": USUAL_CURRENCY,
        "date_format": "YYYY-MM-DD;M/D/YYYY;D-M-YYYY;YYYY/M/D",
        "keep": "*",
    },
)
