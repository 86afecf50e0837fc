"""Signing in and out: tokens for a password or for a refresh token, and choosing a password."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from application.identity.guarding import Origin
from application.identity.passkeys import PasskeySignIn
from application.identity.ports import OpenSession
from application.identity.sessions import LOST_ANSWER, NO_LEEWAY, KeptSessions
from application.identity.signing_in import SigningIn, TokenPair
from application.shared.commands import Call
from application.shared.permissions import Permission, Proof
from domain.identity.sessions import SignInWay
from domain.shared.errors import (
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    Unauthenticated,
)
from domain.shared.roles import Role
from interfaces.http.identity.browsers import (
    DEVICE_COOKIE,
    SESSION,
    SIGNED_IN,
    forgotten,
    handed,
    is_by_cookie,
    refresh_token_of,
    unless_refused,
)
from interfaces.http.shared.inputs import call_of, cause_of, services_of
from interfaces.http.shared.plain_routes import NO_STORE, shows, takes
from interfaces.http.shared.proxies import network_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Parameter, answer, header
from interfaces.http.shared.security import principal_of

_TAG = "Signing in"
_CLIENT_LENGTH_MAX = 200


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a user signs in with."""

    email: str
    password: str


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token, as it was issued last."""

    refresh_token: str


class GivenToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token; none if the browser has it in its cookie."""

    refresh_token: str | None = None


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


_A_REFRESH_TOKEN = "0pZ1sLrK9mX5d3q7n2hJb8vTtYc4WfEgAuRiOoPyQwM"  # noqa: S105 - an example
A_PAIR = TokenPair(
    access_token="eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln",  # noqa: S106 - an example
    refresh_token=_A_REFRESH_TOKEN,
    expires_in=600,
    device_token="eyJhbGciOiJFZERTQSIsInR5cCI6ImRldmljZStqd3QifQ.e30.c2ln",  # noqa: S106 - an example
)
_NEXT_PAIR = msgspec.structs.replace(A_PAIR, device_token=None)


_DEVICE = header(
    "Daybook-Device",
    "The `device_token` of an earlier answer, for clients that keep no cookies.",
    example=A_PAIR.device_token,
)
_PASSWORD = "correct horse battery"  # noqa: S105 - an example
_REFRESH = RefreshToken(refresh_token=_A_REFRESH_TOKEN)


@takes(
    "/auth/token",
    _TAG,
    "Sign in with e-mail address and password",
    Permission.PUBLIC,
    Credentials(email="ada@harbour.example", password=_PASSWORD),
    answer(200, "You are signed in.", example=A_PAIR),
    parameters=[_DEVICE, SESSION],
    problems=[Forbidden, Unauthenticated, Throttled],
    headers=SIGNED_IN,
)
async def sign_in(request: AnyRequest, given: Credentials) -> Response[bytes]:
    """The access token goes into `Authorization: Bearer …`. Whether address or password was wrong is not told.

    Wrong attempts are limited (429 with `Retry-After`) by user and network address. What others try elsewhere does not
    count for who sends the `device_token` of an earlier sign-in, as `Daybook-Device` or the cookie `daybook_device`, or
    comes from an address at which they signed in during the last 30 days.
    """
    users = services_of(request).of(SigningIn)
    return handed(request, await users.sign_in(given.email, given.password, origin_of(request)))


class ProvenAgain(msgspec.Struct, frozen=True, kw_only=True):
    """What a user proves themselves with once more: their password, or what their passkey says."""

    password: str | None = None
    passkey: dict[str, Any] | None = None


@takes(
    "/auth/confirm",
    _TAG,
    "Prove once more who you are",
    Permission.SIGNED_IN,
    ProvenAgain(password=_PASSWORD),
    answer(204, "For 15 minutes your sign-in is a recent one."),
    problems=[Unauthenticated, Refused, Throttled],
    proof=Proof.SESSION,
)
async def confirm_sign_in(request: AnyRequest, given: ProvenAgain) -> None:
    """Within the session: tokens stay as they are. Asked for where payees, people or limits change.

    A passkey is asked with `POST /auth/passkeys/ask`; by an identity provider, it is `POST /auth/oidc/begin` with the
    access token. Attempts are limited as those to sign in are.
    """
    services, call = services_of(request), call_of(request, is_keyed=False)
    match given:
        case ProvenAgain(password=str(password), passkey=None):
            await services.of(SigningIn).confirm(password, origin_of(request), call)
        case ProvenAgain(password=None, passkey=dict(said)):
            await services.of(PasskeySignIn).confirm(said, origin_of(request), call)
        case _:
            raise Malformed("Either password or passkey was expected.", code="one_proof_expected")


@takes(
    "/auth/refresh",
    _TAG,
    "The next pair of tokens for a refresh token",
    Permission.PUBLIC,
    _REFRESH,
    answer(200, "The next pair.", example=_NEXT_PAIR),
    parameters=[SESSION],
    problems=[Forbidden, Unauthenticated],
    headers=SIGNED_IN,
    read_as=GivenToken,
    needs_body=False,
)
async def refresh_tokens(request: AnyRequest, given: GivenToken) -> Response[bytes]:
    """Each refresh token is good for one use. One that comes a second time ends the session: somebody has a copy.

    With `Daybook-Session: cookie` there is no body, and what comes again within 10 s gets another answer.
    """
    token = refresh_token_of(request, given.refresh_token)
    leeway = LOST_ANSWER if is_by_cookie(request) else NO_LEEWAY
    users = services_of(request).of(SigningIn)

    async def next_pair() -> Response[bytes]:
        return handed(request, await users.refresh(token, origin_of(request), leeway))

    return await unless_refused(request, next_pair())


@takes(
    "/auth/sign-out",
    _TAG,
    "End the session of a refresh token",
    Permission.PUBLIC,
    _REFRESH,
    answer(204, "No refresh token of the session is good any more."),
    parameters=[SESSION],
    problems=[Forbidden, Unauthenticated],
    read_as=GivenToken,
    needs_body=False,
)
async def sign_out(request: AnyRequest, given: GivenToken) -> Response[bytes]:
    """Answers the same for a token that is not known. With `Daybook-Session: cookie` there is no body.

    No command is taken with an access token of the session; it reads until its ten minutes are over.
    """
    token = refresh_token_of(request, given.refresh_token)
    await services_of(request).of(KeptSessions).sign_out(token)
    return forgotten(request, Response(b"", status_code=204, headers=NO_STORE))


@takes(
    "/auth/password",
    _TAG,
    "Choose a password",
    Permission.PUBLIC,
    NewPassword(token=A_PAIR.refresh_token, new_password="a longer one, known to nobody"),  # noqa: S106
    answer(200, "It is set; every session before has ended.", example=A_PAIR),
    parameters=[_DEVICE, SESSION],
    problems=[Forbidden, Unauthenticated, Invalid, Refused, Throttled],
    headers=SIGNED_IN,
)
async def set_password(request: AnyRequest, given: NewPassword) -> Response[bytes]:
    """With the `token` of a link that was mailed (behind its `#`), or signed in, with the `current_password`.

    A link is good once, for 24 hours, and void when a newer one is sent (409 `password_link_void`). All refresh tokens
    issued before are void at once; the answer begins a new session. Attempts are limited as those to sign in are.
    """
    services, origin = services_of(request), origin_of(request)
    signing_in = services.of(SigningIn)
    match given:
        case NewPassword(token=str(token), current_password=None):
            pair = await signing_in.choose_password(token, given.new_password, origin)
        case NewPassword(token=None, current_password=str(current)):
            header = request.headers.get("authorization")
            principal = await services.authentication.principal(header)
            call = Call(principal=principal, cause=cause_of(request, principal))
            pair = await signing_in.change_password(current, given.new_password, origin, call)
        case _:
            raise Malformed(
                "Either token, of a link that was mailed, or current_password was expected.",
                code="one_proof_expected",
            )
    return handed(request, pair)


@shows(
    "/auth/me",
    _TAG,
    "Who am I, and what may I do?",
    Permission.SIGNED_IN,
    answer(
        200,
        "The caller, as the access token says it.",
        example=Caller(
            uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c"),
            name="Ada Holm",
            bank_uid=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e82b"),
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


class SessionsShown(msgspec.Struct, frozen=True):
    """The caller's sessions, the newest first; `current` is that of the access token."""

    data: Sequence[OpenSession]
    current: UUID | None


_SESSION = OpenSession(
    uid=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e82d"),
    client="Mozilla/5.0 (X11; Linux x86_64)",
    way=SignInWay.PASSKEY,
    started_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    used_at=datetime(2026, 11, 20, 17, 5, tzinfo=UTC),
    expires_at=datetime(2026, 12, 20, 17, 5, tzinfo=UTC),
)


@shows(
    "/auth/sessions",
    _TAG,
    "Where am I signed in?",
    Permission.SIGNED_IN,
    answer(200, "Your sessions.", example=SessionsShown([_SESSION], _SESSION.uid)),
    headers={"Cache-Control": "private, no-store"},
)
async def list_sessions(request: AnyRequest) -> SessionsShown:
    """A session ends 30 days after its refresh token was used last, and 90 days after it began."""
    principal = principal_of(request)
    listed = await services_of(request).of(KeptSessions).listed(principal)
    return SessionsShown(listed, principal.session_uid)


@takes(
    "/auth/sessions/{session_id:str}/end",
    _TAG,
    "End one of one's own sessions",
    Permission.SIGNED_IN,
    None,
    answer(204, "It has ended."),
    parameters=[
        Parameter(
            name="session_id",
            description="The `uid` of a session.",
            schema={"type": "string", "format": "uuid"},
            where="path",
            example=str(_SESSION.uid),
        )
    ],
    problems=[NotFound],
    proof=Proof.SESSION,
)
async def end_session(request: AnyRequest, session_id: str) -> None:
    """No command is taken in it any more, and its refresh token is void. Again, it changes nothing."""
    call = call_of(request, is_keyed=False)
    await services_of(request).of(KeptSessions).end_own(session_id, call)


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


ROUTES = (
    sign_in,
    confirm_sign_in,
    refresh_tokens,
    sign_out,
    set_password,
    get_caller,
    list_sessions,
    end_session,
    get_signing_keys,
)


def origin_of(request: AnyRequest) -> Origin:
    """Where an attempt to sign in comes from.

    Raises:
        Malformed: it asks to be kept in another way than there is; that is said before anything begins.
    """
    is_by_cookie(request)
    client = "".join(it for it in request.headers.get("user-agent", "") if it.isprintable())
    device = request.headers.get("daybook-device") or request.cookies.get(DEVICE_COOKIE, "")
    return Origin(network_of(request), client[:_CLIENT_LENGTH_MAX], device)
