"""Pages for people: the frame they share, what they load, and the headers they are served under."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response, get
from litestar.params import FromPath

from application.shared.permissions import Permission
from domain.shared.errors import NotFound
from interfaces.http.shared.assets import Asset
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer, documented

HTML = "text/html"

PAGE_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    # No script and nothing from elsewhere, whatever somebody manages to write into a page.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    # The address of a page may be all that opens it, so no other site hears of it. Without any referrer a browser
    # would also say of our own forms that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}

_OURS = Path(__file__).with_name("templates")
_STYLES, _ICON = "pages.css", "favicon.svg"


@cache
def templates(folder: Path = _OURS) -> Environment:
    """The templates of a folder, on the frame that all pages share (`frame.html`)."""
    return Environment(
        loader=FileSystemLoader([folder, _OURS]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def static(name: str, media_type: str) -> Asset:
    """A file of ours that a page loads."""
    return Asset(files("interfaces.http.shared").joinpath("static", name).read_bytes(), media_type)


@get(
    "/pages/{name:str}",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The file.", example="")),
)
async def get_page_asset(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """What the pages load."""
    if name != _STYLES:
        raise NotFound(f"The pages have no file {name[:100]}.")
    return await static(_STYLES, "text/css").answer(request)


@get(
    ["/favicon.svg", "/favicon.ico"],
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The icon.", example="")),
)
async def get_icon(request: AnyRequest) -> Response[bytes]:
    """The icon; browsers ask for the second name where a page names none, and go by the type of what they get."""
    return await static(_ICON, "image/svg+xml").answer(request)


ROUTES = (get_page_asset, get_icon)
