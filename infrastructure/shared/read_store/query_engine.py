"""The connections that answer queries: what a query needs of its session, and how it has that behind a pool."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID
from weakref import ref

import sqlalchemy as sa
from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from application.shared.sight import Wide, sight
from infrastructure.shared.event_log.connections import careful, through_a_pool
from infrastructure.shared.measurements import PoolState, measurements
from infrastructure.shared.roles import DatabaseRole

_READERS_MAX = 10
_WHO = "daybook queries"
# Times are shown in UTC; a query is short, so compiling it costs more than it saves; filters are skewed, so a plan made
# for any value is wrong for many; and a query that runs this long is given up rather than left to starve the others.
_SESSION = {
    "timezone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_custom_plan",
    "statement_timeout": "30s",
}


class WatchedPool(sa.AsyncAdaptedQueuePool):
    """SQLAlchemy's pool, which also tells who waits for a connection, new ones included, and how many did in vain."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._asking = self._failed = 0

    def connect(self) -> sa.PoolProxiedConnection:
        """A connection, as soon as one is free."""
        self._asking += 1
        try:
            return super().connect()
        except (sa.exc.TimeoutError, asyncio.CancelledError):
            self._failed += 1
            raise
        finally:
            self._asking -= 1

    def state(self) -> PoolState:
        """How it stands."""
        return PoolState(self.size(), self.checkedout(), self._asking, self._failed)


def query_engine(
    database_url: str,
    pool_url: str | None = None,
    *,
    readers_max: int = _READERS_MAX,
    pool: str | None = None,
) -> AsyncEngine:
    """Connections for queries; each is tried before it is used, so that a restarted server is not noticed.

    Args:
        pool: the name by which its connections are measured; None: they are not.
        pool_url: a pool that lends a server connection for one transaction, such as PgBouncer's; None for none.
    """
    if pool_url is None:
        connect = partial(AsyncConnection.connect, careful(database_url, _WHO, _SESSION))
    else:  # what is prepared would be prepared on a connection that the next transaction does not get
        connect = partial(
            AsyncConnection.connect, through_a_pool(pool_url, _WHO), prepare_threshold=None
        )
    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=connect,
        poolclass=WatchedPool,
        pool_size=readers_max,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
    )
    if pool is not None:
        measurements().watch_pool(pool, partial(_state, ref(engine.sync_engine)))
    # Nothing is left of a session behind a pool, so every transaction says what it needs.
    needed = {**_SESSION, "role": DatabaseRole.APPLICATION} if pool_url is not None else {}
    sa.event.listen(engine.sync_engine, "begin", partial(_begin, needed))
    return engine


def _state(engine: "ref[sa.Engine]") -> PoolState | None:
    """How the pool of an engine stands, as long as anybody has the engine."""
    alive = engine()
    return alive.pool.state() if alive and isinstance(alive.pool, WatchedPool) else None


def _begin(needed: Mapping[str, str], connection: sa.Connection) -> None:
    """Say what a transaction needs, and what whoever it is for may see; the end of the transaction takes it back."""
    seen, said = sight(), dict(needed)
    if isinstance(seen, UUID):
        said["daybook.bank"] = str(seen)
    elif seen is Wide.EVERY_BANK:
        said["role"] = DatabaseRole.OVERVIEW
    if said:
        calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in said.items())
        connection.exec_driver_sql(f"SELECT {calls}")
