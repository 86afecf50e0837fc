"""The journal: its table, what each event posts, and how it is queried."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.payments.obligation_facts import (
    ObligationIncurred,
    ObligationOwedAgain,
    ObligationRevalued,
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
from domain.shared.ids import derived
from projections.ledger.chart import BookAccount
from projections.shared import columns as col
from projections.shared.columns import Of
from projections.shared.folds import FoldPlan, created, fact
from projections.shared.model import by, read_model
from projections.shared.projection import Record, by_position
from projections.shared.query.fields import Operator
from projections.shared.query.requests import (
    GROUPS_MAX,
    AggregateQuery,
    Condition,
    Function,
    GroupTerm,
    Measure,
)

_OCCASIONS = (
    "incurred",
    "revalued",
    "scheduled",
    "submitted",
    "settled",
    "failed",
    "reinstated",
    "returned",
    "written_off",
    "owed_again",
)


def _uid(_row: Any, record: Record[Any]) -> UUID:
    return derived("ledger entry", record.stream_id, str(record.version))


def _posts(occasion: str, debit: BookAccount, credit: BookAccount, **values: Any) -> FoldPlan:
    return created(
        uid=_uid,
        version=1,
        occasion=occasion,
        debit_account=debit.value,
        credit_account=credit.value,
        **values,
    )


def _side(of_loss: BookAccount, of_gain: BookAccount) -> Of:
    return fact("is_loss", lambda it: (of_loss if it else of_gain).value)


LEDGER = read_model(
    "ledger",
    "The journal: every entry debits one account and credits another with the same amount.",
    version=5,
    table="ledger_entries",
    ids=col.ids(
        58,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e831",
        "the entry",
        version="Always 1: an entry never changes.",
    ),
    columns=[
        col.bank_uid("The bank whose books these are.", indexed=True),
        col.uuid(
            "payment_uid",
            "The payment it was posted for; null of what is owed without one.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e823",
            indexed=True,
            nullable=True,
            initially=col.STREAM,
        ),
        col.uuid(
            "reimbursement_uid", "The claim that is paid.", "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820"
        ),
        col.choice(
            "occasion", "What happened to the payment, or to what is owed.", "settled", _OCCASIONS
        ),
        col.choice(
            "debit_account", "The account debited.", BookAccount.PAYMENTS_IN_TRANSIT, BookAccount
        ),
        col.choice(
            "credit_account", "The account credited.", BookAccount.CASH_AT_BANK, BookAccount
        ),
        col.amount("184.60"),
        col.currency("The currency of the book."),
        col.recorded_at(
            "When the event behind it was recorded.",
            "2026-11-20T21:30:04Z",
            "posted_at",
            groupable=True,
            indexed=True,
        ),
    ],
    key=by_position,
    key_column="id",
    on={
        # What is owed is posted once: with the first payment, or before it where that cannot be made at once.
        ObligationIncurred: _posts(
            "incurred",
            BookAccount.EMPLOYEE_EXPENSES,
            BookAccount.REIMBURSEMENTS_PAYABLE,
            payment_uid=None,
        ).when("stands_alone"),
        # All that is owed is posted as an expense: what rates made of it is taken out, or put back.
        ObligationRevalued: created(
            uid=_uid,
            version=1,
            occasion="revalued",
            payment_uid=None,
            debit_account=_side(BookAccount.EXCHANGE_DIFFERENCES, BookAccount.EMPLOYEE_EXPENSES),
            credit_account=_side(BookAccount.EMPLOYEE_EXPENSES, BookAccount.EXCHANGE_DIFFERENCES),
        ),
        PaymentScheduled: _posts(
            "scheduled", BookAccount.EMPLOYEE_EXPENSES, BookAccount.REIMBURSEMENTS_PAYABLE
        ).when("incurs"),
        PaymentSubmitted: _posts(
            "submitted", BookAccount.REIMBURSEMENTS_PAYABLE, BookAccount.PAYMENTS_IN_TRANSIT
        ),
        PaymentSettled: _posts(
            "settled", BookAccount.PAYMENTS_IN_TRANSIT, BookAccount.CASH_AT_BANK
        ),
        PaymentFailed: _posts(
            "failed", BookAccount.PAYMENTS_IN_TRANSIT, BookAccount.REIMBURSEMENTS_PAYABLE
        ).when("was_submitted"),
        PaymentReinstated: _posts(
            "reinstated", BookAccount.REIMBURSEMENTS_PAYABLE, BookAccount.PAYMENTS_IN_TRANSIT
        ),
        PaymentReturned: _posts(
            "returned", BookAccount.CASH_AT_BANK, BookAccount.REIMBURSEMENTS_PAYABLE
        ),
        ObligationWrittenOff: _posts(
            "written_off",
            BookAccount.REIMBURSEMENTS_PAYABLE,
            BookAccount.PAYABLES_WRITTEN_OFF,
            payment_uid=None,
        ),
        ObligationOwedAgain: _posts(
            "owed_again",
            BookAccount.PAYABLES_WRITTEN_OFF,
            BookAccount.REIMBURSEMENTS_PAYABLE,
            payment_uid=None,
        ),
    },
    rollups={
        "ledger_totals": by(
            "currency", "bank_uid", "debit_account", "credit_account", sums=("amount",)
        )
    },
    default_sort="-id",
)


def balances_query(as_of: datetime | None = None) -> AggregateQuery:
    """What was posted between each pair of accounts of each book, up to this moment; for `balances_of`.

    One statement answers it, so both sides of every entry are in it.
    """
    field = LEDGER.collection.by_name
    names = ("bank_uid", "currency", "debit_account", "credit_account")
    until = Condition(field["posted_at"], Operator.LTE, (as_of,)) if as_of else None
    return AggregateQuery(
        conditions=(until,) if until else (),
        by=tuple(GroupTerm(field[name]) for name in names),
        measures=(Measure(Function.SUM, field["amount"]),),
        sort=(),
        limit=GROUPS_MAX,
    )
