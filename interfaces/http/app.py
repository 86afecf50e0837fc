"""The HTTP interface as a whole: `create_app(services)` joins routes, errors and what surrounds each request.

One request on its way: `context` gives it an id and measures it · Litestar routes it · the guards ask who calls and
refuse unknown query parameters · the handler parses, makes one call on a service or the queries, and presents ·
whatever was raised becomes a problem document (`problems`).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import structlog
from litestar import Litestar
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from application.imports.use_cases import Imports
from application.shared.beginnings import begin
from application.shared.services import Services
from domain.shared.exports import exported
from interfaces.http.imports import runs as imports
from interfaces.http.imports.pending import PendingImports
from interfaces.http.shared import docs
from interfaces.http.shared.context import RequestContext
from interfaces.http.shared.crowds import Crowds
from interfaces.http.shared.followers import follower_places
from interfaces.http.shared.heads import with_bounded_heads
from interfaces.http.shared.inputs import refuse_unknown_parameters
from interfaces.http.shared.metrics import HttpMetrics, Measuring, counting_folder
from interfaces.http.shared.moments import FullDisk
from interfaces.http.shared.origins import for_origins
from interfaces.http.shared.places import export_places
from interfaces.http.shared.problems import EXCEPTION_HANDLERS
from interfaces.http.shared.proxies import TrustedProxies
from interfaces.http.shared.routes import Operation
from interfaces.http.shared.security import guarded_by
from interfaces.http.shared.smaller import refuse_unreadable, smaller
from interfaces.http.shared.threads import Threads
from interfaces.http.shared.web_app import BUILT, WebApp

_IMPORTS_AT_ONCE, _IMPORTS_WAITING_MAX = 2, 32
"""Files that are read at a time: each keeps a processor busy, and what they append waits for one another anyway."""


def create_app(
    services: Services,
    *,
    upload_bytes_max: int = 200_000_000,
    trusted_proxies: str = "",
    cors_origins: str = "",
    in_hand_max: int = 512,
    web_app: Path = BUILT,
    counting: Sequence[Measuring] = (),
    asked: Sequence[Measuring] = (),
) -> Litestar:
    """The ASGI app over these services, which it closes when it ends.

    `upload_bytes_max` is the largest request body that an import may have, `trusted_proxies` are networks of proxies
    that tell where requests come from, `cors_origins` those of pages that may ask, `in_hand_max` is how many requests
    of one address are served at a time, `web_app` the folder that the web app is built into, `counting` and `asked`
    what is measured beside requests (`HttpMetrics`). Once `state.leaving` is set the app is not ready any more, ends
    its streams, and asks those who are connected to go elsewhere; it still answers everything.
    """
    metrics = HttpMetrics(counting, asked)
    pending = PendingImports(services.of(Imports))
    importing = Threads("imports", at_once=_IMPORTS_AT_ONCE, waiting_max=_IMPORTS_WAITING_MAX)
    leaving, crowds = asyncio.Event(), Crowds(in_hand_max)
    app = Litestar(
        route_handlers=[
            *routes(services),
            *imports.routes(services.of(Imports).kinds, upload_bytes_max),
        ],
        state=State(
            {
                "services": services,
                "metrics": metrics,
                "followers": follower_places(),
                "exports": export_places(),
                "pending": pending,
                "importing": importing,
                "leaving": leaving,
                "full": FullDisk(counting_folder()),
                "web_app": WebApp(web_app),
            }
        ),
        guards=[
            crowds.refuse,
            guarded_by(services.authentication, services.quotas),
            refuse_unknown_parameters,
            refuse_unreadable,
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        logging_config=None,  # `logging.py` has set it up already, and Litestar's would log headers and bodies
        lifespan=[lambda _: _working(services, pending, importing)],
        request_max_body_size=upload_bytes_max,
    )
    proxies = TrustedProxies(trusted_proxies)
    handler = for_origins(with_bounded_heads(smaller(app.asgi_handler)), cors_origins)
    app.asgi_handler = RequestContext(handler, metrics, _methods(app), leaving, proxies, crowds)
    check_locations(app)
    docs.describe(app, version("daybook"))
    return app


def routes(services: Services) -> Iterator[HTTPRouteHandler]:
    """What the modules of this package export as `ROUTES`, and what their `routes_for` answers for these services."""
    for home in ("interfaces.http.shared", "interfaces.http"):
        yield from exported(home, "ROUTES")
        for routes_for in exported(home, "routes_for"):
            yield from routes_for(services)


def check_locations(app: Litestar) -> None:
    """Go on only if whatever a `Location` leads to can be had.

    Raises:
        LookupError: a command answers with a path that no `GET` serves.
    """
    methods = _methods(app)
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            operation: Operation | None = handler.opt.get("operation")
            path = operation and operation.located_at
            if path and "GET" not in methods.get(f"{path}/{{record_id}}", ()):
                raise LookupError(f"{route.path} leads to {path}, where there is nothing to get")


def _methods(app: Litestar) -> dict[str, set[str]]:
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    return {route.path_format: set(route.methods) for route in routes}


def _tell_trouble(error: Exception) -> None:
    structlog.get_logger().error("what a book begins with is missing", exc_info=error)


@asynccontextmanager
async def _working(
    services: Services, pending: PendingImports, importing: Threads
) -> AsyncIterator[None]:
    """Accepted imports are carried out while the app runs; connections are given back by the loop that used them."""
    pending.start()
    services.checkpoints.attend()
    beginning = asyncio.create_task(begin(services, _tell_trouble))
    try:
        yield
    finally:
        beginning.cancel()
        await asyncio.to_thread(pending.stop)
        importing.stop()
        await services.aclose()
