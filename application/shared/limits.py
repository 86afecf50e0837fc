"""UseLimits on how often something may be done by somebody who need not prove who they are."""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """So many times at once, and once more for each interval that passes."""

    burst: int
    interval: timedelta


class UseLimits(Protocol):
    """What was done lately, known to all processes."""

    async def pay(self, subject: str, limit: Limit, now: datetime) -> timedelta | None:
        """Count something before it is done by this subject; None if it may be done, else how long to wait."""
