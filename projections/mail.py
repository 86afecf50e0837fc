"""The mailbox of the embedded default as a collection to query: every message that was sent there."""

from projections.shared import columns as col
from projections.shared.model import collection

MAILBOX = collection(
    "mailbox",
    "Messages that the mail sink of the embedded default took; none of them left this machine.",
    [
        col.integer("id", "", 3),
        col.text(
            "message_id",
            "The same for every delivery of one message.",
            "<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>",
        ),
        col.label("recipient", "", "ines.falk@harbour.example"),
        col.text("sender", "", "daybook@daybook.example"),
        col.text("subject", "", "Your claim of 48.20 EUR was approved"),
        col.text("text_body", "", "Dear Ines,\n", filterable=False),
        col.text("html_body", "", "<p>Dear Ines,", filterable=False, shown=False),
        col.integer(
            "deliveries",
            "How often the message came; more than once if nobody knew whether it had.",
            1,
        ),
        col.integer(
            "version",
            "A message changes only by being delivered again.",
            1,
            column="deliveries",
            filterable=False,
            shown=False,
        ),
        col.timestamp("received_at", "", "2026-11-20T21:30:00Z"),
    ],
    uid=None,
    sortable="id",
    default_sort="-id",
)
