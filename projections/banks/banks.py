"""The banks as a table; account numbers are masked before they get there."""

from domain.banks.banks import BankChanged, BankDeactivated, BankOpened
from projections.shared import columns as col
from projections.shared.folds import changed, created, ended
from projections.shared.model import read_model

_EXAMPLE = "b1d2c3e4-5f60-4718-8293-a4b5c6d7e812"

BANKS = read_model(
    "banks",
    "The banks that pay what is claimed.",
    version=1,
    ids=col.ids(41, _EXAMPLE),
    columns=[
        col.text("name", "What it is called.", "Harbour Bank"),
        col.label("location", "Where it is.", "Rotterdam"),
        col.currency("ISO 4217 code of the currency it keeps its ledger in."),
        col.account_number(
            "iban",
            "The account payments leave from: its last four characters.",
            "****4300",
            nullable=True,
        ),
        *col.lifetime("active", "deactivated"),
    ],
    on={
        BankOpened: created(),
        BankChanged: changed("name", "location", "iban"),
        BankDeactivated: ended("deactivated"),
    },
)

OF_BANK = (
    col.bank_uid("Uid of the bank.", _EXAMPLE, indexed=True),
    col.integer("bank_id", "Id of the bank.", 41, groupable=True),
)
"""The bank that a row belongs to."""
