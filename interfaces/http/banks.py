"""Banks, the accounts where the money of members goes, the members who submit claims, the administrators who decide.

Numbers of accounts come in here, and go out masked.
"""

from collections.abc import Callable
from decimal import Decimal

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, UnsetType

from application.banks.accounts import AccountChange, Accounts, NewAccount
from application.banks.administrators import Administrators
from application.banks.banks import Banks
from application.banks.members import Members
from application.banks.people import NewAdministrator, NewMember
from application.shared.permissions import (
    Permission,
    Principal,
    Proof,
    bank_itself,
    own_as_member,
    own_as_user,
)
from application.shared.values import Amount
from domain.banks.administrators import ChangeAdministrator
from domain.banks.banks import ChangeBank, OpenBank
from domain.banks.members import ChangeMember
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import changes, ends, starts
from interfaces.http.shared.flows import Flow, Who, step
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.banks.accounts import BANK_ACCOUNTS
from projections.banks.administrators import BANK_ADMINISTRATORS
from projections.banks.banks import BANKS
from projections.banks.members import BANK_MEMBERS
from projections.shared.projection import Projection
from projections.shared.query.requests import Scope


def _resource(
    model: Projection, noun: str, scope: Callable[[Principal], Scope] = own_as_user
) -> Resource:
    return Resource(
        collection=model.collection, noun=noun, permission=Permission.BANKS_READ, scope=scope
    )


BANK = _resource(BANKS, "bank", bank_itself)
MEMBER = _resource(BANK_MEMBERS, "member")
BANKS_MEMBERS = MEMBER.of_bank("BankMembers")
ADMINISTRATOR = _resource(BANK_ADMINISTRATORS, "administrator")
BANKS_ADMINISTRATORS = ADMINISTRATOR.of_bank("BankAdministrators")
ACCOUNT = _resource(BANK_ACCOUNTS, "account", own_as_member)
BANKS_ACCOUNTS = ACCOUNT.of_bank("BankAccounts")


class NewBank(OpenBank, frozen=True, kw_only=True):
    """A bank to open. Texts have 1 to 200 characters; `iban` is the account its payments leave from."""


class BankChange(ChangeBank, frozen=True, kw_only=True):
    """What is to change of a bank; what is not given stays."""


class MemberChange(ChangeMember, frozen=True, kw_only=True):
    """What is to change of a member; what is not given stays."""


class AdministratorChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of an administrator; what is not given stays. A limit of null takes it away."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    approval_limit: Amount | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET


def _read(resource: Resource, of_one_bank: Resource, subject: str) -> list[HTTPRouteHandler]:
    return [
        *list_route(resource),
        # The address of the requirements' examples.
        *list_route(of_one_bank, aliases=[f"/bank/{{bank_id:str}}{resource.path}"]),
        *record_route(resource),
        history_route(resource, subject),
    ]


_BANKS = [
    *list_route(BANK),
    *record_route(BANK, aliases=["/bank"]),
    history_route(BANK, "bank"),
    starts(
        BANK,
        Banks.open,
        NewBank(
            name="Harbour Bank", location="Rotterdam", currency="EUR", iban="NL91 ABNA 0417 1643 00"
        ),
        permission=Permission.BANKS_OPEN,
        summary="Open a bank",
        description="Operators only. Account numbers are checked, and only ever shown by their last four characters.",
    ),
    changes(
        BANK,
        Banks.change,
        BankChange(location="Utrecht"),
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="Change a bank",
        description="Its currency stays: the ledger is kept in it.",
    ),
    ends(
        BANK,
        Banks.deactivate,
        permission=Permission.BANKS_OPEN,
        summary="Take a bank out of use",
        description="Nothing is deleted: the bank stays readable with the status `deactivated`, and nothing begins "
        "there any more.\n\nOperators only. Once it is out of use, this changes nothing.",
    ),
]
_MEMBERS = [
    *_read(MEMBER, BANKS_MEMBERS, "bank_member"),
    starts(
        BANKS_MEMBERS,
        Members.admit,
        NewMember(
            first_name="Ines",
            last_name="Falk",
            email="ines.falk@harbour.example",
        ),
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="Admit a member",
        description="The e-mail address names the user: who is none yet becomes one, and is mailed a link "
        "to choose a password with, good once and for 24 hours. Who let it run out is mailed another by being let in "
        "again.\n\nSomebody whose membership ended is the same member again, with the same ids.",
    ),
    changes(
        MEMBER,
        Members.change,
        MemberChange(last_name="Falk-Moreno"),
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="Change a member's name",
        description="The e-mail address stays: it says who the member is.",
    ),
    ends(
        MEMBER,
        Members.deactivate,
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="End a membership",
        description="Nothing is deleted: the member stays readable with the status `inactive`, and loses the role of a "
        "member.",
    ),
]
_ADMINISTRATORS = [
    *_read(ADMINISTRATOR, BANKS_ADMINISTRATORS, "bank_administrator"),
    starts(
        BANKS_ADMINISTRATORS,
        Administrators.appoint,
        NewAdministrator(
            first_name="Ruth",
            last_name="Abara",
            email="ruth.abara@harbour.example",
            approval_limit=Decimal("500.00"),
        ),
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="Appoint an administrator",
        may_wait=True,
        description="It takes effect once a second administrator of the bank confirms it (202), or an operator where "
        "it has no other; so does appointing again whose appointment ended.\n\nThe e-mail address names the user: who "
        "is none yet becomes one, and is mailed a link to choose a password with, good once and for 24 hours. Who let "
        "it run out is mailed another by being let in again.\n\nNobody appoints themselves (403 `own_limit`), and no "
        "administrator confers a higher limit than their own (403 `above_own_limit`).",
    ),
    changes(
        ADMINISTRATOR,
        Administrators.change,
        AdministratorChange(approval_limit=Decimal("750.00")),
        into=ChangeAdministrator,
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="Change an administrator's name or limit",
        may_wait=True,
        description="A name and a lower limit are so at once; a higher one, none, or one of another currency once a "
        "second administrator confirms it (202).\n\nNobody sets their own limit (403 `own_limit`), and no "
        "administrator confers a higher one than their own (403 `above_own_limit`).",
    ),
    ends(
        ADMINISTRATOR,
        Administrators.deactivate,
        permission=Permission.BANKS_WRITE,
        proof=Proof.RECENT,
        summary="End an appointment",
        description="Nothing is deleted: they stay readable with the status `inactive`, and lose the role of an "
        "administrator.",
    ),
]
_ACCOUNTS = [
    *_read(ACCOUNT, BANKS_ACCOUNTS, "bank_account"),
    starts(
        BANKS_ACCOUNTS,
        Accounts.open,
        NewAccount(bank_member_id=47, iban="DE89 3704 0044 0532 0130 00"),
        permission=Permission.ACCOUNTS_WRITE,
        proof=Proof.RECENT,
        summary="Open an account of a member",
        description="Members open accounts of their own, others those of anybody. Numbers are checked, and only ever "
        "shown by their last four characters; a number that an account of another member has, too, is flagged "
        "(`duplicate_of`).",
    ),
    changes(
        ACCOUNT,
        Accounts.change,
        AccountChange(routing_number="011000015", account_number="4400 1192 7"),
        permission=Permission.ACCOUNTS_WRITE,
        proof=Proof.RECENT,
        summary="Change an account",
        may_wait=True,
        description="Its member and its currency stay. The member's own change is so at once; anybody else's once the "
        "member or a second administrator confirms it (202). Either way it is the next payee version, and the member "
        "is told by mail. Payments that are scheduled already keep the numbers of then.",
    ),
    ends(
        ACCOUNT,
        Accounts.close,
        permission=Permission.ACCOUNTS_WRITE,
        proof=Proof.RECENT,
        summary="Close an account",
        description="Nothing is deleted: the account stays readable with the status `closed`, and no claim can name it "
        "any more.",
    ),
]
ROUTES = [*_BANKS, *_MEMBERS, *_ADMINISTRATORS, *_ACCOUNTS]
FLOW = Flow(
    "Banks and their people",
    [
        step("openBank", say={"name": "Quay Bank {{run}}"}),
        step("changeBank"),
        step("setBankPolicy", by=Who.ADMINISTRATOR, status=202),
        step("rejectProposal", name="A second administrator will not have it", by=Who.SECOND),
        step("deactivateBank"),
        step("admitMember", by=Who.ADMINISTRATOR, say={"email": "ines.{{run}}@harbour.example"}),
        step("changeMember", by=Who.ADMINISTRATOR),
        step("openAccount", by=Who.ADMINISTRATOR, say={"bank_member_id": "{{members}}"}),
        step("changeAccount", by=Who.ADMINISTRATOR, status=202),
        step("confirmProposal", by=Who.SECOND),
        step("closeAccount", by=Who.ADMINISTRATOR),
        step("deactivateMember", by=Who.ADMINISTRATOR),
        step(
            "appointAdministrator",
            by=Who.ADMINISTRATOR,
            say={"email": "ruth.{{run}}@harbour.example", "approval_limit": "400.00"},
            status=202,
        ),
        step("confirmProposal", by=Who.SECOND),
        step("listAdministrators", by=Who.ADMINISTRATOR, ask="email=ruth.{{run}}@harbour.example"),
        step("changeAdministrator", by=Who.ADMINISTRATOR, say={"approval_limit": "300.00"}),
        step("deactivateAdministrator", by=Who.ADMINISTRATOR),
    ],
)
