"""Banks: opened and taken out of use by operators, changed by their administrators too."""

from typing import Any

import msgspec
from litestar import Request, Response, delete, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from application.services import Services
from application.shared.permissions import Permission
from application.shared.scopes import bank_itself
from domain.banks.banks import ChangeBank, OpenBank
from interfaces.http.banks.changes import changing, creating, ending, written
from interfaces.http.banks.histories import history_route
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.security import principal_of
from projections.banks.banks import BANKS

RESOURCE = Resource(
    collection=BANKS.collection,
    path="/banks",
    noun="bank",
    plural="Banks",
    permission=Permission.BANKS_READ,
    scope=bank_itself,
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of banks."""
    return [
        *list_route(RESOURCE),
        *record_route(RESOURCE, aliases=["/bank"]),
        history_route(RESOURCE, "bank"),
        open_bank,
        change_bank,
        deactivate_bank,
    ]


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


@post(
    "/banks",
    operation_id="openBank",
    tags=["Banks"],
    summary="Open a bank",
    opt=creating(
        Permission.BANKS_OPEN,
        NewBank(
            name="Harbour Bank",
            location="Rotterdam",
            currency="EUR",
            iban="NL91 ABNA 0417 1643 00",
        ),
    ),
)
async def open_bank(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Operators only. Account numbers are checked, and only ever shown by their last four characters."""
    new = await read_json(request, NewBank)
    cause = cause_of(request)
    idempotency = idempotency_of(request, cause.actor, encode_json(new))
    command = OpenBank(**msgspec.structs.asdict(new))
    done = await services.banks.banks.open(command, cause, idempotency)
    return written(done, "/banks", status_code=201)


@patch(
    "/banks/{record_id:str}",
    operation_id="changeBank",
    tags=["Banks"],
    summary="Change a bank",
    opt=changing(
        Permission.BANKS_WRITE, BankChange(location="Utrecht"), record_parameter(BANKS.collection)
    ),
)
async def change_bank(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Its currency stays: the ledger is kept in it."""
    change = await read_json(request, BankChange)
    done = await services.banks.banks.change(
        record_id,
        ChangeBank(**msgspec.structs.asdict(change)),
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/banks")


@delete(
    "/banks/{record_id:str}",
    operation_id="deactivateBank",
    tags=["Banks"],
    summary="Take a bank out of use",
    status_code=200,
    opt=ending(Permission.BANKS_OPEN, record_parameter(BANKS.collection)),
)
async def deactivate_bank(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Nothing is deleted: the bank stays readable with the status `deactivated`, and nothing begins there any more.

    Operators only. Once it is out of use, this changes nothing.
    """
    done = await services.banks.banks.deactivate(
        record_id,
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/banks")
