"""The accounts of members as a table; account numbers are masked before they get there."""

from domain.banks.accounts import BankAccountChanged, BankAccountClosed, BankAccountOpened
from projections.banks.banks import OF_BANK
from projections.shared import columns as col
from projections.shared.folds import changed, created, ended
from projections.shared.model import read_model

BANK_ACCOUNTS = read_model(
    "bank_accounts",
    "The accounts that members are paid into.",
    version=2,
    ids=col.ids(41, "b1d2c3e4-5f60-4718-8293-a4b5c6d7e811"),
    columns=[
        *OF_BANK,
        col.uuid(
            "member_uid",
            "Uid of the member it belongs to.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e813",
            groupable=True,
            indexed=True,
        ),
        col.integer("bank_member_id", "Id of the member it belongs to.", 47, groupable=True),
        col.text("holder", "In whose name it is held.", "Ines Falk"),
        col.currency("ISO 4217 code of the currency it holds."),
        col.account_number(
            "iban", "Its IBAN: the last four characters.", "****3000", nullable=True
        ),
        col.account_number(
            "routing_number", "Its ABA routing number: the last four digits.", nullable=True
        ),
        col.account_number(
            "account_number", "Its account number: the last four digits.", nullable=True
        ),
        col.integer(
            "payee_version", "How many payees it has had: numbers and holder.", 1, initially=1
        ),
        col.timestamp(
            "payee_since",
            "Since when it has this payee; null if that is older than that it was noted.",
            nullable=True,
        ),
        col.uuid(
            "duplicate_of",
            "An earlier account of another member with the same number; null if there is none.",
            None,
            nullable=True,
        ),
        *col.lifetime("open", "closed"),
    ],
    first="bank_id bank_uid bank_member_id member_uid",
    on={
        BankAccountOpened: created(),
        BankAccountChanged: changed(
            "holder",
            "iban",
            "routing_number",
            "account_number",
            "payee_since",
            "duplicate_of",
            payee_version=lambda row, _: row["payee_version"] + 1,
        ),
        BankAccountClosed: ended("closed"),
    },
)
