"""The page that a link in a letter leads to: there a password is chosen. It loads nothing from elsewhere."""

from importlib.resources import files

from litestar import Response

from application.shared.permissions import Permission
from interfaces.http.shared.docs import HTML
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


ROUTES = (show_password_page, show_password_script)


def _asset(name: str, media_type: str) -> Response[bytes]:
    content = files("interfaces.http.identity").joinpath("static", name).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})
