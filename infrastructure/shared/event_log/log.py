"""The event log on PostgreSQL: the adapter behind `application.shared.ports.EventLog`."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing
from functools import partial
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from application.shared.ports import (
    Amend,
    Append,
    Appended,
    Cause,
    Idempotency,
    LogPage,
    RecordedEvent,
)
from domain.shared.errors import KeyReused, Unavailable
from infrastructure.shared.event_log.batches import command_of
from infrastructure.shared.event_log.blocking import EventLogRecorder, end_of
from infrastructure.shared.event_log.bulk import PostgresBulkAppend, bulk_append
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.event_log.loading import GroupedLoads
from infrastructure.shared.event_log.reading import (
    EPOCH,
    HEAD,
    STREAM,
    STREAMS,
    page_of,
    page_statement,
    recorded,
)
from infrastructure.shared.event_log.tail import listening_async
from infrastructure.shared.event_log.traces import traced
from infrastructure.shared.measurements import measurements, psycopg_state

_KNOWN_KEY = """
    SELECT request_hash, outcome, first_position, last_position
    FROM daybook.idempotency_keys WHERE scope = %s AND key = %s
"""


class PostgresEventLog(EventLogRecorder):
    """The log of one database: beside its blocking side, one for event loops, and bulk appends."""

    def __init__(self, database_url: str, *, patience_s: float = 5.0, readers_max: int = 4) -> None:
        super().__init__(database_url, patience_s=patience_s, readers_max=readers_max)
        self._async_pool: AsyncConnectionPool[AsyncConnection] | None = None
        self._loads = GroupedLoads(self._read_streams)
        self._async_opening = asyncio.Lock()

    async def append(self, append: Append) -> Appended:
        """Record the events of one command durably, or nothing; errors as the port says."""
        try:
            with traced(append.cause, append) as under_way:
                return under_way.done(await self.writer.append_async(command_of(append)))
        except KeyReused:
            if append.idempotency and (known := await self.replayed(append.idempotency)):
                return known
            raise

    def bulk(
        self, cause: Cause, amend: Amend | None = None
    ) -> AbstractContextManager[PostgresBulkAppend]:
        """Open a bulk append."""
        return bulk_append(self._database_url, cause, amend=amend)

    async def replayed(self, idempotency: Idempotency) -> Appended | None:
        """The stored outcome if this key is known, else None; KeyReused if it stood for another request."""
        rows = await self._rows_async(_KNOWN_KEY, (idempotency.scope, idempotency.key))
        if not rows:
            return None
        request_hash, outcome, first, last = rows[0]
        if request_hash not in (idempotency.request_hash, idempotency.former_hash):
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

    async def page_async(
        self,
        after: int,
        limit: int,
        *,
        names: Sequence[str] | None = None,
        until: int | None = None,
    ) -> LogPage:
        """`page` for an event loop."""
        end = end_of(await self.head_async(), until)
        rows = await self._rows_async(*page_statement(after, end, limit, names))
        return page_of(rows, end, limit)

    async def head_async(self) -> int:
        """`head` for an event loop."""
        return int((await self._rows_async(HEAD, ()))[0][0])

    async def epoch_async(self) -> str:
        """`epoch` for an event loop."""
        return str((await self._rows_async(EPOCH, ()))[0][0])

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
                        # Asked last: if the log was taken back before, what was read may be of either.
                        page = replace(page, epoch=await self.epoch_async())
                    except Unavailable:  # a lost server: the next wake-up tries again
                        page = LogPage((), after)
                    after = page.until
                    full = len(page.events) == limit
                    yield page

    async def aclose(self) -> None:
        """`close`, the event loop's connections included."""
        if self._async_pool is not None:
            await self._async_pool.close()
        self.close()

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
                measurements().watch_pool("log", partial(psycopg_state, self._async_pool))
            return self._async_pool
