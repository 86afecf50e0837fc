"""Accounts: where the money of members goes. Their numbers come in here, and go out masked."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from application.banks.accounts import NewAccount as Opening
from application.services import Services
from application.shared.permissions import Permission
from application.shared.scopes import own_as_member
from domain.banks.accounts import ChangeAccount
from domain.shared.account_numbers import AccountNumbers
from interfaces.http.banks.changes import OF_BANK, changing, creating, ending, written
from interfaces.http.banks.histories import history_route
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.security import principal_of
from projections.banks.accounts import BANK_ACCOUNTS

RESOURCE = Resource(
    collection=BANK_ACCOUNTS.collection,
    path="/accounts",
    noun="account",
    plural="Accounts",
    permission=Permission.BANKS_READ,
    scope=own_as_member,
)
OF_ONE_BANK = replace(
    RESOURCE, path="/banks/{bank_id:str}/accounts", plural="BankAccounts", parent=OF_BANK
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of accounts."""
    return [
        *list_route(RESOURCE),
        *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/accounts"]),
        *record_route(RESOURCE),
        history_route(RESOURCE, "bank_account"),
        open_account,
        change_account,
        close_account,
    ]


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account to open, named by `iban`, or by `routing_number` (ABA) and `account_number`.

    `holder` is the member's name and `currency` that of the bank if they are not given.
    """

    bank_member_id: int | UUID
    iban: str | None = None
    routing_number: str | None = None
    account_number: str | None = None
    holder: str | None = None
    currency: str | None = None


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of an account; what is not given stays. Any number given replaces all that were there."""

    iban: str | UnsetType = UNSET
    routing_number: str | UnsetType = UNSET
    account_number: str | UnsetType = UNSET
    holder: str | UnsetType = UNSET


@post(
    "/banks/{bank_id:str}/accounts",
    operation_id="openAccount",
    tags=["BankAccounts"],
    summary="Open an account of a member",
    opt=creating(
        Permission.BANKS_WRITE,
        NewAccount(bank_member_id=47, iban="DE89 3704 0044 0532 0130 00"),
        OF_BANK.documented,
    ),
)
async def open_account(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    bank_id: FromPath[str],
) -> Response[bytes]:
    """Numbers are checked, and only ever shown by their last four characters."""
    new = await read_json(request, NewAccount)
    cause = cause_of(request)
    numbers = AccountNumbers(
        iban=new.iban, routing_number=new.routing_number, account_number=new.account_number
    )
    opening = Opening(
        member=new.bank_member_id, numbers=numbers, holder=new.holder, currency=new.currency
    )
    done = await services.banks.accounts.open(
        bank_id,
        opening,
        cause,
        sees=principal_of(request).bank_uid,
        idempotency=idempotency_of(request, cause.actor, encode_json(new)),
    )
    return written(done, "/accounts", status_code=201)


@patch(
    "/accounts/{record_id:str}",
    operation_id="changeAccount",
    tags=["Accounts"],
    summary="Change an account",
    opt=changing(
        Permission.BANKS_WRITE,
        AccountChange(routing_number="011000015", account_number="4400 1192 7"),
        record_parameter(BANK_ACCOUNTS.collection),
    ),
)
async def change_account(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Its member and its currency stay. Payments that are scheduled already keep the numbers of then."""
    change = await read_json(request, AccountChange)
    done = await services.banks.accounts.change(
        record_id,
        ChangeAccount(holder=change.holder, numbers=_numbers(change)),
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/accounts")


def _numbers(change: AccountChange) -> AccountNumbers | UnsetType:
    given = {
        name: value
        for name in ("iban", "routing_number", "account_number")
        if (value := getattr(change, name)) is not UNSET
    }
    return AccountNumbers(**given) if given else UNSET


@delete(
    "/accounts/{record_id:str}",
    operation_id="closeAccount",
    tags=["Accounts"],
    summary="Close an account",
    status_code=200,
    opt=ending(Permission.BANKS_WRITE, record_parameter(BANK_ACCOUNTS.collection)),
)
async def close_account(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Nothing is deleted: the account stays readable with the status `closed`, and no claim can name it any more."""
    done = await services.banks.accounts.close(
        record_id,
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/accounts")
