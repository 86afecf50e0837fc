"""The administrators of banks as a table."""

from domain.banks.administrators import (
    AdministratorAppointed,
    AdministratorChanged,
    AdministratorDeactivated,
)
from projections.banks.people import CAME, FIRST, PERSON
from projections.shared import columns as col
from projections.shared.folds import changed, ended
from projections.shared.model import read_model

BANK_ADMINISTRATORS = read_model(
    "bank_administrators",
    "The people who decide claims.",
    version=1,
    ids=col.ids(41, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e815"),
    columns=[
        *PERSON,
        col.money(
            "approval_limit",
            "Up to this amount they decide alone; null if they always do.",
            "500.00",
            nullable=True,
        ),
        col.currency("ISO 4217 code of the currency of the limit."),
        *col.lifetime("active", "inactive"),
    ],
    first=FIRST,
    on={
        AdministratorAppointed: CAME,
        AdministratorChanged: changed("first_name", "last_name", "approval_limit", "currency"),
        AdministratorDeactivated: ended("inactive"),
    },
)
