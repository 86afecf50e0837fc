"""How often a command is decided again that others were faster than, and after which pause."""

import asyncio
import random
from collections.abc import AsyncIterator

_ATTEMPTS, _AT_ONCE = 12, 2
_FIRST_PAUSE_S, _PAUSE_MAX_S = 0.01, 0.2


async def turns() -> AsyncIterator[int]:
    """The attempts, counted from 1, as long as another one is worth it.

    The second comes at once, each later one after a pause by chance, of a span that doubles: those who write to one
    stream together do not meet again.
    """
    span_s = _FIRST_PAUSE_S
    for attempt in range(1, _ATTEMPTS + 1):
        if attempt > _AT_ONCE:
            await asyncio.sleep(random.uniform(0, span_s))  # noqa: S311 - nothing secret
            span_s = min(2 * span_s, _PAUSE_MAX_S)
        yield attempt
