"""The docs page: Swagger UI, drawn from `/openapi.json`, with a way in for strangers where there are demo people.

Its files are those that the package `flask-swagger-ui` installs, found without importing it: they are all that is
wanted of it. Nothing comes from elsewhere, and the page names no document but ours.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from litestar import Response, get
from litestar.params import FromPath

from application.shared.permissions import Permission
from application.shared.samples import FirstLook
from domain.shared.errors import NotFound
from interfaces.http.shared.assets import Asset
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.own_machine import is_for_own_machine
from interfaces.http.shared.pages import HTML, PAGE_HEADERS, static, templates
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer, documented

_HEADERS: Mapping[str, str] = {
    **PAGE_HEADERS,
    # Swagger UI sets styles by script alone, so no inline style is needed either; its stylesheet holds its icons.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
}
_OURS = {"docs.css": "text/css", "docs.js": "text/javascript"}
_THEIRS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


@get(
    "/docs",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The page.", media_type=HTML, example="")),
)
async def get_docs(request: AnyRequest) -> Response[bytes]:
    """The docs page. The password of the demo people is told where it is good, and to this machine alone."""
    people = (
        services_of(request).of(FirstLook).people if is_for_own_machine(request.headers) else None
    )
    text = templates().get_template("docs.html").render(people=people)
    return Response(text.encode(), media_type=HTML, headers=dict(_HEADERS))


@get(
    "/docs/{name:str}",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The file.", example="")),
)
async def get_docs_asset(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """What the docs page loads."""
    if name in _OURS:
        return await static(name, _OURS[name]).answer(request)
    if name in _THEIRS:
        return await _installed(name).answer(request)
    raise NotFound(f"The docs have no file {name[:100]}.")


@cache
def _installed(name: str) -> Asset:
    found = distribution("flask-swagger-ui").locate_file(f"flask_swagger_ui/dist/{name}")
    return Asset(Path(str(found)).read_bytes(), _THEIRS[name])


ROUTES = (get_docs, get_docs_asset)
