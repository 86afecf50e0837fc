"""Waking the workers: arq on Redis. Whatever is lost here costs a second, after which every worker looks by itself."""

from itertools import cycle
from typing import Any

import msgspec
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from infrastructure.shared.read_store.connections import ReadConnection

WAKE = "wake"
"""The name of the one job there is: look for what is due."""

PATIENCE_S = 2.0
"""Seconds after which Redis counts as unreachable."""

IDENTITY = """
    SELECT 'daybook:' || (pg_control_system()).system_identifier || ':' || oid
    FROM pg_database WHERE datname = current_database()
"""
"""Names the queue of a database, so that two Daybooks on one Redis keep their jobs apart."""

# So many jobs at most wait for a worker, however long there is none. One that waits already is not put in again.
_WAITING_MAX = 100


def queue_name(connection: ReadConnection) -> str:
    """The queue of the database of this connection."""
    row = connection.execute(IDENTITY.encode()).fetchone()
    return str(row[0]) if row else "daybook"


class JobQueue:
    """Where jobs are put. It belongs to one event loop at a time."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._redis: ArqRedis | None = None
        self._numbers = cycle(range(_WAITING_MAX))

    async def wake(self, queue: str) -> bool:
        """Have a worker of this queue look for what is due; False if Redis does not answer."""
        job_id = f"{queue}:{WAKE}:{next(self._numbers)}"
        try:
            await self.redis().enqueue_job(WAKE, _job_id=job_id, _queue_name=queue)
        except (RedisError, OSError):
            await self.aclose()
            return False
        return True

    def redis(self) -> ArqRedis:
        """The connections to Redis, made when they are first used."""
        if self._redis is None:
            redis = ArqRedis.from_url(
                self._redis_url, socket_connect_timeout=PATIENCE_S, socket_timeout=PATIENCE_S
            )
            # Plain JSON: what stands in a queue must not be able to run code.
            redis.job_serializer = msgspec.json.encode
            redis.job_deserializer = decoded
            self._redis = redis
        return self._redis

    async def aclose(self) -> None:
        """Give the connections back."""
        if self._redis is not None:
            redis, self._redis = self._redis, None
            await redis.aclose(close_connection_pool=True)


def decoded(job: bytes) -> dict[str, Any]:
    """A job as it was put into the queue."""
    return msgspec.json.decode(job, type=dict[str, Any])
