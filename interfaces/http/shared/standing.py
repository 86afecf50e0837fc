"""How a Daybook stands: the document of `/health/ready` and the measurements that are the same in every process."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from application.shared.checkpoints import ProjectionStatus
from application.shared.reactions.ports import LaneCounts, ReactionCounts
from application.shared.services import Outlook
from application.shared.sight import see_every_bank
from domain.shared.errors import Unavailable
from domain.shared.exports import exported
from projections.shared.counters import RowCounter
from projections.shared.query.grouping import COUNT


class VersionHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a read model that other code makes, kept beside until it is retired.

    `lag` grows once nobody follows the log for it; `size` is in bytes.
    """

    version: int
    state: str
    position: int
    lag: int
    silent_s: float | None
    size: int


class ProjectionHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Where a read model stands: `lag` is how many log positions it has not read yet, `lag_s` the age of the first.

    `silent_s` is how many seconds ago whoever follows the log for it gave a sign of life, every two seconds mostly.
    `others` are the versions that are kept beside this one.
    """

    name: str
    version: int
    state: str
    position: int
    lag: int
    lag_s: float
    silent_s: float | None
    error: str | None
    others: tuple[VersionHealth, ...] = ()


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


async def readiness(outlook: Outlook, *, is_full: bool = False) -> Ready:
    """Where everything stands; `is_full` if this process was told lately that the disk has no room.

    Raises:
        Unavailable: requests cannot be served: the database does not answer, or it is not the one for this code; or a
            read model is not built yet in the version of this code, while processes of other code answer from theirs.
    """
    await outlook.health.check()
    statuses = await outlook.checkpoints.statuses()
    for status in statuses:
        if status.is_left_to_others:
            raise Unavailable(
                f"{status.name} is not built yet in version {status.version}, and another is served",
                code="not_built",
            )
    counts = await outlook.reactions.counts()
    takes_writes = await outlook.health.takes_writes()
    sound = all((takes_writes, not is_full, counts.is_sound, *(it.is_sound for it in statuses)))
    return Ready(
        status="ok" if sound else "degraded",
        database="ok" if takes_writes else "read_only",
        disk="full" if is_full else "ok",
        migrations="ok",
        epoch=await outlook.log.epoch_async(),
        projections=msgspec.convert(statuses, tuple[ProjectionHealth, ...], from_attributes=True),
        reactions=counts,
    )


class StandingMetrics(msgspec.Struct, frozen=True):
    """What is measured by asking the servers, at each scrape: of the database only that it is away, if it is."""

    has_redis: bool | None = None
    is_full: bool = False
    database: Mapping[str, float] = {}
    statuses: Sequence[ProjectionStatus] | None = None
    reactions: ReactionCounts | None = None
    lanes: Sequence[LaneCounts] = ()
    rows: Mapping[tuple[str, str, str], Mapping[str, int]] = {}

    def collect(self) -> Iterable[Metric]:
        """The measurements, as Prometheus takes them."""
        yield GaugeMetricFamily(
            "daybook_database_up",
            "1 while the database answers, else 0.",
            value=self.statuses is not None,
        )
        if self.statuses is not None:
            yield GaugeMetricFamily(
                "daybook_read_models_up",
                "1 while the server of the read models answers, be it that of the log or another, else 0.",
                value=not any(it.is_away for it in self.statuses),
            )
        if self.has_redis is not None:
            yield GaugeMetricFamily(
                "daybook_redis_up", "1 while Redis answers, else 0.", value=self.has_redis
            )
        yield GaugeMetricFamily(
            "daybook_disk_full",
            "1 if what was to be written met a disk without room a moment ago, else 0.",
            value=self.is_full,
        )
        for name, value in self.database.items():
            yield GaugeMetricFamily(f"daybook_database_{name}", _DATABASE[name], value=value)
        yield from _of_projections(self.statuses or ())
        yield from _of_lanes(self.lanes)
        if self.reactions is not None:
            yield from _of_reactions(self.reactions)
        yield _signs_of_life(self.statuses or (), self.reactions)
        for named, counts in self.rows.items():
            yield _counter(*named, counts)


async def standing(outlook: Outlook, *, is_full: bool = False) -> StandingMetrics:
    """The measurements now; `is_full` if this process was told lately that the disk has no room."""
    has_redis = await outlook.health.reaches_redis()
    try:
        database = {
            "writable": await outlook.health.takes_writes(),
            "timeline": await outlook.health.timeline(),
        }
        statuses = await outlook.checkpoints.statuses()
        removed = {_REMOVED: await outlook.upkeep.removed()}
        reactions, lanes = await outlook.reactions.counts(), await outlook.reactions.lanes()
    except Unavailable:
        return StandingMetrics(has_redis, is_full)
    try:
        rows = await _counted(outlook)
    except Unavailable:  # the read models may be away without the log
        rows = {}
    counted = {**rows, **removed}
    return StandingMetrics(has_redis, is_full, database, statuses, reactions, lanes, counted)


_DATABASE = {
    "writable": "1 while the database takes writes, 0 while it is only to be read.",
    "timeline": "The history that the database is on, which grows when a standby is promoted or it goes back.",
}
_REMOVED = ("removed_rows", "Rows that were removed because nobody needed them any more.", "table")


async def _counted(outlook: Outlook) -> Mapping[tuple[str, str, str], Mapping[str, int]]:
    """What contexts have counted of their rows, by name, meaning and label."""
    counters: Iterator[RowCounter] = exported("projections", "COUNTERS")
    see_every_bank()
    return {
        (it.collection.name, it.collection.description, it.field): {
            str(row[it.field]): row[COUNT.name]
            for row in (await outlook.queries.aggregate(it.collection, it.query)).rows
        }
        for it in counters
    }


def _counter(name: str, meaning: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"daybook_{name}", meaning, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def _gauge(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"daybook_{name}", meaning, labels=[label])
    for value, measured in values.items():
        family.add_metric([value], measured)
    return family


def _of_projections(statuses: Sequence[ProjectionStatus]) -> Iterable[Metric]:
    """Nothing but the log's position if nothing is known of them."""
    head = max((it.head for it in statuses), default=0)
    yield GaugeMetricFamily("daybook_log_position", "Last position of the event log.", value=head)
    statuses = [it for it in statuses if not it.is_away]
    measured: Mapping[tuple[str, str], Mapping[str, float]] = {
        ("position", "Checkpoint."): {it.name: it.position for it in statuses},
        ("lag_events", "Positions of the log that the projection has not read yet."): {
            it.name: it.lag for it in statuses
        },
        ("lag_seconds", "Age of the first event that the projection has not read yet."): {
            it.name: it.lag_s for it in statuses
        },
        ("halted", "1 if a poison event halted the projection, else 0."): {
            it.name: it.state == "halted" for it in statuses
        },
    }
    for (name, meaning), values in measured.items():
        yield _gauge(f"projection_{name}", meaning, "projection", values)


def _of_reactions(counts: ReactionCounts) -> Iterable[Metric]:
    states = {
        state: getattr(counts, state) for state in ("pending", "running", "overdue", "parked")
    }
    yield _gauge("reactions", "Open reactions by state.", "state", states)
    yield GaugeMetricFamily(
        "daybook_reactions_position",
        "Position of the log up to which reactions are planned.",
        value=counts.position,
    )
    yield GaugeMetricFamily(
        "daybook_reactions_halted",
        "1 if an event that cannot be planned halted the planning of reactions, else 0.",
        value=counts.halted is not None,
    )


def _of_lanes(lanes: Sequence[LaneCounts]) -> Iterable[Metric]:
    """Nothing if the database is away: an empty family has no samples."""
    opened = GaugeMetricFamily(
        "daybook_lane_reactions", "Open reactions by lane and state.", labels=["lane", "state"]
    )
    for one in lanes:
        for state in ("pending", "running", "parked"):
            opened.add_metric([one.lane, state], getattr(one, state))
    yield opened
    yield _gauge(
        "lane_oldest_seconds",
        "For how long the reaction has been due that has been so longest, done or not; 0 if none is.",
        "lane",
        {one.lane: one.oldest_s for one in lanes},
    )


def _signs_of_life(statuses: Sequence[ProjectionStatus], counts: ReactionCounts | None) -> Metric:
    """Who never gave one was silent for a very long time: an alarm on the age must go off."""
    signs: dict[str, float | None] = {it.name: it.silent_s for it in statuses if not it.is_away}
    if counts is not None:
        signs |= {"reactions": counts.planner_silent_s, "worker": counts.workers_silent_s}
    return _gauge(
        "silent_seconds",
        "Time since the last sign of life of who follows the log, by projection, or of the workers.",
        "who",
        {who: float("inf") if silent_s is None else silent_s for who, silent_s in signs.items()},
    )
