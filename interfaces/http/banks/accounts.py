"""Accounts: where the money of members goes. Their numbers come in here, and go out masked."""

from application.banks.accounts import AccountChange, Accounts, NewAccount
from application.shared.permissions import Permission, own_as_member
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import changes, ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.banks.accounts import BANK_ACCOUNTS

RESOURCE = Resource(
    collection=BANK_ACCOUNTS.collection,
    path="/accounts",
    noun="account",
    plural="Accounts",
    permission=Permission.BANKS_READ,
    scope=own_as_member,
)
OF_ONE_BANK = RESOURCE.of_bank("BankAccounts")

ROUTES = [
    *list_route(RESOURCE),
    *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/accounts"]),
    *record_route(RESOURCE),
    history_route(RESOURCE, "bank_account"),
    starts(
        OF_ONE_BANK,
        Accounts.open,
        NewAccount(bank_member_id=47, iban="DE89 3704 0044 0532 0130 00"),
        permission=Permission.BANKS_WRITE,
        summary="Open an account of a member",
        description="Numbers are checked, and only ever shown by their last four characters.",
    ),
    changes(
        RESOURCE,
        Accounts.change,
        AccountChange(routing_number="011000015", account_number="4400 1192 7"),
        permission=Permission.BANKS_WRITE,
        summary="Change an account",
        description="Its member and its currency stay. Payments that are scheduled already keep the numbers of then.",
    ),
    ends(
        RESOURCE,
        Accounts.close,
        permission=Permission.BANKS_WRITE,
        summary="Close an account",
        description="Nothing is deleted: the account stays readable with the status `closed`, and no claim can name it "
        "any more.",
    ),
]
