"""The limits that administrators lend, as a table: one row per lender, with what they lent last."""

from domain.delegations import AdministratorDelegated, DelegationEnded
from projections.shared import columns as col
from projections.shared.folds import created, ended
from projections.shared.model import read_model

DELEGATIONS = read_model(
    "delegations",
    "Limits that administrators lend to others for some days.",
    version=1,
    ids=col.ids(4901, "6c0e1f2a-3b4d-8c5e-9f60-718293a4b5c6", "the delegation"),
    columns=[
        col.bank_uid("Uid of the bank.", indexed=True),
        col.integer("bank_id", "Id of the bank.", 41, groupable=True),
        col.uuid(
            "administrator_uid",
            "Uid of the administrator whose limit it is.",
            "9d8c7b6a-5f4e-8d3c-b2a1-908f7e6d5c4b",
        ),
        col.uuid(
            "to",
            "Uid of the administrator who may use it.",
            "b4e6f8a0-2c1d-8e3f-9a5b-6c7d8e9f0a1b",
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
