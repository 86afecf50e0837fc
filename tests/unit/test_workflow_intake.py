"""What takes long on the pages of workflows: done one at a time, and only so many wait."""

import asyncio
import threading

import pytest

from application.workflows.intake import WAITING_MAX
from domain.shared.errors import Throttled
from infrastructure.bootstrap import SystemClock
from infrastructure.workflows.intake import build_intake

NOWHERE = "postgresql://127.0.0.1:1/none"


def test_work_is_done_one_at_a_time_and_only_so_many_wait() -> None:
    at_once, most, opened = 0, 0, threading.Event()

    def work() -> int:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        opened.wait(120)
        at_once -= 1
        return most

    async def scenario() -> list[int]:
        services = build_intake(NOWHERE, None, SystemClock())
        tasks = [asyncio.create_task(services.intake.in_turn(work)) for _ in range(WAITING_MAX + 1)]
        await asyncio.sleep(0)  # each has begun: one works, the others wait
        with pytest.raises(Throttled, match="try again in 10 seconds"):
            await services.intake.in_turn(work)
        opened.set()
        done = await asyncio.gather(*tasks)
        assert await services.intake.in_turn(work) == 1, "there is room again"
        await services.aclose()
        return done

    assert asyncio.run(scenario()) == [1] * (WAITING_MAX + 1)
