"""Signing in by the firm's identity provider, and which ways of signing in there are."""

import msgspec
from litestar import Response

from application.identity.oidc import PATIENCE, ProviderSignIn
from application.shared.permissions import Permission
from domain.shared.errors import Forbidden, NotFound, Throttled, Unauthenticated
from interfaces.http.identity.browsers import SESSION, SIGNED_IN, cookie, handed
from interfaces.http.identity.sessions import A_PAIR, origin_of
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import shows, takes
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer

_TAG = "Signing in"
_COOKIE = "daybook_sign_in"


class WaysShown(msgspec.Struct, frozen=True, kw_only=True):
    """The ways of signing in that there are; `provider` is what the firm's own is called, if there is one.

    `single_user` says that nobody signs in: whoever is at this machine is its operator, without a token.
    """

    provider: str | None
    single_user: bool


class SignInAddress(msgspec.Struct, frozen=True):
    """Where the browser goes next."""

    address: str


class CameBack(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider sent somebody back with, as parameters of the address."""

    code: str
    state: str
    iss: str | None = None


@shows(
    "/auth/ways",
    _TAG,
    "Which ways of signing in are there?",
    Permission.PUBLIC,
    answer(
        200,
        "Beside passwords and passkeys.",
        example=WaysShown(provider="your firm", single_user=False),
    ),
)
async def show_ways(request: AnyRequest) -> WaysShown:
    """For pages that offer them."""
    services = services_of(request)
    return WaysShown(
        provider=services.of(ProviderSignIn).label,
        single_user=services.authentication.asks_nobody,
    )


@takes(
    "/auth/oidc/begin",
    _TAG,
    "Go to the firm's identity provider",
    Permission.PUBLIC,
    None,
    answer(
        200, "Where the browser goes.", example=SignInAddress("https://login.firm.example/auth?…")
    ),
    problems=[NotFound, Unauthenticated, Throttled],
)
async def begin_with_provider(request: AnyRequest) -> Response[bytes]:
    """With an access token, to prove in its session once more who one is: the provider asks anew.

    The cookie binds what was begun to this browser. People come back to `/auth/sign-in`, which leads into the app; its
    page sends what they bring to `POST /auth/oidc/finish`.
    """
    services, header = services_of(request), request.headers.get("authorization")
    caller = await services.authentication.principal(header) if header else None
    sent = await services.of(ProviderSignIn).begin(origin_of(request), caller)
    return Response(
        encode_json(SignInAddress(sent.address)),
        media_type=JSON,
        headers={"Cache-Control": "no-store"},
        status_code=200,
        cookies=[cookie(request, _COOKIE, sent.browser, int(PATIENCE.total_seconds()))],
    )


@takes(
    "/auth/oidc/finish",
    _TAG,
    "Come back from the firm's identity provider",
    Permission.PUBLIC,
    CameBack(code="SplxlOBeZQQYbYS6WxSbIA", state="af0ifjsldkj"),
    answer(200, "You are signed in.", example=A_PAIR),
    answer(204, "You were, and for 15 minutes your sign-in is a recent one."),
    parameters=[SESSION],
    problems=[Forbidden, NotFound, Unauthenticated],
    headers=SIGNED_IN,
)
async def finish_with_provider(request: AnyRequest, given: CameBack) -> Response[bytes]:
    """Once, in the browser that it was begun in. Users are found by the address that the provider has verified.

    From then on they are who the provider said, whatever becomes of the address. Nobody is made a user by it.
    """
    provider, browser = services_of(request).of(ProviderSignIn), request.cookies.get(_COOKIE, "")
    pair = await provider.finish(given.code, given.state, given.iss, browser, origin_of(request))
    answered = handed(request, pair) if pair else Response(b"", status_code=204, headers=SIGNED_IN)
    answered.cookies.append(cookie(request, _COOKIE, "", 0))
    return answered


ROUTES = (show_ways, begin_with_provider, finish_with_provider)
