"""The banks as a table."""

import sqlalchemy as sa

from domain.banks.banks import BankChanged, BankDeactivated, BankOpened
from domain.shared.account_numbers import masked
from projections.banks.columns import dates, ids, number_field, table_of
from projections.shared.projection import TEXT, Projection, ReadTable, Record, Row, changed, created
from projections.shared.query.fields import Collection, Field

TABLE = table_of(
    "banks",
    sa.Column("name", TEXT, nullable=False),
    sa.Column("location", TEXT, nullable=False),
    sa.Column("currency", TEXT, nullable=False),
    sa.Column("iban", TEXT, nullable=True),
)


def _opened(row: Row | None, record: Record[BankOpened]) -> Row:  # noqa: ARG001
    fact = record.event
    return created(
        record,
        name=fact.name,
        location=fact.location,
        currency=fact.currency,
        iban=masked(fact.iban),
        status="active",
        created_at=record.recorded_at,
        ended_at=None,
    )


def _changed(row: Row | None, record: Record[BankChanged]) -> Row | None:
    if row is None:
        return None
    fact = record.event
    return changed(row, record, name=fact.name, location=fact.location, iban=masked(fact.iban))


def _deactivated(row: Row | None, record: Record[BankDeactivated]) -> Row | None:
    if row is None:
        return None
    return changed(row, record, status="deactivated", ended_at=record.recorded_at)


BANKS = Collection(
    name="banks",
    table=TABLE,
    projection="banks",
    description="The banks that pay what is claimed.",
    fields=(
        *ids("7d1b8d0a-2f61-4c0e-9a44-0d2f5b6c7e11"),
        Field("name", example="Harbour Bank", description="What it is called."),
        Field("location", groupable=True, example="Rotterdam", description="Where it is."),
        Field(
            "currency",
            groupable=True,
            example="EUR",
            description="ISO 4217 code of the currency it keeps its ledger in.",
        ),
        number_field(
            "iban", "The account payments leave from: its last four characters.", "****4300"
        ),
        *dates("active", "deactivated"),
    ),
)

BANKS_PROJECTION = Projection(
    name="banks",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={BankOpened: _opened, BankChanged: _changed, BankDeactivated: _deactivated},
        ),
    ),
    collection=BANKS,
)
