"""Administrators: the people of a bank who decide claims."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Request, Response, delete, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from application.banks.administrators import NewAdministrator as Appointment
from application.services import Services
from application.shared.permissions import Permission
from application.shared.scopes import own_as_user
from domain.banks.administrators import ChangeAdministrator
from interfaces.http.banks.changes import OF_BANK, changing, creating, ending, written
from interfaces.http.banks.histories import history_route
from interfaces.http.shared.bodies import Amount, read_json
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.security import principal_of
from projections.banks.administrators import BANK_ADMINISTRATORS

RESOURCE = Resource(
    collection=BANK_ADMINISTRATORS.collection,
    path="/administrators",
    noun="administrator",
    plural="Administrators",
    permission=Permission.BANKS_READ,
    scope=own_as_user,
)
OF_ONE_BANK = replace(
    RESOURCE,
    path="/banks/{bank_id:str}/administrators",
    plural="BankAdministrators",
    parent=OF_BANK,
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of administrators."""
    return [
        *list_route(RESOURCE),
        *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/administrators"]),
        *record_route(RESOURCE),
        history_route(RESOURCE, "bank_administrator"),
        appoint_administrator,
        change_administrator,
        deactivate_administrator,
    ]


class NewAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator to appoint. Up to `approval_limit` they decide alone, without one always.

    `currency` is that of the limit; that of the bank if it is not given.
    """

    first_name: str
    last_name: str
    email: str
    password: str | None = None
    approval_limit: Amount | None = None
    currency: str | None = None


class AdministratorChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of an administrator; what is not given stays. A limit of null takes it away."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    approval_limit: Amount | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET


@post(
    "/banks/{bank_id:str}/administrators",
    operation_id="appointAdministrator",
    tags=["BankAdministrators"],
    summary="Appoint an administrator",
    opt=creating(
        Permission.BANKS_WRITE,
        NewAdministrator(
            first_name="Ruth",
            last_name="Abara",
            email="ruth.abara@harbour.example",
            password="a long first password",  # noqa: S106 - an example
            approval_limit=Decimal("500.00"),
        ),
        OF_BANK.documented,
    ),
)
async def appoint_administrator(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    bank_id: FromPath[str],
) -> Response[bytes]:
    """The e-mail address names the user: who is none yet becomes one. A password that they have already stays theirs.

    Nobody appoints themselves (403 `own_limit`).
    """
    new = await read_json(request, NewAdministrator)
    cause = cause_of(request)
    # A digest of what was asked is kept with the key, and no password may be guessed from it.
    meaning = encode_json(msgspec.structs.replace(new, password=None))
    done = await services.banks.administrators.appoint(
        bank_id,
        Appointment(**msgspec.structs.asdict(new)),
        cause,
        principal=principal_of(request),
        idempotency=idempotency_of(request, cause.actor, meaning),
    )
    return written(done, "/administrators", status_code=201)


@patch(
    "/administrators/{record_id:str}",
    operation_id="changeAdministrator",
    tags=["Administrators"],
    summary="Change an administrator's name or limit",
    opt=changing(
        Permission.BANKS_WRITE,
        AdministratorChange(approval_limit=Decimal("750.00")),
        record_parameter(BANK_ADMINISTRATORS.collection),
    ),
)
async def change_administrator(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Nobody sets their own limit (403 `own_limit`)."""
    change = await read_json(request, AdministratorChange)
    done = await services.banks.administrators.change(
        record_id,
        ChangeAdministrator(**msgspec.structs.asdict(change)),
        cause_of(request),
        principal=principal_of(request),
        if_version=version_seen(request),
    )
    return written(done, "/administrators")


@delete(
    "/administrators/{record_id:str}",
    operation_id="deactivateAdministrator",
    tags=["Administrators"],
    summary="End an appointment",
    status_code=200,
    opt=ending(Permission.BANKS_WRITE, record_parameter(BANK_ADMINISTRATORS.collection)),
)
async def deactivate_administrator(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Nothing is deleted: they stay readable with the status `inactive`, and lose the role of an administrator."""
    done = await services.banks.administrators.deactivate(
        record_id,
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/administrators")
