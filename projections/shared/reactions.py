"""Reactions as a collection to query: what is to be done because of an event, and how far that is.

This is no read model: nothing is projected, the rows are those the workers keep, so an answer is never behind.
"""

from projections.shared import columns as col
from projections.shared.model import collection

LANES = ("money", "mail", "common")
STATES = ("pending", "running", "done", "parked", "discarded")

REACTIONS = collection(
    "reactions",
    "What Daybook does because something was recorded: mail to send, payments to make.",
    [
        col.integer("id", "In the order of planning.", 7),
        col.uuid(
            "uid",
            "Follows from policy, event and kind; the key under which the effect happens once.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e832",
        ),
        col.label("policy", "", "mail approvals"),
        col.label("kind", "What is done.", "mail_claim_approved"),
        col.choice("lane", "Behind which others it waits.", "mail", LANES),
        col.uuid("subject", "The uid of what it is about.", "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c"),
        col.integer("position", "The event that led to it, as a position of the log.", 42),
        col.uuid(
            "correlation_id",
            "Shared by all that followed from one request.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e81d",
        ),
        col.json("payload", "", {}, shown=False),
        col.choice(
            "state", "`pending` waits for its time, `parked` for an operator.", "parked", STATES
        ),
        col.integer(
            "failures", "Attempts that failed, since it was planned or retried by an operator.", 12
        ),
        col.text(
            "last_error",
            "Why the last attempt failed, or what became of the effect later.",
            "the mail server refused it: 550 no such mailbox",
            nullable=True,
        ),
        col.timestamp("due_at", "When it is, or was, to be attempted."),
        col.uuid(
            "digest",
            "The uid of the reaction whose letter tells of this one as well.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e834",
            nullable=True,
        ),
        col.text(
            "decided_by",
            "The operator who retried or discarded it last.",
            "local:operator",
            nullable=True,
        ),
        col.timestamp("created_at", "", "2026-11-20T21:29:59Z"),
        col.timestamp("updated_at", ""),
        col.integer("version", "Grows with every change.", 3),
    ],
    sortable="id uid",
    default_sort="-id",
)
