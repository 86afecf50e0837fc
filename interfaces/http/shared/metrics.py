"""Measurements in the Prometheus text format: what an app counts of its requests, and what its processes take.

Several workers of one api count into files of one folder, so that whichever is asked tells the sum.
"""

import multiprocessing
import os
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, values
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def known_method(method: str) -> str:
    """The method as labels and names may have it: they must not grow with what callers invent."""
    return method if method in _METHODS else "other"


class Measuring(Protocol):
    """Some measurements, as Prometheus collects them."""

    def collect(self) -> Iterable[Metric]:
        """Those of now."""


class MetricsPage(CollectorRegistry):
    """Measurements of several kinds as one page."""

    def __init__(self, *kinds: Measuring) -> None:
        super().__init__(auto_describe=False)
        self._kinds = kinds

    def collect(self) -> Iterable[Metric]:
        """All of them, one kind after the other."""
        return chain.from_iterable(kind.collect() for kind in self._kinds)


def count_in(folder: Path) -> None:
    """Have the workers that this process starts from now on count into files of this folder."""
    os.environ[_FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def counting_folder() -> Path | None:
    """The folder that this process counts into, if it is one of several that do."""
    folder = os.environ.get(_FOLDER)
    return Path(folder) if folder else None


def counted_by_workers() -> Measuring:
    """What all workers that count into the folder have counted, those that have ended included.

    Of what stands, rather than happens, those that have ended have nothing any more.
    """
    folder = Path(os.environ[_FOLDER])
    for stood in folder.glob("gauge_live*_*.db"):
        pid = stood.stem.rpartition("_")[2]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists() and Path("/proc").exists():
            stood.unlink(missing_ok=True)
    return MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]


class HttpMetrics:
    """The measurements of one app; each app has its own registry, so that two in one process do not meet.

    Args:
        counting: what else its process counts, and its workers into their files.
        asked: what is asked for at each scrape.
    """

    def __init__(self, counting: Sequence[Measuring] = (), asked: Sequence[Measuring] = ()) -> None:
        self._counting, self._asked = counting, asked
        self._registry = registry = CollectorRegistry()
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

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; status 0 means that the caller went away first."""
        known = known_method(method)
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def expose(self, standing: Measuring) -> bytes:
        """The page that Prometheus scrapes, with what else is measured."""
        is_shared = _FOLDER in os.environ
        counted = [counted_by_workers()] if is_shared else [self._registry, *self._counting]
        return generate_latest(MetricsPage(ProcessFamily(), *counted, *self._asked, standing))


class ProcessFamily:
    """What a process and those that it started take together; several workers tell the same, that of their parent."""

    def collect(self) -> Iterable[Metric]:
        """Sums, but for when the eldest began and how much each may take; who has just ended is left out."""
        eldest = os.getpid() if multiprocessing.parent_process() is None else os.getppid()
        apart: dict[str, list[Metric]] = {}
        for pid in (eldest, *_children_of(eldest)):
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                apart.setdefault(metric.name, []).append(metric)
        for name, metrics in apart.items():
            add: Any = {"process_start_time_seconds": min, "process_max_fds": max}.get(name, sum)
            sample = metrics[0].samples[0]
            metrics[0].samples = [
                sample._replace(value=add(each.samples[0].value for each in metrics))
            ]
            yield metrics[0]


def _children_of(pid: int) -> Sequence[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # not on Linux: nothing is told of processes there
        return ()
