"""What people did in this minute, in Redis: `application.shared.quotas.Quotas`, where there is a Redis.

Windows and their counting are those of the package `limits`. Rules upheld here:
- a process takes a hundredth of a quota at once and gives it out by itself, so that not every request asks Redis; what
  it has left at the end of the window is lost, so a quota is right to within a hundredth for each process;
- a Redis that is gone or hangs stops nobody: nothing is counted, and it is asked again after a while.
"""

import asyncio
from collections.abc import Mapping
from functools import cached_property
from math import ceil
from time import monotonic, time
from typing import TYPE_CHECKING, Any

import structlog
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from application.shared.quotas import Quotas, Spending, Spent

if TYPE_CHECKING:
    from limits import RateLimitItemPerMinute
    from limits.aio.strategies import FixedWindowRateLimiter

WINDOW_S = 60
_PARTS = 100
_PATIENCE_S = 0.25
_AWAY_S = 5.0
_KNOWN_MAX = 10_000


class _Handful:
    """What one person may still do without Redis being asked; `is_counted` is False while it is away."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.left = 0
        self.beyond = 0
        self.ends_at = 0.0
        self.is_over = False
        self.is_counted = True


class RedisQuotas(Quotas):
    """Belongs to one event loop; nothing is connected until something is spent.

    Args:
        per_minute: how much of each one person may do in a minute; what is 0, or not named, is not counted.
    """

    def __init__(self, redis_url: str | None, per_minute: Mapping[Spending, int]) -> None:
        self._pool = ConnectionPool.from_url(redis_url) if redis_url else None
        self._per_minute = per_minute if redis_url else {}
        self._handfuls: dict[tuple[Spending, str], _Handful] = {}
        self._away_until = 0.0

    async def spend(self, on: Spending, who: str) -> Spent | None:
        quota = self._per_minute.get(on, 0)
        if not quota:
            return None
        handful = self._handfuls.get((on, who)) or self._first(on, who)
        async with handful.lock:
            if handful.ends_at <= monotonic() or not (handful.left or handful.is_over):
                await self._take(handful, on, who, quota)
            if not handful.is_counted:
                return None
            handful.left -= not handful.is_over
        return Spent(
            quota=quota,
            window_s=WINDOW_S,
            remaining=handful.left + handful.beyond,
            reset_s=max(1, ceil(handful.ends_at - monotonic())),
            is_over=handful.is_over,
        )

    async def aclose(self) -> None:
        if self._pool:
            await self._pool.disconnect()

    def _first(self, on: Spending, who: str) -> _Handful:
        if len(self._handfuls) >= _KNOWN_MAX:
            now = monotonic()
            over = [key for key, it in self._handfuls.items() if it.ends_at <= now]
            for key in over:
                del self._handfuls[key]
        return self._handfuls.setdefault((on, who), _Handful())

    async def _take(self, handful: _Handful, on: Spending, who: str, quota: int) -> None:
        handful.is_counted = monotonic() >= self._away_until
        if not handful.is_counted:
            return
        per_minute, some = self._items[on], max(1, quota // _PARTS)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                is_allowed = await self._windows.hit(per_minute, who, cost=some)
                stats = await self._windows.get_window_stats(per_minute, who)
        except (RedisError, OSError, TimeoutError) as error:
            structlog.get_logger().warning("quotas are not counted", reason=str(error)[:200])
            self._away_until = monotonic() + _AWAY_S
            handful.is_counted = False
            return
        handful.left = some if is_allowed else 0
        handful.beyond = max(0, stats.remaining)
        handful.is_over = not is_allowed
        handful.ends_at = monotonic() + min(WINDOW_S, max(0, stats.reset_time - time()))

    @cached_property
    def _items(self) -> "Mapping[Spending, RateLimitItemPerMinute]":
        from limits import RateLimitItemPerMinute

        return {
            on: RateLimitItemPerMinute(quota, namespace=f"daybook:{on}")
            for on, quota in self._per_minute.items()
        }

    @cached_property
    def _windows(self) -> "FixedWindowRateLimiter":
        from limits.aio.storage import RedisStorage
        from limits.aio.strategies import FixedWindowRateLimiter

        options: Any = {"implementation": "redispy", "connection_pool": self._pool}
        return FixedWindowRateLimiter(RedisStorage("async+redis://", **options))
