"""The members of banks as a table. Who is admitted again keeps the row, and with it both ids."""

import msgspec

from domain.banks.members import MemberAdmitted, MemberChanged, MemberDeactivated
from projections.banks.columns import dates, ids, person_columns, person_fields, table_of
from projections.shared.projection import Projection, ReadTable, Record, Row, changed, created
from projections.shared.query.fields import Collection

TABLE = table_of("bank_members", *person_columns("bank_members"))


def _admitted(row: Row | None, record: Record[MemberAdmitted]) -> Row:
    values = {**msgspec.structs.asdict(record.event), "status": "active", "ended_at": None}
    if row is None:
        return created(record, **values, created_at=record.recorded_at)
    return changed(row, record, **values)


def _changed(row: Row | None, record: Record[MemberChanged]) -> Row | None:
    return changed(row, record, **msgspec.structs.asdict(record.event)) if row else None


def _deactivated(row: Row | None, record: Record[MemberDeactivated]) -> Row | None:
    return changed(row, record, status="inactive", ended_at=record.recorded_at) if row else None


MEMBERS = Collection(
    name="bank_members",
    table=TABLE,
    projection="bank_members",
    description="The people who submit claims.",
    fields=(
        *ids("9c2d4e6f-1a3b-8c5d-8e7f-0a1b2c3d4e5f"),
        *person_fields(),
        *dates("active", "inactive"),
    ),
)

BANK_MEMBERS = Projection(
    name="bank_members",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                MemberAdmitted: _admitted,
                MemberChanged: _changed,
                MemberDeactivated: _deactivated,
            },
        ),
    ),
    collection=MEMBERS,
)
