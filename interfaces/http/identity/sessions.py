"""Signing in and out: tokens for a password or for a refresh token, and another password."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from application.identity.signing_in import SigningIn, Tokens
from application.shared.permissions import Permission
from application.shared.services import Services
from domain.shared.errors import Invalid, Refused, Throttled, Unauthenticated
from domain.shared.roles import Role
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.inputs import call_of
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.routes import Answer, Body, answer, documented
from interfaces.http.shared.security import principal_of

_TAG = "Signing in"
_BODY_PROBLEMS = (TooLarge, UnsupportedMediaType)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a user signs in with."""

    email: str
    password: str


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token, as it was issued last."""

    refresh_token: str


class NewPassword(msgspec.Struct, frozen=True, kw_only=True):
    """Another password (12 to 128 characters) and the proof that it is one's own to change."""

    current_password: str
    new_password: str


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """An access token for `expires_in` seconds, and a refresh token for the next pair, good for one use in 30 days."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


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


def _pair_answer(description: str) -> Answer:
    return answer(200, description, TokenPair, example=_PAIR)


@post(
    "/auth/token",
    operation_id="signIn",
    tags=[_TAG],
    summary="Sign in with e-mail address and password",
    opt=documented(
        Permission.PUBLIC,
        _pair_answer("You are signed in."),
        body=Body(
            media_type=JSON,
            schema=Credentials,
            example=Credentials(email="ada@harbour.example", password="correct horse battery"),  # noqa: S106
        ),
        problems=[*_BODY_PROBLEMS, Unauthenticated, Throttled],
    ),
)
async def sign_in(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """The access token goes into `Authorization: Bearer …`. Whether address or password was wrong is not told.

    Wrong attempts are limited per user and per network address: 429 with `Retry-After`.
    """
    given = await read_json(request, Credentials)
    tokens = await services.of(SigningIn).sign_in(given.email, given.password, _address_of(request))
    return _presented(tokens)


@post(
    "/auth/refresh",
    operation_id="refreshTokens",
    tags=[_TAG],
    summary="The next pair of tokens for a refresh token",
    opt=documented(
        Permission.PUBLIC,
        _pair_answer("The next pair."),
        body=Body(
            media_type=JSON,
            schema=RefreshToken,
            example=RefreshToken(refresh_token=_PAIR.refresh_token),
        ),
        problems=[*_BODY_PROBLEMS, Unauthenticated],
    ),
)
async def refresh_tokens(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Each refresh token is good for one use. One that comes a second time ends the session: somebody has a copy."""
    given = await read_json(request, RefreshToken)
    return _presented(await services.of(SigningIn).refresh(given.refresh_token))


@post(
    "/auth/sign-out",
    operation_id="signOut",
    tags=[_TAG],
    summary="End the session of a refresh token",
    opt=documented(
        Permission.PUBLIC,
        Answer(status=204, description="No refresh token of the session is good any more."),
        body=Body(
            media_type=JSON,
            schema=RefreshToken,
            example=RefreshToken(refresh_token=_PAIR.refresh_token),
        ),
        problems=_BODY_PROBLEMS,
    ),
)
async def sign_out(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Answers the same for a token that is not known. The access token lives on until its ten minutes are over."""
    given = await read_json(request, RefreshToken)
    await services.of(SigningIn).sign_out(given.refresh_token)
    return Response(b"", status_code=204, headers={"Cache-Control": "no-store"})


@post(
    "/auth/password",
    operation_id="changePassword",
    tags=[_TAG],
    summary="Set another password of one's own",
    opt=documented(
        Permission.SIGNED_IN,
        _pair_answer("It is set; every other session has ended."),
        body=Body(
            media_type=JSON,
            schema=NewPassword,
            example=NewPassword(
                current_password="correct horse battery",  # noqa: S106 - an example
                new_password="a longer one, known to nobody",  # noqa: S106 - an example
            ),
        ),
        problems=[*_BODY_PROBLEMS, Invalid, Refused, Throttled],
    ),
)
async def change_password(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """All refresh tokens issued before are void at once; the answer begins a new session."""
    given = await read_json(request, NewPassword)
    tokens = await services.of(SigningIn).change_password(
        given.current_password,
        given.new_password,
        _address_of(request),
        call_of(request, is_keyed=False),
    )
    return _presented(tokens)


@get(
    "/auth/me",
    operation_id="getCaller",
    tags=[_TAG],
    summary="Who am I, and what may I do?",
    opt=documented(
        Permission.SIGNED_IN,
        answer(
            200,
            "The caller, as the access token says it.",
            Caller,
            example=Caller(
                uid=UUID("0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d"),
                name="Ada Holm",
                bank_uid=UUID("6b4f1c52-0b7f-4f0e-9d0a-3f5f0f3f2a11"),
                roles=(Role.MEMBER,),
                permissions=(Permission.CLAIMS_READ, Permission.CLAIMS_SUBMIT),
            ),
        ),
    ),
)
async def get_caller(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Roles that were given or taken since the token was issued show with the next one."""
    principal = principal_of(request)
    caller = Caller(
        uid=principal.user_uid,
        name=principal.name,
        bank_uid=principal.bank_uid,
        roles=tuple(sorted(principal.roles)),
        permissions=tuple(one for one in sorted(Permission) if principal.may(one)),
    )
    return Response(
        encode_json(caller), media_type=JSON, headers={"Cache-Control": "private, no-store"}
    )


@get(
    "/.well-known/jwks.json",
    operation_id="getSigningKeys",
    tags=[_TAG],
    summary="The public keys of access tokens",
    opt=documented(
        Permission.PUBLIC,
        answer(
            200,
            "A JSON Web Key Set.",
            JsonWebKeys,
            example=JsonWebKeys(
                [
                    {
                        "kty": "OKP",
                        "crv": "Ed25519",
                        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                        "use": "sig",
                        "alg": "EdDSA",
                    }
                ]
            ),
        ),
    ),
)
async def get_signing_keys(services: NamedDependency[Services]) -> Response[bytes]:
    """For services that verify Daybook's tokens themselves. The first key signs; the others only verify."""
    keys = JsonWebKeys(services.of(SigningIn).access_tokens.public_keys())
    return Response(
        encode_json(keys), media_type=JSON, headers={"Cache-Control": "public, max-age=300"}
    )


ROUTES = (sign_in, refresh_tokens, sign_out, change_password, get_caller, get_signing_keys)


def _address_of(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else "unknown"


def _presented(tokens: Tokens) -> Response[bytes]:
    pair = TokenPair(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in=tokens.expires_in,
    )
    return Response(
        encode_json(pair),
        status_code=200,
        media_type=JSON,
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )
