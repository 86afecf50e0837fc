"""Measurements in the Prometheus text format."""

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

from application.shared.ports import ProjectionStatus
from application.shared.reactions.ports import ReactionCounts

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class CountedRows(Collector):
    """Counters that are read from the database at each scrape, so that they are the same in every process."""

    def __init__(self) -> None:
        self._families: Sequence[CounterMetricFamily] = ()

    def take(self, counted: Mapping[tuple[str, str, str], Mapping[str, int]]) -> None:
        """Show these from now on: by name, meaning and label, how many there are of each value."""
        self._families = [_family(*named, counts) for named, counts in counted.items()]

    def collect(self) -> Iterable[CounterMetricFamily]:
        """What was taken last."""
        return self._families


def _family(name: str, meaning: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"daybook_{name}", meaning, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


class HttpMetrics:
    """The measurements of one app; each app has its own registry, so that two in one process do not meet."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.counted = CountedRows()
        registry.register(self.counted)
        self._requests = Counter(
            "daybook_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "daybook_http_request_seconds",
            "Time from the request to the end of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=registry,
        )

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"daybook_{name}", meaning, labels, registry=registry)

        self._database = gauge("database_up", "1 while the database answers, else 0.")
        self._head = gauge("log_position", "Last position of the event log.")
        self._position = gauge("projection_position", "Checkpoint.", "projection")
        self._lag = gauge(
            "projection_lag_events",
            "Positions of the log that the projection has not read yet.",
            "projection",
        )
        self._lag_s = gauge(
            "projection_lag_seconds",
            "Age of the first event that the projection has not read yet.",
            "projection",
        )
        self._silent = gauge(
            "silent_seconds",
            "Time since the last sign of life of who follows the log, by projection, or of the workers.",
            "who",
        )
        self._halted = gauge(
            "projection_halted", "1 if a poison event halted the projection, else 0.", "projection"
        )
        self._reactions = gauge("reactions", "Open reactions by state.", "state")
        self._reactions_position = gauge(
            "reactions_position", "Position of the log up to which reactions are planned."
        )
        self._reactions_halted = gauge(
            "reactions_halted",
            "1 if an event that cannot be planned halted the planning of reactions, else 0.",
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; status 0 means that the caller went away first."""
        # A label must not grow with what callers invent.
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def _hear(self, who: str, silent_s: float | None) -> None:
        """None is a very long time: an alarm on the age must go off."""
        self._silent.labels(who).set(float("inf") if silent_s is None else silent_s)

    def expose(
        self, statuses: Sequence[ProjectionStatus] | None, reactions: ReactionCounts | None
    ) -> bytes:
        """The page that Prometheus scrapes; None says that the database does not answer."""
        self._database.set(statuses is not None)
        for status in statuses or ():
            self._head.set(status.head)
            self._position.labels(status.name).set(status.position)
            self._lag.labels(status.name).set(status.lag)
            self._lag_s.labels(status.name).set(status.lag_s)
            self._hear(status.name, status.silent_s)
            self._halted.labels(status.name).set(status.state == "halted")
        if reactions is not None:
            for state in ("pending", "running", "overdue", "parked"):
                self._reactions.labels(state).set(getattr(reactions, state))
            self._hear("reactions", reactions.planner_silent_s)
            self._hear("worker", reactions.workers_silent_s)
            self._reactions_position.set(reactions.position)
            self._reactions_halted.set(reactions.halted is not None)
        return generate_latest(self._registry)
