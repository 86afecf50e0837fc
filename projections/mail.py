"""The mailbox of the embedded default as a collection to query: every message that was sent there."""

import sqlalchemy as sa

from projections.shared.projection import TEXT
from projections.shared.query.fields import Collection, Field, FieldType

TABLE = sa.Table(
    "mailbox",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("message_id", TEXT, nullable=False),
    sa.Column("recipient", TEXT, nullable=False),
    sa.Column("sender", TEXT, nullable=False),
    sa.Column("subject", TEXT, nullable=False),
    sa.Column("text_body", TEXT, nullable=False),
    sa.Column("html_body", TEXT, nullable=False),
    sa.Column("deliveries", sa.Integer, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    schema="daybook",
)

COLLECTION = Collection(
    name="mailbox",
    table=TABLE,
    uid=None,
    default_sort="-id",
    description="Messages that the mail sink of the embedded default took; none of them left this machine.",
    fields=(
        Field("id", FieldType.INTEGER, example=3),
        Field(
            "message_id",
            sortable=False,
            example="<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>",
            description="The same for every delivery of one message.",
        ),
        Field("recipient", groupable=True, sortable=False, example="ines.falk@harbour.example"),
        Field("sender", sortable=False, example="daybook@daybook.example"),
        Field("subject", sortable=False, example="Your claim of 48.20 EUR was approved"),
        Field("text_body", sortable=False, filterable=False, example="Dear Ines,\n"),
        Field("html_body", sortable=False, filterable=False, shown=False, example="<p>Dear Ines,"),
        Field(
            "deliveries",
            FieldType.INTEGER,
            sortable=False,
            example=1,
            description="How often the message came; more than once if nobody knew whether it had.",
        ),
        Field(
            "version",
            FieldType.INTEGER,
            column="deliveries",
            filterable=False,
            sortable=False,
            shown=False,
            example=1,
            description="A message changes only by being delivered again.",
        ),
        Field("received_at", FieldType.TIMESTAMP, sortable=False, example="2026-11-20T21:30:00Z"),
    ),
)
