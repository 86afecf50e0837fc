"""What was proposed, by whom, and what became of it, as a table; account numbers are masked before they get there."""

from domain.proposals import (
    ProposalConfirmed,
    ProposalMade,
    ProposalRejected,
    ProposalWithdrawn,
)
from domain.shared.account_numbers import masked_members
from projections.shared import columns as col
from projections.shared.folds import changed, created, fact
from projections.shared.model import read_model

_DECIDED = ("decided_by", "decided_by_name", "decided_at")

PROPOSALS = read_model(
    "proposals",
    "What waits for a second person, or did.",
    version=1,
    ids=col.ids(52, "b1d2c3e4-5f60-4718-8293-a4b5c6d7e824"),
    columns=[
        col.bank_uid(
            "The bank it is about; null if it is about none.", nullable=True, indexed=True
        ),
        col.integer("bank_id", "Id of the bank it is about.", 41, groupable=True, nullable=True),
        col.label("kind", "What is proposed: appointment, limit, payee, operator …", "payee"),
        col.text(
            "summary",
            "It in one sentence.",
            "Change the account that Ines Falk is paid into",
            filterable=False,
            sortable=False,
        ),
        col.json(
            "terms",
            "All that it comes to; account numbers by their last four characters.",
            {"bank_account_uid": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e811", "iban": "****3000"},
        ),
        col.uuid(
            "user_uid",
            "The user it concerns; null if it concerns nobody.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e816",
            nullable=True,
            indexed=True,
        ),
        col.choice(
            "status",
            "What became of it. What still waits at `expires_at` has lapsed.",
            "waiting",
            ("waiting", "confirmed", "rejected", "withdrawn"),
            initially="waiting",
        ),
        col.uuid(
            "proposed_by", "Who proposed it.", "b1d2c3e4-5f60-8718-8293-a4b5c6d7e825", nullable=True
        ),
        col.text("proposed_by_name", "Their name.", "Ruth Abara"),
        col.recorded_at("When it was proposed.", name="proposed_at"),
        col.timestamp("expires_at", "When it lapses.", "2026-11-27T21:30:00Z"),
        col.uuid(
            "decided_by",
            "Who decided; null as long as nobody did, and for the machine.",
            None,
            nullable=True,
        ),
        col.text("decided_by_name", "Their name.", None, nullable=True),
        col.timestamp("decided_at", "When they did.", None, nullable=True),
        col.text("reason", "Why it was rejected, if that was said.", None, nullable=True),
    ],
    first="bank_id bank_uid kind summary",
    on={
        ProposalMade: created(
            terms=fact("terms", masked_members),
            user_uid=fact("concerns", lambda users: users[0] if users else None),
        ),
        ProposalConfirmed: changed(*_DECIDED, status="confirmed"),
        ProposalRejected: changed(*_DECIDED, "reason", status="rejected"),
        ProposalWithdrawn: changed(*_DECIDED, status="withdrawn"),
    },
)
