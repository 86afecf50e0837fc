"""The pages about the API itself: the index, the OpenAPI document, the docs page, the meaning of each problem.

The docs page is drawn by a small script of ours from `/openapi.json`: it needs nothing from elsewhere, so it works
without internet and under a strict content security policy.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec
from litestar import Litestar, Response, get
from litestar.params import FromPath
from litestar.routes import HTTPRoute

from application.shared.permissions import Permission
from domain.shared.errors import DaybookError, Malformed, NotFound, nearest
from interfaces.http.shared.assets import Asset
from interfaces.http.shared.openapi import build, meaning_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.problems import FAMILIES
from interfaces.http.shared.rendering import JSON, encode_json, form_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Parameter, answer, documented

HTML = "text/html"
_ASSETS = {"docs.css": "text/css", "docs.js": "text/javascript"}


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """Where things are."""

    name: str
    docs: str
    openapi: str
    collections: Mapping[str, str]
    operations: Mapping[str, str]


_INDEX = Index(
    name="Daybook",
    docs="/docs",
    openapi="/openapi.json",
    collections={"expenses": "/expenses", "imports": "/imports", "events": "/events"},
    operations={"live": "/health/live", "ready": "/health/ready", "metrics": "/metrics"},
)


class ProblemFamily(msgspec.Struct, frozen=True, kw_only=True):
    """What the `type` of a problem document stands for."""

    type: str
    status: int
    title: str
    meaning: str


@shows("/", "About", "Where things are", Permission.PUBLIC, answer(200, "Links.", example=_INDEX))
async def get_index(request: AnyRequest) -> Index:
    """The paths to begin with; `collections` are all that can be listed."""
    return msgspec.structs.replace(_INDEX, collections=request.app.state.collections)


@get(
    "/docs",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The page.", media_type=HTML, example="")),
)
async def get_docs(request: AnyRequest) -> Response[bytes]:
    """The docs page."""
    return await _asset("docs.html", HTML).answer(request)


@get(
    "/docs/{name:str}",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The file.", example="")),
)
async def get_docs_asset(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """What the docs page loads."""
    if name not in _ASSETS:
        raise NotFound(f"The docs have no file {name}.")
    return await _asset(name, _ASSETS[name]).answer(request)


@cache
def _asset(name: str, media_type: str) -> Asset:
    content = files("interfaces.http.shared").joinpath("static", name).read_bytes()
    return Asset(content, media_type)


@get(
    "/openapi.json",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The document.", {"type": "object"})),
)
async def get_openapi(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI 3.1 document."""
    form_of(request, (JSON,))
    document: Asset = request.app.state.openapi
    return await document.answer(request)


def describe(app: Litestar, version: str) -> None:
    """Draw up what is told of a finished app: its OpenAPI document, and the lists that the index names."""
    app.state.openapi = Asset(encode_json(build(app, version)), JSON)
    app.state.collections = dict(sorted(_lists(app)))


def _lists(app: Litestar) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            name = handler.operation_id if handler.include_in_schema is not False else None
            if isinstance(name, str) and name.startswith("list") and not route.path_parameters:
                yield route.path.strip("/"), route.path


def _described(kind: type[DaybookError]) -> ProblemFamily:
    family, meaning = FAMILIES[kind], meaning_of(kind)
    return ProblemFamily(
        type=f"/problems/{family.name}", status=family.status, title=family.title, meaning=meaning
    )


@shows(
    "/problems/{family:str}",
    "About",
    "What a kind of problem means",
    Permission.PUBLIC,
    answer(200, "Its meaning.", example=_described(Malformed)),
    parameters=[
        Parameter(
            name="family",
            description="The last segment of a problem's `type`.",
            schema={"type": "string", "enum": [one.name for one in FAMILIES.values()]},
            where="path",
            example="malformed",
        )
    ],
    problems=[NotFound],
)
async def get_problem_family(_: AnyRequest, family: str) -> ProblemFamily:
    """The address in the `type` of a problem document leads here."""
    for kind, known in FAMILIES.items():
        if known.name == family:
            return _described(kind)
    names = [known.name for known in FAMILIES.values()]
    near = nearest(family, names)
    raise NotFound(f"There is no kind of problem {family!r}.", known=names, nearest=near)


ROUTES = (get_index, get_docs, get_docs_asset, get_openapi, get_problem_family)
