"""The limits that administrators lend, as a table: one row per lender, with what they lent last."""

from domain.delegations import AdministratorDelegated, DelegationEnded
from projections.shared import columns as col
from projections.shared.folds import created, ended
from projections.shared.model import read_model

DELEGATIONS = read_model(
    "delegations",
    "Limits that administrators lend to others for some days.",
    version=1,
    ids=col.ids(4901, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e82f", "the delegation"),
    columns=[
        col.bank_uid("Uid of the bank.", indexed=True),
        col.integer("bank_id", "Id of the bank.", 41, groupable=True),
        col.uuid(
            "administrator_uid",
            "Uid of the administrator whose limit it is.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e826",
        ),
        col.uuid(
            "to",
            "Uid of the administrator who may use it.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e815",
        ),
        col.date("starts_on", "The first day (UTC).", "2026-11-23"),
        col.date("ends_on", "The last day (UTC).", "2026-12-06"),
        *col.lifetime("lent", "ended"),
    ],
    first="bank_id bank_uid",
    on={
        AdministratorDelegated: created(keeps=("id", "created_at")),
        DelegationEnded: ended("ended"),
    },
)
