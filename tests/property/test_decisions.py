"""No decision on a claim rests on what had changed before it, whoever decides at the same time."""

import asyncio
import subprocess
import sys
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infrastructure.shared.event_log.log import PostgresEventLog
from tests.deciding import check, found
from tests.drawing import examples

_ONE_AT_A_TIME = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=examples(2), deadline=None, suppress_health_check=_ONE_AT_A_TIME)
@given(seed=st.integers(0, 2**32))
def test_the_prefix_before_a_decision_on_a_claim_allows_it(
    make_database: Callable[[], str], seed: int
) -> None:
    url = make_database()
    log = PostgresEventLog(url)

    async def opened() -> list[str]:
        try:
            return [str(uid) for uid in await found(log)]
        finally:
            await log.aclose()

    uids = asyncio.run(opened())
    program = [sys.executable, "-m", "tests.deciding", url]
    processes = [
        subprocess.Popen([*program, str(seed + 100 * number), "60", *uids]) for number in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    after = PostgresEventLog(url)
    submitted, approved = check(after.page(0, 1_000_000).events)
    after.close()
    # Without decisions this says nothing.
    assert submitted > 10
    assert approved > 0
