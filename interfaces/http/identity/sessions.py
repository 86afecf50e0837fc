"""Signing in and out: tokens for a password or for a refresh token, and choosing a password."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from application.identity.signing_in import SigningIn, TokenPair
from application.shared.commands import Call
from application.shared.permissions import Permission
from domain.shared.errors import Invalid, Malformed, Refused, Throttled, Unauthenticated
from domain.shared.roles import Role
from interfaces.http.shared.inputs import cause_of, services_of
from interfaces.http.shared.plain_routes import shows, takes
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer
from interfaces.http.shared.security import principal_of

_TAG = "Signing in"


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a user signs in with."""

    email: str
    password: str


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token, as it was issued last."""

    refresh_token: str


class NewPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password (12 to 128 characters) and the proof that it is one's own to set: `token` or `current_password`."""

    new_password: str
    token: str | None = None
    current_password: str | None = None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who is calling; `permissions` are what the roles hold. Only a local operator has no uid."""

    uid: UUID | None
    name: str
    bank_uid: UUID | None
    roles: tuple[Role, ...]
    permissions: tuple[Permission, ...]


class JsonWebKeys(msgspec.Struct, frozen=True):
    """A JSON Web Key Set (RFC 7517)."""

    keys: Sequence[Mapping[str, Any]]


_PAIR = TokenPair(
    access_token="eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln",  # noqa: S106 - an example
    refresh_token="0pZ1sLrK9mX5d3q7n2hJb8vTtYc4WfEgAuRiOoPyQwM",  # noqa: S106 - an example
    expires_in=600,
)


_SIGNED_IN = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_PASSWORD = "correct horse battery"  # noqa: S105 - an example
_REFRESH = RefreshToken(refresh_token=_PAIR.refresh_token)


@takes(
    "/auth/token",
    _TAG,
    "Sign in with e-mail address and password",
    Permission.PUBLIC,
    Credentials(email="ada@harbour.example", password=_PASSWORD),
    answer(200, "You are signed in.", example=_PAIR),
    problems=[Unauthenticated, Throttled],
    headers=_SIGNED_IN,
)
async def sign_in(request: AnyRequest, given: Credentials) -> TokenPair:
    """The access token goes into `Authorization: Bearer …`. Whether address or password was wrong is not told.

    Wrong attempts are limited per user and per network address: 429 with `Retry-After`.
    """
    users = services_of(request).of(SigningIn)
    return await users.sign_in(given.email, given.password, _address_of(request))


@takes(
    "/auth/refresh",
    _TAG,
    "The next pair of tokens for a refresh token",
    Permission.PUBLIC,
    _REFRESH,
    answer(200, "The next pair.", example=_PAIR),
    problems=[Unauthenticated],
    headers=_SIGNED_IN,
)
async def refresh_tokens(request: AnyRequest, given: RefreshToken) -> TokenPair:
    """Each refresh token is good for one use. One that comes a second time ends the session: somebody has a copy."""
    return await services_of(request).of(SigningIn).refresh(given.refresh_token)


@takes(
    "/auth/sign-out",
    _TAG,
    "End the session of a refresh token",
    Permission.PUBLIC,
    _REFRESH,
    answer(204, "No refresh token of the session is good any more."),
)
async def sign_out(request: AnyRequest, given: RefreshToken) -> None:
    """Answers the same for a token that is not known. The access token lives on until its ten minutes are over."""
    await services_of(request).of(SigningIn).sign_out(given.refresh_token)


@takes(
    "/auth/password",
    _TAG,
    "Choose a password",
    Permission.PUBLIC,
    NewPassword(token=_PAIR.refresh_token, new_password="a longer one, known to nobody"),  # noqa: S106
    answer(200, "It is set; every session before has ended.", example=_PAIR),
    problems=[Unauthenticated, Invalid, Refused, Throttled],
    headers=_SIGNED_IN,
)
async def set_password(request: AnyRequest, given: NewPassword) -> TokenPair:
    """With the `token` of a link that was mailed (behind its `#`), or signed in, with the `current_password`.

    A link is good once, for 24 hours, and void when a newer one is sent (409 `password_link_void`). All refresh tokens
    issued before are void at once; the answer begins a new session. Attempts are limited as those to sign in are.
    """
    services, address = services_of(request), _address_of(request)
    signing_in = services.of(SigningIn)
    match given:
        case NewPassword(token=str(token), current_password=None):
            return await signing_in.choose_password(token, given.new_password, address)
        case NewPassword(token=None, current_password=str(current)):
            principal = services.authentication.principal(request.headers.get("authorization"))
            call = Call(principal=principal, cause=cause_of(request, principal))
            return await signing_in.change_password(current, given.new_password, address, call)
        case _:
            raise Malformed(
                "Either token, of a link that was mailed, or current_password was expected.",
                code="one_proof_expected",
            )


@shows(
    "/auth/me",
    _TAG,
    "Who am I, and what may I do?",
    Permission.SIGNED_IN,
    answer(
        200,
        "The caller, as the access token says it.",
        example=Caller(
            uid=UUID("0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d"),
            name="Ada Holm",
            bank_uid=UUID("6b4f1c52-0b7f-4f0e-9d0a-3f5f0f3f2a11"),
            roles=(Role.MEMBER,),
            permissions=(Permission.CLAIMS_READ, Permission.CLAIMS_SUBMIT),
        ),
    ),
    headers={"Cache-Control": "private, no-store"},
)
async def get_caller(request: AnyRequest) -> Caller:
    """Roles that were given or taken since the token was issued show with the next one."""
    principal = principal_of(request)
    return Caller(
        uid=principal.user_uid,
        name=principal.name,
        bank_uid=principal.bank_uid,
        roles=tuple(sorted(principal.roles)),
        permissions=tuple(one for one in sorted(Permission) if principal.may(one)),
    )


_KEY = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    "use": "sig",
    "alg": "EdDSA",
}


@shows(
    "/.well-known/jwks.json",
    _TAG,
    "The public keys of access tokens",
    Permission.PUBLIC,
    answer(200, "A JSON Web Key Set.", example=JsonWebKeys([_KEY])),
    headers={"Cache-Control": "public, max-age=300"},
)
async def get_signing_keys(request: AnyRequest) -> JsonWebKeys:
    """For services that verify Daybook's tokens themselves. The first key signs; the others only verify."""
    return JsonWebKeys(services_of(request).of(SigningIn).access_tokens.public_keys())


ROUTES = (sign_in, refresh_tokens, sign_out, set_password, get_caller, get_signing_keys)


def _address_of(request: AnyRequest) -> str:
    return request.client.host if request.client else "unknown"
