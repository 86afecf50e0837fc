"""The users as a table: who may sign in, for which bank, in which roles."""

import sqlalchemy as sa

from domain.identity import UserDeactivated, UserRegistered, UserRolesChanged
from domain.shared.roles import Role
from projections.shared.projection import (
    READ_SCHEMA,
    TEXT,
    Projection,
    ReadTable,
    Record,
    Row,
    changed,
    created,
)
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "users",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.Uuid, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("email", TEXT, nullable=False),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("bank_uid", sa.Uuid, nullable=True),
    sa.Column("roles", TEXT, nullable=False),
    sa.Column("status", TEXT, nullable=False),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("users_email", "email", "id"),
    sa.Index("users_bank_uid", "bank_uid", "id"),
    schema=READ_SCHEMA,
)


def _registered(row: Row | None, record: Record[UserRegistered]) -> Row:  # noqa: ARG001
    fact = record.event
    return created(
        record,
        email=fact.email,
        name=fact.name,
        bank_uid=fact.bank_uid,
        roles=_written(fact.roles),
        status="active",
        registered_at=record.recorded_at,
    )


def _roles_changed(row: Row | None, record: Record[UserRolesChanged]) -> Row | None:
    return changed(row, record, roles=_written(record.event.roles)) if row else None


def _deactivated(row: Row | None, record: Record[UserDeactivated]) -> Row | None:
    return changed(row, record, status="deactivated") if row else None


def _written(roles: tuple[Role, ...]) -> str:
    return ",".join(sorted(roles))


COLLECTION = Collection(
    name="users",
    table=TABLE,
    projection="users",
    description="Who may sign in, for which bank, and in which roles.",
    fields=(
        Field("id", FieldType.INTEGER, example=42, description="Stable number of the user."),
        Field(
            "uid",
            FieldType.UUID,
            example="0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            description="Stable id; it follows from the e-mail address.",
        ),
        Field("email", example="ada@harbour.example", description="The address they sign in with."),
        Field("name", example="Ada Holm", description="What they are called."),
        Field(
            "bank_uid",
            FieldType.UUID,
            nullable=True,
            groupable=True,
            example="6b4f1c52-0b7f-4f0e-9d0a-3f5f0f3f2a11",
            description="The bank they belong to; null for operators.",
        ),
        Field(
            "roles",
            groupable=True,
            example="administrator,member",
            description="Their roles in alphabetical order, separated by commas; empty if all were taken away.",
        ),
        Field(
            "status",
            choices=("active", "deactivated"),
            groupable=True,
            example="active",
            description="`active`, or `deactivated` for good.",
        ),
        Field(
            "registered_at",
            FieldType.TIMESTAMP,
            example="2026-11-20T21:30:00Z",
            description="When they became a user.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            shown=False,
            example=1,
            description="Version of the user's stream as this table knows it.",
        ),
    ),
)

USERS = Projection(
    name="users",
    version=1,
    tables=(
        ReadTable(
            table=TABLE,
            folds={
                UserRegistered: _registered,
                UserRolesChanged: _roles_changed,
                UserDeactivated: _deactivated,
            },
        ),
    ),
    collection=COLLECTION,
)
