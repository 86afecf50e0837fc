"""Threads for work that blocks and takes long, apart from those of everybody else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from domain.shared.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Does so much at once, lets so much more wait for its turn, and refuses what is beyond."""

    def __init__(self, what: str, *, at_once: int, waiting_max: int) -> None:
        """`what` is done in these threads, as the code of a refusal says it (`too_many_<what>`)."""
        self._what, self._at_once, self._in_hand_max = what, at_once, at_once + waiting_max
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=what)
        self._in_hand = 0

    async def run(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """What this work answers, in one of the threads.

        Raises:
            Unavailable: as much waits as may.
        """
        if self._in_hand >= self._in_hand_max:
            raise Unavailable(
                f"{self._in_hand} {self._what} are in hand, which is the limit.",
                code=f"too_many_{self._what}",
                retry_after_s=10,
            )
        self._in_hand += 1
        try:
            call = partial(copy_context().run, work, *args, **options)
            return await asyncio.get_running_loop().run_in_executor(self._pool, call)
        finally:
            self._in_hand -= 1

    def stop(self) -> None:
        """Begin nothing more; what is being done comes to its end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
