"""For those who run Daybook: is it alive, is it ready, what does it measure."""

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from application.shared.permissions import Permission
from application.shared.ports import ProjectionStatus
from application.shared.reactions.ports import ReactionCounts
from application.shared.services import Services
from domain.shared.errors import Unavailable
from interfaces.http.shared.metrics import HttpMetrics
from interfaces.http.shared.routes import answer, documented


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class ProjectionHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Where a read model stands: `lag` is the number of log positions it has not read yet."""

    name: str
    version: int
    state: str
    position: int
    lag: int
    error: str | None

    @classmethod
    def of(cls, status: ProjectionStatus) -> "ProjectionHealth":
        """The public part of a status."""
        return cls(
            name=status.name,
            version=status.version,
            state=status.state,
            position=status.position,
            lag=status.lag,
            error=status.error,
        )


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a request needs is there.

    `status` is `degraded` while a read model is not live, so that its answers are old, or reactions are not planned.
    `reactions` counts those that are open: `overdue` ones should be done by now, `parked` ones wait for an operator.
    """

    status: str
    database: str
    migrations: str
    projections: tuple[ProjectionHealth, ...]
    reactions: ReactionCounts


@get(
    "/health/live",
    operation_id="getLiveness",
    tags=["Operations"],
    summary="Does the process answer?",
    opt=documented(Permission.PUBLIC, answer(200, "It does.", Alive, example=Alive(status="ok"))),
)
async def get_liveness() -> Alive:
    """Touches nothing but the process itself: restart it when this fails, and only then."""
    return Alive(status="ok")


_READY = Ready(
    status="ok",
    database="ok",
    migrations="ok",
    projections=(
        ProjectionHealth(
            name="expenses", version=1, state="live", position=2004, lag=0, error=None
        ),
    ),
    reactions=ReactionCounts(pending=1, running=0, overdue=0, parked=0, position=2004),
)


@get(
    "/health/ready",
    operation_id="getReadiness",
    tags=["Operations"],
    summary="Can requests be served?",
    opt=documented(Permission.PUBLIC, answer(200, "They can.", Ready, example=_READY)),
)
async def get_readiness(services: NamedDependency[Services]) -> Ready:
    """The database answers and is migrated; where each projection stands, and how many reactions are open.

    A projection that lags or was halted does not make the service unready: commands go on, and what its read model
    answers is old but right. `status` is `degraded` then.
    """
    await services.health.check()
    statuses = await services.checkpoints.statuses()
    counts = await services.reactions.counts()
    live = all(status.state in ("live", "building") for status in statuses)
    sound = live and counts.halted is None
    return Ready(
        status="ok" if sound else "degraded",
        database="ok",
        migrations="ok",
        projections=tuple(ProjectionHealth.of(status) for status in statuses),
        reactions=counts,
    )


@get(
    "/metrics",
    operation_id="getMetrics",
    tags=["Operations"],
    summary="Measurements for Prometheus",
    opt=documented(
        Permission.OPERATIONS_READ,
        answer(
            200, "The measurements.", media_type="text/plain", example="daybook_database_up 1.0\n"
        ),
    ),
)
async def get_metrics(
    services: NamedDependency[Services], metrics: NamedDependency[HttpMetrics]
) -> Response[bytes]:
    """Requests by route and status, their duration, where each projection stands, and how many reactions are open.

    Answers while the database is down, too: `daybook_database_up` is 0 then.
    """
    try:
        statuses = await services.checkpoints.statuses()
        counts = await services.reactions.counts()
    except Unavailable:
        return Response(metrics.expose(None, None), media_type=CONTENT_TYPE_LATEST)
    return Response(metrics.expose(statuses, counts), media_type=CONTENT_TYPE_LATEST)


ROUTES = (get_liveness, get_readiness, get_metrics)
