"""What a process measures of its own work, for Prometheus: appends, attempts at reactions, connections that it lends.

Rules upheld here:
- a process has one set of measurements, made when it is first needed: where several workers of an api count into files
  of one folder, a second set would count over the first;
- labels have few values, which the code names: nothing that a caller, a person or an event says becomes one;
- who is measured waits for nobody: pools are looked at, once a second or when they are asked about.
"""

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from threading import Lock
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric
from psycopg_pool.base import BasePool

_APPEND_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BATCH_COMMANDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_ATTEMPT_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class PoolState(NamedTuple):
    """How a pool of connections stands: `size` is how many it may have, `failed` counts waits that came to nothing."""

    size: int
    in_use: int
    waiting: int
    failed: int


LookAtPool = Callable[[], PoolState | None]
"""Answers how a pool stands, None once it is closed."""


class BatchHistogram(Histogram):
    """A histogram that takes many values for the price of few.

    Each increment takes a lock and writes into a file where workers count together; a batch of appends has most of its
    values in one bucket.
    """

    def observe_all(self, values: Sequence[float]) -> None:
        """As `observe` of each."""
        of_buckets = Tally(bisect_left(self._upper_bounds, value) for value in values)
        for number, count in of_buckets.items():
            self._buckets[number].inc(count)
        self._sum.inc(sum(values))


class ProcessMeasurements:
    """The measurements of this process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._pools: dict[str, list[LookAtPool]] = {}
        self._failed: dict[str, int] = {}
        self._looking = Lock()
        self._append_seconds = BatchHistogram(
            "daybook_append_seconds",
            "Time from handing an append to the writer until its caller is answered, whatever the answer.",
            buckets=_APPEND_SECONDS,
            registry=registry,
        )
        self._batch_commands = Histogram(
            "daybook_append_batch_commands",
            "Appends that were committed together.",
            buckets=_BATCH_COMMANDS,
            registry=registry,
        )
        self._attempts = Counter(
            "daybook_reaction_attempts",
            "Attempts at reactions, by what came of them.",
            ("kind", "outcome"),
            registry=registry,
        )
        self._attempt_seconds = Histogram(
            "daybook_reaction_attempt_seconds",
            "Time from taking a reaction up until what came of it is written down.",
            ("kind",),
            buckets=_ATTEMPT_SECONDS,
            registry=registry,
        )
        self._replica_queries = Counter(
            "daybook_replica_queries",
            "Queries that went to the replica of the read models.",
            registry=registry,
        )
        self._size, self._in_use, self._waiting = (
            # Workers of an api tell what all that live have together.
            Gauge(
                f"daybook_pool_{name}",
                meaning,
                ("pool",),
                registry=registry,
                multiprocess_mode="livesum",
            )
            for name, meaning in (
                ("size", "Connections that a pool may have."),
                ("in_use", "Connections of a pool that somebody has."),
                ("waiting", "Who waits for a connection of a pool."),
            )
        )
        self._failed_waits = Counter(
            "daybook_pool_failed_waits",
            "Waits for a connection of a pool that came to nothing: too long, or nobody waited any more.",
            ("pool",),
            registry=registry,
        )

    def appended(self, seconds: Sequence[float]) -> None:
        """Appends were answered together, each after so long."""
        self._batch_commands.observe(len(seconds))
        self._append_seconds.observe_all(seconds)

    def attempted(self, kind: str, outcome: str, seconds: float) -> None:
        """An attempt at a reaction has ended."""
        self._attempts.labels(kind, outcome).inc()
        self._attempt_seconds.labels(kind).observe(seconds)

    def sent_to_replica(self) -> None:
        """A query is answered by the replica of the read models."""
        self._replica_queries.inc()

    def watch_pool(self, name: str, look: LookAtPool) -> None:
        """Measure a pool until it is closed; pools of one name are added up."""
        with self._looking:
            known = [each for each in self._pools.get(name, ()) if each() is not None]
            self._pools[name] = [*known, look]

    def look(self) -> None:
        """Measure what stands, rather than happens: the pools."""
        with self._looking:
            for name, pools in self._pools.items():
                states = {look: state for look in pools if (state := look()) is not None}
                self._pools[name] = [*states]
                size, in_use, waiting, failed = map(
                    sum, zip(*states.values(), (0, 0, 0, 0), strict=True)
                )
                self._size.labels(name).set(size)
                self._in_use.labels(name).set(in_use)
                self._waiting.labels(name).set(waiting)
                # What a pool that was closed had counted stays counted.
                self._failed_waits.labels(name).inc(max(0, failed - self._failed.get(name, 0)))
                self._failed[name] = failed

    def collect(self) -> Iterable[Metric]:
        """All of them, as they are now."""
        self.look()
        return self._registry.collect()


@cache
def measurements() -> ProcessMeasurements:
    """Those of this process."""
    return ProcessMeasurements()


def psycopg_state(pool: BasePool) -> PoolState | None:
    """How a pool of psycopg stands; None once it is closed."""
    if pool.closed:
        return None
    stats = pool.get_stats()
    size, idle = stats["pool_size"], stats["pool_available"]
    waiting, failed = stats.get("requests_waiting", 0), stats.get("requests_errors", 0)
    return PoolState(stats["pool_max"], size - idle, waiting, failed)
