"""Members: the people of a bank who submit claims."""

from dataclasses import replace
from typing import Any

import msgspec
from litestar import Request, Response, delete, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from application.banks.changes import NewPerson
from application.services import Services
from application.shared.permissions import Permission
from application.shared.scopes import own_as_user
from domain.banks.members import ChangeMember
from interfaces.http.banks.changes import OF_BANK, changing, creating, ending, written
from interfaces.http.banks.histories import history_route
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.security import principal_of
from projections.banks.members import BANK_MEMBERS

RESOURCE = Resource(
    collection=BANK_MEMBERS.collection,
    path="/members",
    noun="member",
    plural="Members",
    permission=Permission.BANKS_READ,
    scope=own_as_user,
)
OF_ONE_BANK = replace(
    RESOURCE, path="/banks/{bank_id:str}/members", plural="BankMembers", parent=OF_BANK
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of members."""
    return [
        *list_route(RESOURCE),
        *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/members"]),
        *record_route(RESOURCE),
        history_route(RESOURCE, "bank_member"),
        admit_member,
        change_member,
        deactivate_member,
    ]


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member to admit. Names have 1 to 80 characters, the password 12 to 128; without one they cannot sign in yet."""

    first_name: str
    last_name: str
    email: str
    password: str | None = None


class MemberChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of a member; what is not given stays."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET


@post(
    "/banks/{bank_id:str}/members",
    operation_id="admitMember",
    tags=["BankMembers"],
    summary="Admit a member",
    opt=creating(
        Permission.BANKS_WRITE,
        NewMember(
            first_name="Ines",
            last_name="Falk",
            email="ines.falk@harbour.example",
            password="a long first password",  # noqa: S106 - an example
        ),
        OF_BANK.documented,
    ),
)
async def admit_member(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    bank_id: FromPath[str],
) -> Response[bytes]:
    """The e-mail address names the user: who is none yet becomes one. A password that they have already stays theirs.

    Somebody whose membership ended is the same member again, with the same ids.
    """
    new = await read_json(request, NewMember)
    cause = cause_of(request)
    # A digest of what was asked is kept with the key, and no password may be guessed from it.
    meaning = encode_json(msgspec.structs.replace(new, password=None))
    done = await services.banks.members.admit(
        bank_id,
        NewPerson(**msgspec.structs.asdict(new)),
        cause,
        sees=principal_of(request).bank_uid,
        idempotency=idempotency_of(request, cause.actor, meaning),
    )
    return written(done, "/members", status_code=201)


@patch(
    "/members/{record_id:str}",
    operation_id="changeMember",
    tags=["Members"],
    summary="Change a member's name",
    opt=changing(
        Permission.BANKS_WRITE,
        MemberChange(last_name="Falk-Moreno"),
        record_parameter(BANK_MEMBERS.collection),
    ),
)
async def change_member(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """The e-mail address stays: it says who the member is."""
    change = await read_json(request, MemberChange)
    done = await services.banks.members.change(
        record_id,
        ChangeMember(**msgspec.structs.asdict(change)),
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/members")


@delete(
    "/members/{record_id:str}",
    operation_id="deactivateMember",
    tags=["Members"],
    summary="End a membership",
    status_code=200,
    opt=ending(Permission.BANKS_WRITE, record_parameter(BANK_MEMBERS.collection)),
)
async def deactivate_member(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Nothing is deleted: the member stays readable with the status `inactive`, and loses the role of a member."""
    done = await services.banks.members.deactivate(
        record_id,
        cause_of(request),
        sees=principal_of(request).bank_uid,
        if_version=version_seen(request),
    )
    return written(done, "/members")
