"""Columns and fields that all four tables have."""

from typing import Any

import sqlalchemy as sa

from projections.shared.projection import READ_SCHEMA, TEXT
from projections.shared.query.fields import Field, FieldType

Columns = list[sa.schema.SchemaItem]


def table_of(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A read table with these columns between its ids and its dates."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("uid", sa.Uuid, nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        *columns,
        sa.Column("status", TEXT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        schema=READ_SCHEMA,
    )


def person_columns(name: str) -> Columns:
    """The columns of somebody at a bank."""
    return [
        sa.Column("bank_uid", sa.Uuid, nullable=False),
        sa.Column("bank_id", sa.BigInteger, nullable=False),
        sa.Column("user_uid", sa.Uuid, nullable=False),
        sa.Column("first_name", TEXT, nullable=False),
        sa.Column("last_name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Index(f"{name}_bank_uid", "bank_uid", "id"),
    ]


def ids(example: str) -> tuple[Field, Field]:
    """The two ids by which every row is found."""
    return (
        Field("id", FieldType.INTEGER, example=41, description="Stable number."),
        Field("uid", FieldType.UUID, example=example, description="Stable id."),
    )


def bank_fields() -> tuple[Field, Field]:
    """The bank that a row belongs to."""
    return (
        Field(
            "bank_id", FieldType.INTEGER, groupable=True, example=41, description="Id of the bank."
        ),
        Field(
            "bank_uid",
            FieldType.UUID,
            groupable=True,
            example="7d1b8d0a-2f61-4c0e-9a44-0d2f5b6c7e11",
            description="Uid of the bank.",
        ),
    )


def person_fields() -> tuple[Field, ...]:
    """Who somebody is."""
    return (
        *bank_fields(),
        Field(
            "user_uid",
            FieldType.UUID,
            example="5a3c9b1e-7c1d-8f20-9b6e-2d4c6e8f0a12",
            description="The user who signs in as this person.",
        ),
        Field("first_name", example="Ines", description="First name."),
        Field("last_name", example="Falk", description="Last name."),
        Field("email", example="ines@harbour.example", description="Where letters go."),
    )


def dates(in_use: str, ended: str) -> tuple[Field, ...]:
    """What state a row is in, since when, and its version."""
    return (
        Field(
            "status",
            choices=(in_use, ended),
            groupable=True,
            example=in_use,
            description=f"`{in_use}`, or `{ended}` for good.",
        ),
        Field(
            "created_at",
            FieldType.TIMESTAMP,
            example="2026-11-20T21:30:00Z",
            description="When it came into use.",
        ),
        Field(
            "ended_at",
            FieldType.TIMESTAMP,
            nullable=True,
            example=None,
            description="When it went out of use; null as long as it has not.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=1,
            description="Version of its stream, as in the ETag.",
        ),
    )


def number_field(name: str, description: str, example: Any) -> Field:
    """A masked number: it can be shown, and neither sought nor sorted by."""
    return Field(
        name,
        nullable=True,
        filterable=False,
        sortable=False,
        example=example,
        description=description,
    )
