"""The event log itself as a collection to query: what was recorded, in what order, by whom and because of what.

This is no read model: nothing is projected, the rows are those of the log, so an answer is never behind.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from domain.shared.account_numbers import masked_fact
from projections.shared.projection import TEXT
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "events",
    sa.MetaData(),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stream_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("correlation_id", sa.Uuid, nullable=False),
    sa.Column("causation_id", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    schema="daybook",
)


def _shown(payload: bytes) -> Any:
    return msgspec.json.decode(masked_fact(payload))


COLLECTION = Collection(
    name="events",
    table=TABLE,
    key="position",
    uid=None,
    description="The facts, as they were recorded: the log is only ever appended to.",
    # Only the position sorts: the log has one order, and any other would read all of it.
    fields=(
        Field(
            "position",
            FieldType.INTEGER,
            example=42,
            description="Place in the one total order: 1, 2, 3 … without a gap.",
        ),
        Field(
            "stream_id",
            FieldType.UUID,
            sortable=False,
            example="0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            description="The entity it is about: its uid.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            sortable=False,
            example=1,
            description="Place in its stream, from 1.",
        ),
        Field(
            "name",
            sortable=False,
            groupable=True,
            example="expense.recorded.v2",
            description="What happened.",
        ),
        Field(
            "data",
            FieldType.JSON,
            column="payload",
            filterable=False,
            sortable=False,
            example={"amount": "48.20", "currency": "EUR"},
            show=_shown,
            description="The fact itself, as it was stored, but for account numbers, which are masked.",
        ),
        Field(
            "actor",
            sortable=False,
            groupable=True,
            example="local:operator",
            description="Who acted.",
        ),
        Field(
            "correlation_id",
            FieldType.UUID,
            sortable=False,
            example="3f0e2c4a-6a55-4f0e-9a5e-0d8f3f4f6c11",
            description="Shared by all that followed from one request or import.",
        ),
        Field(
            "causation_id",
            FieldType.UUID,
            sortable=False,
            example="9d1f3a52-7f0a-4a4e-8d0f-1c2b3a4d5e6f",
            description="The command that led to it.",
        ),
        Field(
            "recorded_at",
            FieldType.TIMESTAMP,
            sortable=False,
            example="2026-11-20T21:30:00Z",
            description="When it was recorded.",
        ),
    ),
)
