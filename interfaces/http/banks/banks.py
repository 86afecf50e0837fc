"""Banks: opened and taken out of use by operators, changed by their administrators too."""

import msgspec
from msgspec import UNSET, UnsetType

from application.banks.banks import Banks
from application.shared.permissions import Permission, bank_itself
from domain.banks.banks import ChangeBank, OpenBank
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import changes, ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.banks.banks import BANKS

RESOURCE = Resource(
    collection=BANKS.collection,
    path="/banks",
    noun="bank",
    plural="Banks",
    permission=Permission.BANKS_READ,
    scope=bank_itself,
)


class NewBank(msgspec.Struct, frozen=True, kw_only=True):
    """A bank to open. Texts have 1 to 200 characters; `iban` is the account its payments leave from."""

    name: str
    location: str
    currency: str
    iban: str | None = None


class BankChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of a bank; what is not given stays."""

    name: str | UnsetType = UNSET
    location: str | UnsetType = UNSET
    iban: str | UnsetType | None = UNSET


ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE, aliases=["/bank"]),
    history_route(RESOURCE, "bank"),
    starts(
        RESOURCE,
        Banks.open,
        NewBank(
            name="Harbour Bank", location="Rotterdam", currency="EUR", iban="NL91 ABNA 0417 1643 00"
        ),
        into=OpenBank,
        permission=Permission.BANKS_OPEN,
        summary="Open a bank",
        description="Operators only. Account numbers are checked, and only ever shown by their last four characters.",
    ),
    changes(
        RESOURCE,
        Banks.change,
        BankChange(location="Utrecht"),
        into=ChangeBank,
        permission=Permission.BANKS_WRITE,
        summary="Change a bank",
        description="Its currency stays: the ledger is kept in it.",
    ),
    ends(
        RESOURCE,
        Banks.deactivate,
        permission=Permission.BANKS_OPEN,
        summary="Take a bank out of use",
        description="Nothing is deleted: the bank stays readable with the status `deactivated`, and nothing begins "
        "there any more.\n\nOperators only. Once it is out of use, this changes nothing.",
    ),
]
