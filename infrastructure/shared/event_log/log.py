"""The event log on PostgreSQL: the adapter behind `application.shared.ports.EventLog`."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing
from threading import Lock
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, Connection
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from application.shared.ports import Append, Appended, Cause, Idempotency, LogPage, RecordedEvent
from domain.shared.errors import KeyReused, Unavailable
from infrastructure.shared.event_log.batches import command_of
from infrastructure.shared.event_log.bulk import PostgresBulkAppend, bulk_append
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.event_log.loading import GroupedLoads
from infrastructure.shared.event_log.reading import (
    HEAD,
    STREAM,
    STREAMS,
    page_of,
    page_statement,
    recorded,
)
from infrastructure.shared.event_log.tail import ListeningWakeups, listening, listening_async
from infrastructure.shared.event_log.writer import GroupCommitWriter

_KNOWN_KEY = """
    SELECT request_hash, outcome, first_position, last_position
    FROM daybook.idempotency_keys WHERE scope = %s AND key = %s
"""

_WAIT_FOR_CONNECTION_S = 5.0


class PostgresEventLog:
    """The log of one database. Connections are opened when first needed; `close` or `aclose` gives them back.

    Args:
        database_url: a libpq connection URI.
        patience_s: how long an append may wait before it fails as `Unavailable`.
        readers_max: connections for reading, per kind (blocking, asyncio).
    """

    def __init__(self, database_url: str, *, patience_s: float = 5.0, readers_max: int = 4) -> None:
        self._database_url = database_url
        self._pool_options: dict[str, Any] = {
            "min_size": 1,
            "max_size": readers_max,
            "timeout": _WAIT_FOR_CONNECTION_S,
            "kwargs": {"autocommit": True},
        }
        self._writer = GroupCommitWriter(database_url, patience_s=patience_s)
        self._pool: ConnectionPool[Connection] | None = None
        self._async_pool: AsyncConnectionPool[AsyncConnection] | None = None
        self._loads = GroupedLoads(self._read_streams)
        self._opening = Lock()
        self._async_opening = asyncio.Lock()

    async def append(self, append: Append) -> Appended:
        """Record the events of one command durably, or nothing; errors as the port says."""
        return await self._writer.append_async(command_of(append))

    def append_blocking(self, append: Append) -> Appended:
        """`append` for callers without an event loop."""
        return self._writer.append(command_of(append))

    @property
    def writer(self) -> GroupCommitWriter:
        """The group-commit writer, for the `eventsourcing` recorders that stand on it."""
        return self._writer

    def bulk(self, cause: Cause) -> AbstractContextManager[PostgresBulkAppend]:
        """Open a bulk append."""
        return bulk_append(self._database_url, cause)

    async def replayed(self, idempotency: Idempotency) -> Appended | None:
        """The stored outcome if this key is known, else None; KeyReused if it stood for another request."""
        rows = await self._rows_async(_KNOWN_KEY, (idempotency.scope, idempotency.key))
        if not rows:
            return None
        request_hash, outcome, first, last = rows[0]
        if request_hash != idempotency.request_hash:
            raise KeyReused(
                "this idempotency key was used before with another request; use a new key for a new request"
            )
        return Appended(first_position=first, last_position=last, outcome=outcome, replayed=True)

    async def stream(self, stream_id: UUID, after_version: int = 0) -> Sequence[RecordedEvent]:
        """The events of one stream in order."""
        if after_version == 0:
            return (await self._loads.load([stream_id]))[stream_id]
        return recorded(await self._rows_async(STREAM, (stream_id, after_version)))

    async def streams(
        self, references: Sequence[UUID | int]
    ) -> Mapping[UUID | int, Sequence[RecordedEvent]]:
        """The events of several streams as they are at one moment, each in order."""
        return await self._loads.load(references)

    def stream_blocking(self, stream_id: UUID, after_version: int = 0) -> Sequence[RecordedEvent]:
        """`stream` for callers without an event loop."""
        return recorded(self.rows(STREAM, (stream_id, after_version)))

    def page(
        self,
        after: int,
        limit: int,
        *,
        names: Sequence[str] | None = None,
        until: int | None = None,
    ) -> LogPage:
        """Up to `limit` events past `after` (blocking)."""
        end = _end(self.head(), until)
        return page_of(self.rows(*page_statement(after, end, limit, names)), end, limit)

    async def page_async(
        self,
        after: int,
        limit: int,
        *,
        names: Sequence[str] | None = None,
        until: int | None = None,
    ) -> LogPage:
        """`page` for an event loop."""
        end = _end(await self.head_async(), until)
        rows = await self._rows_async(*page_statement(after, end, limit, names))
        return page_of(rows, end, limit)

    def head(self) -> int:
        """The last position, 0 for an empty log (blocking)."""
        return int(self.rows(HEAD, ())[0][0])

    async def head_async(self) -> int:
        """`head` for an event loop."""
        return int((await self._rows_async(HEAD, ()))[0][0])

    def wakeups(self, poll_s: float = 1.0) -> AbstractContextManager[ListeningWakeups]:
        """A blocking source of wake-ups."""
        return listening(self._database_url, poll_s)

    async def follow(
        self, after: int, *, poll_s: float = 1.0, limit: int = 500
    ) -> AsyncGenerator[LogPage, None]:
        """Pages past `after`, for ever; an empty one at least every `poll_s` seconds."""
        async with aclosing(listening_async(self._database_url, poll_s)) as wakeups:
            async for _ in wakeups:
                full = True
                while full:
                    try:
                        page = await self.page_async(after, limit)
                    except Unavailable:  # a lost server: the next wake-up tries again
                        page = LogPage((), after)
                    after = page.until
                    full = len(page.events) == limit
                    yield page

    def close(self) -> None:
        """Commit what is waiting and give every blocking connection back."""
        self._writer.close()
        if self._pool is not None:
            self._pool.close()

    async def aclose(self) -> None:
        """`close`, the event loop's connections included."""
        if self._async_pool is not None:
            await self._async_pool.close()
        self.close()

    def rows(self, statement: str, parameters: Any) -> list[tuple[Any, ...]]:
        """All rows that a reading statement answers, for the adapters of this package (blocking)."""
        with reaching_the_log(), self._readers().connection() as connection:
            return connection.execute(statement, parameters, binary=True).fetchall()

    async def _read_streams(
        self, stream_ids: Sequence[UUID], created_at: Sequence[int]
    ) -> Sequence[RecordedEvent]:
        return recorded(await self._rows_async(STREAMS, (stream_ids, created_at)))

    async def _rows_async(self, statement: str, parameters: Any) -> list[tuple[Any, ...]]:
        readers = await self._async_readers()
        with reaching_the_log():
            async with readers.connection() as connection:
                cursor = await connection.execute(statement, parameters, binary=True)
                return await cursor.fetchall()

    def _readers(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    careful(self._database_url, "daybook reader"),
                    check=ConnectionPool.check_connection,
                    open=True,
                    **self._pool_options,
                )
            return self._pool

    async def _async_readers(self) -> AsyncConnectionPool[AsyncConnection]:
        async with self._async_opening:
            if self._async_pool is None:
                self._async_pool = AsyncConnectionPool(
                    careful(self._database_url, "daybook reader"),
                    check=AsyncConnectionPool.check_connection,
                    open=False,
                    **self._pool_options,
                )
                await self._async_pool.open()
            return self._async_pool


def _end(head: int, until: int | None) -> int:
    return head if until is None else min(head, until)
