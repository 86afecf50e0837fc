"""The administrators of banks as a table. Who is appointed again keeps the row, and with it both ids."""

import msgspec
import sqlalchemy as sa

from domain.banks.administrators import (
    AdministratorAppointed,
    AdministratorChanged,
    AdministratorDeactivated,
)
from projections.banks.columns import dates, ids, person_columns, person_fields, table_of
from projections.shared.projection import TEXT, Projection, ReadTable, Record, Row, changed, created
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = table_of(
    "bank_administrators",
    *person_columns("bank_administrators"),
    sa.Column("approval_limit", sa.Numeric(20, 4), nullable=True),
    sa.Column("currency", TEXT, nullable=False),
)


def _appointed(row: Row | None, record: Record[AdministratorAppointed]) -> Row:
    values = {**msgspec.structs.asdict(record.event), "status": "active", "ended_at": None}
    if row is None:
        return created(record, **values, created_at=record.recorded_at)
    return changed(row, record, **values)


def _changed(row: Row | None, record: Record[AdministratorChanged]) -> Row | None:
    return changed(row, record, **msgspec.structs.asdict(record.event)) if row else None


def _deactivated(row: Row | None, record: Record[AdministratorDeactivated]) -> Row | None:
    return changed(row, record, status="inactive", ended_at=record.recorded_at) if row else None


ADMINISTRATORS = Collection(
    name="bank_administrators",
    table=TABLE,
    projection="bank_administrators",
    currency="currency",
    description="The people who decide claims.",
    fields=(
        *ids("b4e6f8a0-2c1d-8e3f-9a5b-6c7d8e9f0a1b"),
        *person_fields(),
        Field(
            "approval_limit",
            FieldType.DECIMAL,
            nullable=True,
            money=True,
            example="500.00",
            description="Up to this amount they decide alone; null if they always do.",
        ),
        Field(
            "currency",
            groupable=True,
            example="EUR",
            description="ISO 4217 code of the currency of the limit.",
        ),
        *dates("active", "inactive"),
    ),
)

BANK_ADMINISTRATORS = Projection(
    name="bank_administrators",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                AdministratorAppointed: _appointed,
                AdministratorChanged: _changed,
                AdministratorDeactivated: _deactivated,
            },
        ),
    ),
    collection=ADMINISTRATORS,
)
