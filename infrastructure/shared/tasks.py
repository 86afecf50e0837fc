"""Ending tasks."""

import asyncio
from collections.abc import Iterable
from typing import Any

_TELL_AGAIN_S = 0.5


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until each has ended.

    A cancellation that arrives together with the answer a task waits for can be lost in the libraries below (a time-out
    of theirs takes it for its own), and then a task goes on as if nothing had been said: it is told again.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_TELL_AGAIN_S)
