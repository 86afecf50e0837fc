"""The accounts of members as a table."""

import sqlalchemy as sa

from domain.banks.accounts import BankAccountChanged, BankAccountClosed, BankAccountOpened
from domain.shared.account_numbers import masked
from projections.banks.columns import bank_fields, dates, ids, number_field, table_of
from projections.shared.projection import TEXT, Projection, ReadTable, Record, Row, changed, created
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = table_of(
    "bank_accounts",
    sa.Column("bank_uid", sa.Uuid, nullable=False),
    sa.Column("bank_id", sa.BigInteger, nullable=False),
    sa.Column("member_uid", sa.Uuid, nullable=False),
    sa.Column("bank_member_id", sa.BigInteger, nullable=False),
    sa.Column("holder", TEXT, nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("iban", TEXT, nullable=True),
    sa.Column("routing_number", TEXT, nullable=True),
    sa.Column("account_number", TEXT, nullable=True),
    sa.Index("bank_accounts_bank_uid", "bank_uid", "id"),
    sa.Index("bank_accounts_member_uid", "member_uid", "id"),
)


def _opened(row: Row | None, record: Record[BankAccountOpened]) -> Row:  # noqa: ARG001
    fact = record.event
    return created(
        record,
        bank_uid=fact.bank_uid,
        bank_id=fact.bank_id,
        member_uid=fact.member_uid,
        bank_member_id=fact.bank_member_id,
        holder=fact.holder,
        currency=fact.currency,
        **_numbers(fact),
        status="open",
        created_at=record.recorded_at,
        ended_at=None,
    )


def _changed(row: Row | None, record: Record[BankAccountChanged]) -> Row | None:
    if row is None:
        return None
    return changed(row, record, holder=record.event.holder, **_numbers(record.event))


def _closed(row: Row | None, record: Record[BankAccountClosed]) -> Row | None:
    return changed(row, record, status="closed", ended_at=record.recorded_at) if row else None


def _numbers(fact: BankAccountOpened | BankAccountChanged) -> dict[str, str | None]:
    return {
        "iban": masked(fact.iban),
        "routing_number": masked(fact.routing_number),
        "account_number": masked(fact.account_number),
    }


ACCOUNTS = Collection(
    name="bank_accounts",
    table=TABLE,
    projection="bank_accounts",
    description="The accounts that members are paid into.",
    fields=(
        *ids("3b9d7c1f-6a2e-4d58-8c10-5e7f9a1b2c3d"),
        *bank_fields(),
        Field(
            "bank_member_id",
            FieldType.INTEGER,
            groupable=True,
            example=47,
            description="Id of the member it belongs to.",
        ),
        Field(
            "member_uid",
            FieldType.UUID,
            groupable=True,
            example="9c2d4e6f-1a3b-8c5d-8e7f-0a1b2c3d4e5f",
            description="Uid of the member it belongs to.",
        ),
        Field("holder", example="Ines Falk", description="In whose name it is held."),
        Field(
            "currency",
            groupable=True,
            example="EUR",
            description="ISO 4217 code of the currency it holds.",
        ),
        number_field("iban", "Its IBAN: the last four characters.", "****3000"),
        number_field("routing_number", "Its ABA routing number: the last four digits.", None),
        number_field("account_number", "Its account number: the last four digits.", None),
        *dates("open", "closed"),
    ),
)

BANK_ACCOUNTS = Projection(
    name="bank_accounts",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                BankAccountOpened: _opened,
                BankAccountChanged: _changed,
                BankAccountClosed: _closed,
            },
        ),
    ),
    collection=ACCOUNTS,
)
