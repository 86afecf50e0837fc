"""No decision in the log rests on a fact that had changed before it, whoever decides at the same time."""

import subprocess
import sys
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infrastructure.shared.event_log.log import PostgresEventLog
from tests.drawing import examples
from tests.limits import check

_ONE_AT_A_TIME = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=examples(4), deadline=None, suppress_health_check=_ONE_AT_A_TIME)
@given(seed=st.integers(0, 2**32), operations=st.integers(20, 60))
def test_the_prefix_before_a_decision_allows_it(
    make_database: Callable[[], str], seed: int, operations: int
) -> None:
    url = make_database()
    conflicts = _decide(url, seed, operations)
    log = PostgresEventLog(url)
    everything = log.page(0, 1_000_000).events
    log.close()
    decisions = check(everything)
    # Without decisions, or without anybody coming between them, this says nothing.
    assert decisions > operations
    assert conflicts > 0


def _decide(url: str, seed: int, operations: int) -> int:
    """Let three processes decide at once; answers how many conflicts they met."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.limits", url, str(seed + 100 * number), str(operations)],
            stdout=subprocess.PIPE,
        )
        for number in range(3)
    ]
    answers = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    return sum(int(answer) for answer in answers)
