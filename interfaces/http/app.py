"""The HTTP interface as a whole: `create_app(services)` joins routes, errors and what surrounds each request.

One request on its way: `context` gives it an id and measures it · Litestar routes it · the guards ask who calls and
refuse unknown query parameters · the handler parses, makes one call on a service or the queries, and presents ·
whatever was raised becomes a problem document (`problems`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from litestar import Litestar
from litestar.di import Provide
from litestar.routes import HTTPRoute

from application.services import Services
from interfaces.http import (
    banks,
    expenses,
    identity,
    ledger,
    reimbursements,
)
from interfaces.http.imports import runs as imports
from interfaces.http.imports.pending import PendingImports
from interfaces.http.mail import bounces as mail
from interfaces.http.mail import mailbox
from interfaces.http.payments import batches, payments
from interfaces.http.shared import docs, events, operations, reactions
from interfaces.http.shared.context import RequestContext
from interfaces.http.shared.inputs import refuse_unknown_parameters
from interfaces.http.shared.metrics import HttpMetrics
from interfaces.http.shared.problems import EXCEPTION_HANDLERS
from interfaces.http.shared.security import guarded_by


def create_app(services: Services, *, upload_bytes_max: int = 200_000_000) -> Litestar:
    """The ASGI app over these services, which it closes when it ends.

    `upload_bytes_max` is the largest request body that an import may have.
    """
    metrics = HttpMetrics()
    followers = events.Followers()
    pending = PendingImports(services.imports)
    app = Litestar(
        route_handlers=[
            *docs.ROUTES,
            *identity.routes(),
            *banks.routes(),
            *reimbursements.routes(),
            *expenses.routes(),
            *imports.routes(services.imports.kinds, upload_bytes_max),
            *events.routes(),
            *reactions.routes(),
            *mail.routes(),
            *(mailbox.routes() if services.shows_mailbox else ()),
            *payments.routes(),
            *batches.routes(),
            *ledger.routes(),
            *operations.ROUTES,
        ],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "metrics": Provide(lambda: metrics, sync_to_thread=False),
            "followers": Provide(lambda: followers, sync_to_thread=False),
            "pending": Provide(lambda: pending, sync_to_thread=False),
        },
        guards=[guarded_by(services.authentication), refuse_unknown_parameters],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        logging_config=None,  # `logging.py` has set it up already, and Litestar's would log headers and bodies
        lifespan=[lambda _: _working(services, pending)],
        request_max_body_size=upload_bytes_max,
    )
    app.asgi_handler = RequestContext(app.asgi_handler, metrics, _methods(app))
    docs.describe(app, version("daybook"))
    return app


def _methods(app: Litestar) -> dict[str, set[str]]:
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    return {route.path_format: set(route.methods) for route in routes}


@asynccontextmanager
async def _working(services: Services, pending: PendingImports) -> AsyncIterator[None]:
    """Accepted imports are carried out while the app runs; connections are given back by the loop that used them."""
    pending.start()
    try:
        yield
    finally:
        await asyncio.to_thread(pending.stop)
        await services.aclose()
