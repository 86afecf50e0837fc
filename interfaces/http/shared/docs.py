"""What is told of the API itself: the index, for programs and for people, the OpenAPI document, the meaning of each
problem."""

from collections.abc import Iterator, Mapping

import msgspec
from litestar import Litestar, Response, get
from litestar.routes import HTTPRoute

from application.shared.permissions import Permission
from domain.shared.errors import DaybookError, Malformed, NotFound, nearest
from interfaces.http.shared.assets import Asset
from interfaces.http.shared.collection_catalogue import catalogued
from interfaces.http.shared.openapi import build, meaning_of
from interfaces.http.shared.pages import HTML, PAGE_HEADERS, templates
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.problems import FAMILIES
from interfaces.http.shared.rendering import JSON, encode_json, form_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Parameter, answer, documented


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


_VARY = {"Vary": "Accept"}


class ProblemFamily(msgspec.Struct, frozen=True, kw_only=True):
    """What the `type` of a problem document stands for."""

    type: str
    status: int
    title: str
    meaning: str


class SignPost(msgspec.Struct, frozen=True):
    """Where a person may want to go."""

    path: str
    name: str
    what: str


_PLACES = (
    SignPost("/app", "The app", "Where people work: claims, decisions, payments and the books."),
    SignPost("/docs", "The API", "Every operation, with examples that can be sent from the page."),
    SignPost("/openapi.json", "OpenAPI document", "The same for programs that make clients of it."),
    SignPost("/workflows", "Forms", "What customers fill in, without signing in."),
    SignPost("/mailbox", "Mailbox", "The letters that were sent. None of them left this machine."),
    SignPost("/health/ready", "Health", "Whether everything that Daybook needs is there."),
)


@shows(
    "/",
    "About",
    "Where things are",
    Permission.PUBLIC,
    answer(200, "Links.", example=_INDEX),
    headers=_VARY,
)
async def get_index(request: AnyRequest) -> Index | Response[bytes]:
    """The paths to begin with; `collections` are all that can be listed. A browser gets a page (`text/html`)."""
    state = request.app.state
    if request.accept.best_match([JSON, HTML]) == HTML:
        text = templates().get_template("home.html").render(places=state.places)
        headers = {**PAGE_HEADERS, **_VARY}
        return Response(text.encode(), media_type=HTML, headers=headers)
    return msgspec.structs.replace(_INDEX, collections=state.collections)


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
    """Draw up what is told of a finished app: its OpenAPI document, and what the index leads to."""
    app.state.openapi = Asset(encode_json(build(app, version)), JSON)
    app.state.collections = dict(sorted(_lists(app)))
    app.state.catalogue = catalogued(app)
    served = {route.path for route in app.routes}
    app.state.places = [one for one in _PLACES if one.path in served]


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


ROUTES = (get_index, get_openapi, get_problem_family)
