"""The pages on which people choose a password and sign in. They load nothing from elsewhere."""

from importlib.resources import files

from litestar import Response

from application.shared.permissions import Permission
from interfaces.http.shared.pages import HTML
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer

_TAG, _SCRIPT = "Signing in", "text/javascript"


@shows(
    "/auth/password",
    _TAG,
    "The page on which a password is chosen",
    Permission.PUBLIC,
    answer(200, "The page.", media_type=HTML, example="<h1>Choose a password</h1>"),
)
async def show_password_page(_: AnyRequest) -> Response[bytes]:
    """A link in a letter leads here; its token stands behind the `#`, so it is sent to nobody before it is used."""
    return _asset("password.html", HTML)


@shows(
    "/auth/password.js",
    _TAG,
    "What that page does",
    Permission.PUBLIC,
    answer(200, "The script.", media_type=_SCRIPT, example=""),
)
async def show_password_script(_: AnyRequest) -> Response[bytes]:
    """Sends the token and what was chosen to `POST /auth/password`."""
    return _asset("password.js", _SCRIPT)


@shows(
    "/auth/sign-in",
    _TAG,
    "The page to sign in on",
    Permission.PUBLIC,
    answer(200, "The page.", media_type=HTML, example="<h1>Sign in</h1>"),
    parses_query=True,
)
async def show_sign_in_page(_: AnyRequest) -> Response[bytes]:
    """By password, by passkey and by the firm's identity provider; and whoever is signed in looks after passkeys.

    The page alone reads what the provider sent along, and hands it to `POST /auth/oidc/finish`.
    """
    return _asset("sign-in.html", HTML)


@shows(
    "/auth/sign-in.js",
    _TAG,
    "What the page to sign in on does",
    Permission.PUBLIC,
    answer(200, "The script.", media_type=_SCRIPT, example=""),
)
async def show_sign_in_script(_: AnyRequest) -> Response[bytes]:
    """Talks to the routes beside it. Tokens stay with the tab."""
    return _asset("sign-in.js", _SCRIPT)


ROUTES = (show_password_page, show_password_script, show_sign_in_page, show_sign_in_script)


def _asset(name: str, media_type: str) -> Response[bytes]:
    content = files("interfaces.http.identity").joinpath("static", name).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})
