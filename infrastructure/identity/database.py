"""The connections of signing in: few, opened when first needed, each tried before it is used."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from domain.shared.errors import Unavailable
from infrastructure.shared.event_log.connections import LOST, careful

_CONNECTIONS_MAX = 4
_PATIENCE_S = 5.0

Connection = AsyncConnection[tuple[Any, ...]]


class IdentityDatabase:
    """A pool that its event loop opens, and gives back with `aclose`."""

    def __init__(self, database_url: str) -> None:
        self._conninfo = careful(database_url, "daybook identity")
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection in a transaction that commits when the block ends well.

        Raises:
            Unavailable: the database does not answer.
        """
        try:
            pool = await self._opened()
            async with pool.connection() as connection, connection.transaction():
                yield connection
        except LOST as error:
            raise Unavailable(
                "the database does not answer; send the same request again",
                code="database_unreachable",
            ) from error

    async def aclose(self) -> None:
        """Give every connection back."""
        if self._pool is not None:
            await self._pool.close()

    async def _opened(self) -> AsyncConnectionPool[Connection]:
        async with self._opening:
            if self._pool is None:
                self._pool = AsyncConnectionPool(
                    self._conninfo,
                    min_size=0,
                    max_size=_CONNECTIONS_MAX,
                    timeout=_PATIENCE_S,
                    kwargs={"autocommit": True},
                    check=AsyncConnectionPool.check_connection,
                    open=False,
                )
                await self._pool.open()
            return self._pool
