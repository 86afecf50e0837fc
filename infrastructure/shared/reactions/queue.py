"""Jobs for the workers: arq on Redis, which only carries. Whatever is lost here, the sweep enqueues again."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from infrastructure.shared.read_store.connections import ReadConnection

PERFORM = "perform"
"""The name of the one job there is: look at a reaction and carry it out."""

PATIENCE_S = 2.0
"""Seconds after which Redis counts as unreachable."""

IDENTITY = """
    SELECT 'daybook:' || (pg_control_system()).system_identifier || ':' || oid
    FROM pg_database WHERE datname = current_database()
"""
"""Names the queue of a database, so that two Daybooks on one Redis keep their jobs apart."""


class Job(msgspec.Struct, frozen=True):
    """A reaction to look at. `claims` tells its attempts apart: a job of an attempt that died blocks no later one."""

    reaction_id: UUID
    claims: int

    def id_in(self, queue: str) -> str:
        """The id by which arq knows the job: the same reaction at the same attempt is enqueued once."""
        return f"{queue}:{self.reaction_id.hex}.{self.claims}"


def queue_name(connection: ReadConnection) -> str:
    """The queue of the database of this connection."""
    row = connection.execute(IDENTITY.encode()).fetchone()
    return str(row[0]) if row else "daybook"


class JobQueue:
    """Where jobs are put. It belongs to one event loop at a time."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._redis: ArqRedis | None = None

    async def enqueue(self, queue: str, jobs: Iterable[Job]) -> bool:
        """Put jobs into a queue, but for those that are there already; False if Redis does not answer."""
        try:
            redis = self.redis()
            for job in jobs:
                await redis.enqueue_job(
                    PERFORM, str(job.reaction_id), _job_id=job.id_in(queue), _queue_name=queue
                )
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
