"""Reactions as a collection to query: what is to be done because of an event, and how far that is.

This is no read model: nothing is projected, the rows are those the workers keep, so an answer is never behind.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from projections.shared.projection import TEXT
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "reactions",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("uid", sa.Uuid, nullable=False),
    sa.Column("policy", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("correlation_id", sa.Uuid, nullable=False),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_error", TEXT, nullable=True),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("decided_by", TEXT, nullable=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    schema="daybook",
)

STATES = ("pending", "running", "done", "parked", "discarded")

COLLECTION = Collection(
    name="reactions",
    table=TABLE,
    description="What Daybook does because something was recorded: mail to send, payments to make.",
    default_sort="-id",
    fields=(
        Field("id", FieldType.INTEGER, example=7, description="In the order of planning."),
        Field(
            "uid",
            FieldType.UUID,
            example="1d6a6a2e-30c2-8c1b-9a1f-2f4a54a1c0de",
            description="Follows from policy, event and kind; the key under which the effect happens once.",
        ),
        Field("policy", groupable=True, sortable=False, example="mail approvals"),
        Field(
            "kind",
            groupable=True,
            sortable=False,
            example="mail_claim_approved",
            description="What is done.",
        ),
        Field(
            "subject",
            FieldType.UUID,
            sortable=False,
            example="0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
            description="The uid of what it is about.",
        ),
        Field(
            "position",
            FieldType.INTEGER,
            sortable=False,
            example=42,
            description="The event that led to it, as a position of the log.",
        ),
        Field(
            "correlation_id",
            FieldType.UUID,
            sortable=False,
            example="3f0e2c4a-6a55-4f0e-9a5e-0d8f3f4f6c11",
            description="Shared by all that followed from one request.",
        ),
        Field("payload", FieldType.JSON, shown=False, filterable=False, sortable=False, example={}),
        Field(
            "state",
            groupable=True,
            sortable=False,
            choices=STATES,
            example="parked",
            description="`pending` waits for its time, `parked` for an operator.",
        ),
        Field(
            "failures",
            FieldType.INTEGER,
            sortable=False,
            example=12,
            description="Attempts that failed, since it was planned or retried by an operator.",
        ),
        Field(
            "last_error",
            nullable=True,
            sortable=False,
            example="the mail server refused it: 550 no such mailbox",
            description="Why the last attempt failed, or what became of the effect later.",
        ),
        Field(
            "due_at",
            FieldType.TIMESTAMP,
            sortable=False,
            example="2026-11-20T21:30:00Z",
            description="When it is, or was, to be attempted.",
        ),
        Field(
            "decided_by",
            nullable=True,
            sortable=False,
            example="local:operator",
            description="The operator who retried or discarded it last.",
        ),
        Field("created_at", FieldType.TIMESTAMP, sortable=False, example="2026-11-20T21:29:59Z"),
        Field("updated_at", FieldType.TIMESTAMP, sortable=False, example="2026-11-20T21:30:00Z"),
        Field(
            "version",
            FieldType.INTEGER,
            sortable=False,
            example=3,
            description="Grows with every change.",
        ),
    ),
)
