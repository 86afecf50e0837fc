"""For those who run Daybook: is it alive, is it ready, what does it measure."""

from collections.abc import Iterator, Mapping
from time import monotonic

import msgspec
from litestar import Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from application.shared.permissions import Permission
from application.shared.reactions.ports import ReactionCounts
from application.shared.services import Services
from domain.shared.errors import Unavailable
from domain.shared.exports import exported
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer
from projections.shared.counters import RowCounter
from projections.shared.query.grouping import COUNT

_TAG = "Operations"
_FULL_S = 15.0  # who is told so comes back sooner than that


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class ProjectionHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Where a read model stands: `lag` is how many log positions it has not read yet, `lag_s` the age of the first.

    `silent_s` is how many seconds ago whoever follows the log for it gave a sign of life, every two seconds mostly.
    """

    name: str
    version: int
    state: str
    position: int
    lag: int
    lag_s: float
    silent_s: float | None
    error: str | None


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a request needs is there.

    `status` is `degraded` while something is wrong that an operator has to see to: a read model is halted, a minute
    behind or not looked after; reactions are not planned, are overdue or parked, or no worker is there; or what was to
    be written a moment ago did not find room (`disk` is `full`).
    `reactions` counts those that are open: `overdue` ones should be done by now, `parked` ones wait for an operator.
    `epoch` is that of the log: another one once it was restored.
    """

    status: str
    database: str
    disk: str
    migrations: str
    epoch: str
    projections: tuple[ProjectionHealth, ...]
    reactions: ReactionCounts


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
    answers is old but right. `status` is `degraded` then. A process that was told to end is not ready.
    """
    services = services_of(request)
    if request.app.state.leaving.is_set():
        raise Unavailable("this process is about to end", code="leaving")
    await services.health.check()
    statuses = await services.checkpoints.statuses()
    counts = await services.reactions.counts()
    is_full = monotonic() - request.app.state.full_at < _FULL_S
    sound = counts.is_sound and all(status.is_sound for status in statuses) and not is_full
    return Ready(
        status="ok" if sound else "degraded",
        database="ok",
        disk="full" if is_full else "ok",
        migrations="ok",
        epoch=await services.log.epoch_async(),
        projections=msgspec.convert(statuses, tuple[ProjectionHealth, ...], from_attributes=True),
        reactions=counts,
    )


@shows(
    "/metrics",
    _TAG,
    "Measurements for Prometheus",
    Permission.OPERATIONS_READ,
    answer(200, "The measurements.", media_type="text/plain", example="daybook_database_up 1.0\n"),
)
async def get_metrics(request: AnyRequest) -> Response[bytes]:
    """Requests by route and status, their duration, where each projection stands, how many reactions are open, and how
    many security events there were of each kind.

    Answers while the database is down, too: `daybook_database_up` is 0 then.
    """
    services, metrics = services_of(request), request.app.state.metrics
    try:
        statuses = await services.checkpoints.statuses()
        metrics.counted.take(await _counted(services))
        page = metrics.expose(statuses, await services.reactions.counts())
    except Unavailable:
        page = metrics.expose(None, None)
    return Response(page, media_type=CONTENT_TYPE_LATEST)


_REMOVED = ("removed_rows", "Rows that were removed because nobody needed them any more.", "table")


async def _counted(services: Services) -> Mapping[tuple[str, str, str], Mapping[str, int]]:
    """What contexts have counted of their rows, for metrics of the same name, and the rows that were removed."""
    counters: Iterator[RowCounter] = exported("projections", "COUNTERS")
    counted = {
        (it.collection.name, it.collection.description, it.field): {
            str(row[it.field]): row[COUNT.name]
            for row in (await services.queries.aggregate(it.collection, it.query)).rows
        }
        for it in counters
    }
    return {**counted, _REMOVED: await services.upkeep.removed()}


ROUTES = (get_liveness, get_readiness, get_metrics)
