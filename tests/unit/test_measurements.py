"""What a process measures of its own work, counted cheaply and without surprises."""

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import generate_latest

from infrastructure.shared.measurements import BatchHistogram, PoolState, ProcessMeasurements
from tests.promql import Samples, add_samples

VALUES = (0.0, 0.001, 0.0010001, 0.3, 0.3, 2.0, 70.0)


def _page(one_by_one: bool) -> str:
    registry = CollectorRegistry()
    kind = Histogram if one_by_one else BatchHistogram
    histogram = kind("a_seconds", "A.", buckets=(0.001, 0.5, 2.0), registry=registry)
    if isinstance(histogram, BatchHistogram):
        histogram.observe_all(VALUES)
    else:
        for value in VALUES:
            histogram.observe(value)
    lines = generate_latest(registry).decode().splitlines()
    return "\n".join(line for line in lines if "_created" not in line)


def test_many_at_once_are_counted_as_one_by_one() -> None:
    assert _page(one_by_one=False) == _page(one_by_one=True)


def _measured(measurements: ProcessMeasurements) -> dict[str, float]:
    found: Samples = {}
    add_samples(found, generate_latest(measurements).decode())  # type: ignore[arg-type]
    return {name: sum(vector.values()) for name, vector in found.items()}


def test_pools_of_one_name_are_added_up_and_gone_once_they_are_closed() -> None:
    measurements = ProcessMeasurements()
    states: list[PoolState | None] = [PoolState(4, 1, 2, 3), PoolState(4, 4, 0, 1)]
    for number in (0, 1):
        measurements.watch_pool("queries", lambda number=number: states[number])  # type: ignore[misc]
    assert _measured(measurements)["daybook_pool_size"] == 8
    assert _measured(measurements)["daybook_pool_in_use"] == 5
    assert _measured(measurements)["daybook_pool_failed_waits_total"] == 4
    states[0] = None
    states[1] = PoolState(4, 0, 0, 3)
    found = _measured(measurements)
    assert (found["daybook_pool_size"], found["daybook_pool_waiting"]) == (4, 0)
    assert found["daybook_pool_failed_waits_total"] >= 4, "what a closed pool counted stays"
