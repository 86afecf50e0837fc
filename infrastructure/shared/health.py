"""Whether PostgreSQL answers, with the schema and the log this code was written for, and whether Redis does.

The adapter behind `Health`.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncEngine

from application.shared.services import Health
from domain.shared.errors import Unavailable
from domain.shared.events import CODE
from infrastructure.migrations import check_revision, current_revision
from infrastructure.shared.event_log.batches import outdated

_WRITABLE = sa.text("SELECT current_setting('transaction_read_only') = 'off'")
# As in the epoch of the log: what is promoted goes by its new history before the first checkpoint of that.
_TIMELINE = sa.text("""
    SELECT CASE WHEN pg_is_in_recovery() THEN (pg_control_checkpoint()).timeline_id
                ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END
""")
_FENCE = sa.text("SELECT code FROM daybook.fence")
_REDIS_S = 1.0


class ServerHealth(Health):
    """Asks the servers themselves, each time."""

    def __init__(self, engine: AsyncEngine, redis_url: str | None) -> None:
        self._engine = engine
        self._redis_url = redis_url

    async def check(self) -> None:
        with _reaching():
            async with self._engine.connect() as connection:
                found = await connection.run_sync(current_revision)
                check_revision(found)
                fence = (await connection.execute(_FENCE)).scalar_one()
        if fence > CODE:
            raise outdated(fence)

    async def takes_writes(self) -> bool:
        with _reaching():
            async with self._engine.connect() as connection:
                return bool((await connection.execute(_WRITABLE)).scalar_one())

    async def timeline(self) -> int:
        with _reaching():
            async with self._engine.connect() as connection:
                return int((await connection.execute(_TIMELINE)).scalar_one())

    async def reaches_redis(self) -> bool | None:
        if self._redis_url is None:
            return None
        redis = Redis.from_url(self._redis_url, socket_timeout=_REDIS_S, retry=None)
        try:
            async with asyncio.timeout(_REDIS_S):
                return bool(await redis.ping())
        except (RedisError, OSError, TimeoutError):
            return False
        finally:
            await redis.aclose()


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise Unavailable("the database does not answer", code="database_unreachable") from error
