"""The web app, as Vite built it: its page under every path of `/app/`, and the files that the page loads.

Rules upheld here:
- a file is served under its exact name: one that stands in the folder itself or in `assets`, and no path of a request
  is ever joined to ours;
- names of `assets` hold a hash of what is in them, so browsers keep them for good; the page is asked for each time;
- the page loads and talks to nothing but this origin, and runs no script that stands in it;
- without a build everything else is served as ever, and a build that is made later needs no restart.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from litestar import Response, get

from application.shared.permissions import Permission
from domain.shared.errors import NotFound
from interfaces.http.shared.assets import Asset
from interfaces.http.shared.pages import HTML, PAGE_HEADERS, templates
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer, documented

BUILT = Path(__file__).parents[2] / "web" / "dist"
"""Where `interfaces/web` is built to."""

_HOME, _PAGE, _ASSETS = "/app/", "index.html", "assets"
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}")
_FOR_GOOD, _EACH_TIME = "public, max-age=31536000, immutable", "no-cache"

_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".html": HTML,
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}

_HEADERS: Mapping[str, str] = {
    **PAGE_HEADERS,
    "Cache-Control": _EACH_TIME,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


class WebApp:
    """What was built into a folder; each file is read when it is first asked for, and again once it is another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[tuple[int, int], Asset]] = {}

    @property
    def page(self) -> Asset | None:
        """The page of the app; None if there is no build."""
        return self._file(self._folder / _PAGE, _EACH_TIME)

    def file(self, name: str) -> Asset | None:
        """A file beside the page."""
        return self._file(self._folder / name, _EACH_TIME) if _NAME.fullmatch(name) else None

    def asset(self, name: str) -> Asset | None:
        """A file that is named by what is in it."""
        if not _NAME.fullmatch(name):
            return None
        return self._file(self._folder / _ASSETS / name, _FOR_GOOD)

    def _file(self, path: Path, cache_control: str) -> Asset | None:
        with suppress(FileNotFoundError):  # a build takes away what the one before made
            told = path.stat()
            state = told.st_mtime_ns, told.st_size
            known, asset = self._read.get(path, (None, None))
            if known != state and path.is_file():
                media_type = _TYPES.get(path.suffix, "application/octet-stream")
                asset = Asset(path.read_bytes(), media_type, cache_control)
                self._read[path] = state, asset
            return asset
        return None


@get(
    ["/app", "/app/{path:path}"],
    include_in_schema=False,
    opt=documented(
        Permission.PUBLIC,
        answer(200, "The page, or what it loads.", media_type=HTML, example=""),
        problems=[NotFound],
        parses_query=True,
    ),
)
async def get_web_app(request: AnyRequest) -> Response[bytes]:
    """The page draws what its path and query name, so it is the same for all of them."""
    path = str(request.path_params.get("path", "")).removeprefix("/")
    if not path and not request.scope["raw_path"].endswith(b"/"):
        query = request.scope["query_string"].decode("latin-1")
        there = f"{_HOME}?{query}" if query else _HOME
        return Response(b"", status_code=308, media_type=HTML, headers={"Location": there})
    built: WebApp = request.app.state.web_app
    folder, _, name = path.rpartition("/")
    if path.split("/")[0] == _ASSETS:
        asset = built.asset(name) if folder == _ASSETS else None
        if asset is None:
            raise NotFound(f"The app has no file {path[:200]}.")
        return await asset.answer(request)
    file = built.file(path) if path != _PAGE else None
    return await file.answer(request) if file else await _page(request, built.page)


async def _page(request: AnyRequest, page: Asset | None) -> Response[bytes]:
    if page is None:
        text = templates().get_template("no-app.html").render()
        return Response(text.encode(), status_code=503, media_type=HTML, headers={**PAGE_HEADERS})
    answered = await page.answer(request)
    answered.headers.update(_HEADERS)
    return answered


ROUTES = (get_web_app,)
