"""How adapters reach their tables beside the log; a connection that is lost is told as `Unavailable`."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import DiskFull, ReadOnlySqlTransaction
from psycopg_pool import AsyncConnectionPool

from domain.shared.errors import Unavailable, disk_full
from infrastructure.shared.event_log.connections import LOST, careful
from infrastructure.shared.measurements import measurements, psycopg_state

_PATIENCE_S = 5.0
UNREACHABLE = "database_unreachable"
"""The code of the error where a server does not answer."""

_SILENT = "the database does not answer; send the same request again"

Connection = AsyncConnection[tuple[Any, ...]]


@contextmanager
def reaching(detail: str = _SILENT, code: str = UNREACHABLE) -> Iterator[None]:
    """Turn a lost connection into the retryable error that callers know."""
    try:
        yield
    except DiskFull as error:
        raise disk_full("the database") from error
    except LOST as error:
        raise Unavailable(detail, code=code) from error


@asynccontextmanager
async def connected(
    database_url: str,
    who: str,
    detail: str = _SILENT,
    code: str = UNREACHABLE,
    *,
    autocommit: bool = False,
) -> AsyncIterator[Connection]:
    """A connection of one's own, in a transaction that the end of the block commits, unless it is to have none.

    A task that may be cancelled asks for none: cancelled at the commit, psycopg would leave the connection open.

    Raises:
        Unavailable: the server cannot be reached, or went away in the block (with `detail` and `code`).
    """
    with reaching(detail, code):
        async with await AsyncConnection.connect(
            careful(database_url, f"daybook {who}"), autocommit=autocommit
        ) as connection:
            yield connection


class Database:
    """A pool that its event loop opens when it is first needed, each connection tried before it is used.

    Once closed it stays closed: a pool that a late caller opened would keep its event loop from ending, since the tasks
    of psycopg's pools do not heed being cancelled.

    Args:
        who: what the connections are called at the server, after `daybook`.
    """

    def __init__(self, database_url: str, who: str, *, connections_max: int = 4) -> None:
        self._conninfo = careful(database_url, f"daybook {who}")
        self._name = who
        self._connections_max = connections_max
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._closed = False
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection that commits each statement by itself.

        Raises:
            Unavailable: the database does not answer, or this pool was closed.
        """
        with reaching():
            pool = await self._opened()
            async with pool.connection() as connection:
                try:
                    yield connection
                except ReadOnlySqlTransaction:  # it may have been told so for as long as it lives
                    await connection.close()
                    raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """As `connection`, in a transaction that commits when the block ends well."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def aclose(self) -> None:
        """Give every connection back, and lend none any more."""
        async with self._opening:
            self._closed = True
            if self._pool is not None:
                await self._pool.close()

    async def _opened(self) -> AsyncConnectionPool[Connection]:
        async with self._opening:
            if self._closed:
                raise Unavailable("this process is about to end; send the same request again")
            if self._pool is None:
                self._pool = AsyncConnectionPool(
                    self._conninfo,
                    min_size=0,
                    max_size=self._connections_max,
                    timeout=_PATIENCE_S,
                    kwargs={"autocommit": True},
                    check=AsyncConnectionPool.check_connection,
                    open=False,
                )
                await self._pool.open()
                measurements().watch_pool(self._name, partial(psycopg_state, self._pool))
            return self._pool
