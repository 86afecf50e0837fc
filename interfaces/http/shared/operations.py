"""For those who run Daybook: is it alive, is it ready, what does it measure."""

import asyncio

import msgspec
from litestar import Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from application.shared.permissions import Permission
from application.shared.reactions.ports import ReactionCounts
from domain.shared.errors import Unavailable
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.moments import FullDisk
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer
from interfaces.http.shared.standing import ProjectionHealth, Ready, readiness, standing

_TAG = "Operations"


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


@shows(
    "/health/live",
    _TAG,
    "Does the process answer?",
    Permission.PUBLIC,
    answer(200, "It does.", example=Alive(status="ok")),
)
async def get_liveness(_: AnyRequest) -> Alive:
    """Touches nothing but the process itself: restart it when this fails, and only then."""
    return Alive(status="ok")


_READY = Ready(
    status="ok",
    database="ok",
    disk="ok",
    migrations="ok",
    epoch="5f0c1b7a9d3e",
    projections=(
        ProjectionHealth(
            name="expenses",
            version=1,
            state="live",
            position=2004,
            lag=0,
            lag_s=0.0,
            silent_s=0.7,
            error=None,
        ),
    ),
    reactions=ReactionCounts(
        pending=1,
        running=0,
        overdue=0,
        parked=0,
        position=2004,
        planner_silent_s=0.7,
        workers_silent_s=0.4,
    ),
)


@shows(
    "/health/ready",
    _TAG,
    "Can requests be served?",
    Permission.PUBLIC,
    answer(200, "They can.", example=_READY),
)
async def get_readiness(request: AnyRequest) -> Ready:
    """The database answers and is migrated; where each projection stands, and how many reactions are open.

    A projection that lags or was halted does not make the service unready: commands go on, and what its read model
    answers is old but right. `status` is `degraded` then. A process that was told to end is not ready, nor is one whose
    version of a read model is not built yet while processes of other code answer from theirs.
    """
    if request.app.state.leaving.is_set():
        raise Unavailable("this process is about to end", code="leaving")
    full: FullDisk = request.app.state.full
    return await readiness(services_of(request).outlook, is_full=full.is_full())


@shows(
    "/metrics",
    _TAG,
    "Measurements for Prometheus",
    Permission.OPERATIONS_READ,
    answer(200, "The measurements.", media_type="text/plain", example="daybook_database_up 1.0\n"),
)
async def get_metrics(request: AnyRequest) -> Response[bytes]:
    """Requests by route and status, their duration, appends, connections, disks, where each projection stands, how many
    reactions are open, and how many security events there were of each kind.

    Answers while the database is down, too: `daybook_database_up` is 0 then.
    """
    full: FullDisk = request.app.state.full
    found = await standing(services_of(request).outlook, is_full=full.is_full())
    page = await asyncio.to_thread(request.app.state.metrics.expose, found)  # it asks disks, too
    return Response(page, media_type=CONTENT_TYPE_LATEST)


ROUTES = (get_liveness, get_readiness, get_metrics)
