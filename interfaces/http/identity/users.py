"""Users, as operators look after them. Members and administrators come in through their bank."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.identity.users import NewUser, UserChange
from application.services import Services
from application.shared.permissions import Permission
from domain.shared.errors import Invalid, KeyReused, NotFound, Refused
from domain.shared.roles import Role
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.commands import POSITION_HEADERS, command_headers
from interfaces.http.shared.inputs import cause_of, idempotency_of
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, Body, answer, documented
from projections.identity import USERS

RESOURCE = Resource(
    collection=USERS.collection,
    path="/users",
    noun="user",
    plural="Users",
    permission=Permission.USERS_MANAGE,
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of users."""
    return [
        *list_route(RESOURCE),
        *record_route(RESOURCE),
        register_user,
        reset_password,
        deactivate_user,
    ]


class NewColleague(msgspec.Struct, frozen=True, kw_only=True):
    """An auditor of a bank, or an operator (who has no bank). The password may be set later."""

    email: str
    name: str
    role: Literal["auditor", "operator"]
    bank_id: int | UUID | None = None
    password: str | None = None


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password of 12 to 128 characters."""

    password: str


class ChangedUser(msgspec.Struct, frozen=True, kw_only=True):
    """Where the user is found, and the version of their stream."""

    id: int
    uid: UUID
    version: int


_CHANGED = ChangedUser(id=17, uid=UUID("0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d"), version=1)
_BODY_PROBLEMS = (TooLarge, UnsupportedMediaType)


@post(
    "/users",
    operation_id="registerUser",
    tags=["Users"],
    summary="Let in an auditor or an operator",
    opt=documented(
        Permission.USERS_MANAGE,
        answer(
            201,
            "They can sign in, if a password was given.",
            ChangedUser,
            example=_CHANGED,
            headers=POSITION_HEADERS,
        ),
        parameters=[IDEMPOTENCY_KEY],
        body=Body(
            media_type=JSON,
            schema=NewColleague,
            example=NewColleague(
                email="nils@daybook.example", name="Nils Aas", role="operator", password=None
            ),
        ),
        problems=[*_BODY_PROBLEMS, NotFound, Refused, Invalid, KeyReused],
    ),
)
async def register_user(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Members and administrators are let in by their bank: `POST /banks/{id}/members` and `…/administrators`."""
    new = await read_json(request, NewColleague)
    cause = cause_of(request)
    change = await services.users.register(
        NewUser(
            email=new.email,
            name=new.name,
            bank=new.bank_id,
            roles=frozenset({Role(new.role)}),
            password=new.password,
        ),
        cause,
        # A digest of the request is kept with the key: with the password in it, the digest could be guessed from.
        idempotency_of(
            request, cause.actor, encode_json(msgspec.structs.replace(new, password=None))
        ),
    )
    return _presented(change, 201)


@post(
    "/users/{record_id:str}/password",
    operation_id="resetPassword",
    tags=["Users"],
    summary="Set a user's password",
    opt=documented(
        Permission.USERS_MANAGE,
        answer(200, "It is set.", ChangedUser, example=_CHANGED, headers=POSITION_HEADERS),
        parameters=[record_parameter(USERS.collection)],
        body=Body(
            media_type=JSON,
            schema=ResetPassword,
            example=ResetPassword(password="a first one, to be changed"),  # noqa: S106 - an example
        ),
        problems=[*_BODY_PROBLEMS, NotFound, Invalid],
    ),
)
async def reset_password(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """For somebody who has none yet, or forgot it. Every session of theirs ends."""
    given = await read_json(request, ResetPassword)
    change = await services.users.reset_password(record_id, given.password, cause_of(request))
    return _presented(change, 200)


@post(
    "/users/{record_id:str}/deactivate",
    operation_id="deactivateUser",
    tags=["Users"],
    summary="Shut a user out for good",
    opt=documented(
        Permission.USERS_MANAGE,
        answer(200, "They are shut out.", ChangedUser, example=_CHANGED, headers=POSITION_HEADERS),
        parameters=[record_parameter(USERS.collection)],
        problems=[NotFound],
    ),
)
async def deactivate_user(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Refresh tokens are void at once, an access token after ten minutes at most. Again, it changes nothing."""
    return _presented(await services.users.deactivate(record_id, cause_of(request)), 200)


def _presented(change: UserChange, status: int) -> Response[bytes]:
    return Response(
        encode_json(ChangedUser(id=change.id, uid=change.uid, version=change.version)),
        status_code=status,
        media_type=JSON,
        headers=command_headers(
            change.position,
            f"/users/{change.uid}",
            replayed=change.replayed,
            version=change.version,
        ),
    )
