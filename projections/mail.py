"""Mail as tables: the letters that were sent to people, and the mailbox of the embedded default.

A letter is the row of whoever its address names, as signing in knows addresses: however it is written there, and nobody
else's. What it says is not in the log, and so not here.
"""

from uuid import UUID

from domain.identity import user_uid
from domain.mail import MailBounced, MailRefused, MailSent
from domain.shared.errors import Invalid
from domain.shared.rules import only_seen
from projections.shared import columns as col
from projections.shared.columns import RECORDED_AT, Of
from projections.shared.folds import changed, created, fact
from projections.shared.model import collection, read_model

STATES = ("sent", "refused", "bounced")


def addressee(recipient: str) -> UUID | None:
    """The uid that a user of this address has; None of what can be no user's."""
    try:
        return user_uid(recipient)
    except Invalid:
        return None


LETTERS = read_model(
    "letters",
    "Letters sent by e-mail, and what became of them.",
    version=1,
    ids=col.ids(42, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e832"),
    columns=[
        # By it alone is told whose a letter is; who may see it, knows whose it is.
        col.uuid(
            "user_uid",
            internal=True,
            indexed=True,
            nullable=True,
            initially=fact("recipient", addressee),
        ),
        # Of both, what could be seen in the letter: a form may have brought in anything.
        col.text(
            "recipient",
            "The address.",
            "ines.falk@harbour.example",
            indexed=True,
            stored=only_seen,
        ),
        col.text("subject", "", "Your claim of 48.20 EUR was approved", stored=only_seen),
        col.text("policy", "", "mail approvals"),
        col.choice("status", "`bounced`: it came back.", "sent", STATES),
        col.text("reason", "", "552 5.2.2 mailbox full", nullable=True),
        col.uuid(
            "reimbursement_uid",
            "The claim it is about.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e820",
            nullable=True,
        ),
        col.text("message_id", "", "<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>"),
        col.timestamp("sent_at", nullable=True),
        col.recorded_at("When its status was noted.", name="recorded_at"),
        col.uuid(
            "correlation_id",
            "Shared by all that followed from one request.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e81d",
            initially=Of("correlation_id"),
        ),
    ],
    on={
        MailSent: created(keeps=("id",), status="sent", sent_at=RECORDED_AT),
        MailRefused: created(keeps=("id",), status="refused"),
        MailBounced: changed("reason", status="bounced", recorded_at=RECORDED_AT),
    },
    default_sort="-id",
)

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
        col.timestamp("received_at", ""),
    ],
    uid=None,
    sortable="id",
    default_sort="-id",
)
