"""The connections that answer queries: what a query needs of its session, and how it has that behind a pool."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from application.shared.sight import Wide, sight
from infrastructure.shared.event_log.connections import careful, through_a_pool
from infrastructure.shared.roles import Role

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


def query_engine(
    database_url: str, pool_url: str | None = None, *, readers_max: int = _READERS_MAX
) -> AsyncEngine:
    """Connections for queries; each is tried before it is used, so that a restarted server is not noticed.

    Args:
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
        pool_size=readers_max,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
    )
    # Nothing is left of a session behind a pool, so every transaction says what it needs.
    needed = {**_SESSION, "role": Role.APPLICATION} if pool_url is not None else {}
    sa.event.listen(engine.sync_engine, "begin", partial(_begin, needed))
    return engine


def _begin(needed: Mapping[str, str], connection: sa.Connection) -> None:
    """Say what a transaction needs, and what whoever it is for may see; the end of the transaction takes it back."""
    seen, said = sight(), dict(needed)
    if isinstance(seen, UUID):
        said["daybook.bank"] = str(seen)
    elif seen is Wide.EVERY_BANK:
        said["role"] = Role.OVERVIEW
    if said:
        calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in said.items())
        connection.exec_driver_sql(f"SELECT {calls}")
