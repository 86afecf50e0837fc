"""The journal: its table, what each event posts, and how it is queried."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.payments.payments import (
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.shared.ids import derived
from projections.ledger.chart import Account
from projections.shared.projection import (
    READ_SCHEMA,
    TEXT,
    Fold,
    Projection,
    ReadTable,
    Record,
    Row,
    rollup_of,
)
from projections.shared.query.fields import Collection, Field, FieldType, Operator
from projections.shared.query.requests import (
    GROUPS_MAX,
    AggregateQuery,
    Condition,
    Function,
    GroupTerm,
    Measure,
)

TABLE = sa.Table(
    "ledger_entries",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("bank_uid", sa.Uuid, nullable=False),
    sa.Column("payment_uid", sa.Uuid, nullable=False),
    sa.Column("reimbursement_uid", sa.Uuid, nullable=False),
    sa.Column("occasion", TEXT, nullable=False),
    sa.Column("debit_account", TEXT, nullable=False),
    sa.Column("credit_account", TEXT, nullable=False),
    sa.Column("amount", sa.Numeric(20, 4), nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ledger_entries_bank_uid", "bank_uid", "id"),
    sa.Index("ledger_entries_payment_uid", "payment_uid", "id"),
    sa.Index("ledger_entries_posted_at", "posted_at", "id"),
    schema=READ_SCHEMA,
)

TOTALS = rollup_of(
    TABLE,
    "ledger_totals",
    by=("currency", "bank_uid", "debit_account", "credit_account"),
    sums=("amount",),
)

OCCASIONS = ("scheduled", "submitted", "settled", "failed", "returned")


def _posts(occasion: str, debit: Account, credit: Account) -> Fold:
    def fold(row: Row | None, record: Record[Any]) -> Row | None:
        fact = record.event
        if isinstance(fact, PaymentFailed) and not fact.was_submitted:
            return row
        return {
            "id": record.position,
            "uid": derived("ledger entry", record.stream_id, str(record.version)),
            "version": 1,
            "bank_uid": fact.bank_uid,
            "payment_uid": record.stream_id,
            "reimbursement_uid": fact.reimbursement_uid,
            "occasion": occasion,
            "debit_account": debit.value,
            "credit_account": credit.value,
            "amount": fact.amount,
            "currency": fact.currency,
            "posted_at": record.recorded_at,
        }

    return fold


def _by_position(record: Record[Any]) -> int:
    return record.position


def _account_field(name: str, description: str, example: Account) -> Field:
    return Field(
        name,
        choices=tuple(account.value for account in Account),
        groupable=True,
        example=example.value,
        description=description,
    )


COLLECTION = Collection(
    name="ledger_entries",
    table=TABLE,
    projection="ledger",
    currency="currency",
    default_sort="-id",
    rollups=(TOTALS,),
    description="The journal: every entry debits one account and credits another with the same amount.",
    fields=(
        Field("id", FieldType.INTEGER, example=58, description="Stable number of the entry."),
        Field(
            "uid",
            FieldType.UUID,
            example="2f6a1b0c-9d3e-8f47-a1b2-c3d4e5f60718",
            description="Stable id of the entry.",
        ),
        Field(
            "bank_uid",
            FieldType.UUID,
            groupable=True,
            example="b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9",
            description="The bank whose books these are.",
        ),
        Field(
            "payment_uid",
            FieldType.UUID,
            example="5e8d0b7c-1f2a-83c4-9d6e-7f8091a2b3c4",
            description="The payment it was posted for.",
        ),
        Field(
            "reimbursement_uid",
            FieldType.UUID,
            example="3f0c9a52-7d1e-4b8a-9c65-2e4f81d0a7b3",
            description="The claim that is paid.",
        ),
        Field(
            "occasion",
            choices=OCCASIONS,
            groupable=True,
            example="settled",
            description="What happened to the payment.",
        ),
        _account_field("debit_account", "The account debited.", Account.PAYMENTS_IN_TRANSIT),
        _account_field("credit_account", "The account credited.", Account.CASH_AT_BANK),
        Field(
            "amount",
            FieldType.DECIMAL,
            measurable=True,
            money=True,
            example="184.60",
            description="The exact amount, in `currency`.",
        ),
        Field(
            "currency",
            groupable=True,
            example="EUR",
            description="The currency of the book.",
        ),
        Field(
            "posted_at",
            FieldType.TIMESTAMP,
            groupable=True,
            example="2026-11-20T21:30:04Z",
            description="When the event behind it was recorded.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=1,
            description="Always 1: an entry never changes.",
        ),
    ),
)

LEDGER = Projection(
    name="ledger",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                PaymentScheduled: _posts(
                    "scheduled", Account.EMPLOYEE_EXPENSES, Account.REIMBURSEMENTS_PAYABLE
                ),
                PaymentSubmitted: _posts(
                    "submitted", Account.REIMBURSEMENTS_PAYABLE, Account.PAYMENTS_IN_TRANSIT
                ),
                PaymentSettled: _posts(
                    "settled", Account.PAYMENTS_IN_TRANSIT, Account.CASH_AT_BANK
                ),
                PaymentFailed: _posts(
                    "failed", Account.PAYMENTS_IN_TRANSIT, Account.REIMBURSEMENTS_PAYABLE
                ),
                PaymentReturned: _posts(
                    "returned", Account.CASH_AT_BANK, Account.REIMBURSEMENTS_PAYABLE
                ),
            },
            key=_by_position,
            key_column="id",
            rollups=(TOTALS,),
        ),
    ),
    collection=COLLECTION,
)


def balances_query(as_of: datetime | None = None) -> AggregateQuery:
    """What was posted between each pair of accounts of each book, up to this moment; for `balances_of`.

    One statement answers it, so both sides of every entry are in it.
    """
    field = COLLECTION.by_name
    names = ("bank_uid", "currency", "debit_account", "credit_account")
    until = Condition(field["posted_at"], Operator.LTE, (as_of,)) if as_of else None
    return AggregateQuery(
        conditions=(until,) if until else (),
        by=tuple(GroupTerm(field[name]) for name in names),
        measures=(Measure(Function.SUM, field["amount"]),),
        sort=(),
        limit=GROUPS_MAX,
    )
