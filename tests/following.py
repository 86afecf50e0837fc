"""Booking on the ledger of the tests, and seeing how far its read models have come."""

import asyncio
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg

from application.shared.checkpoints import ProjectionStatus
from application.shared.ports import Append, StreamAppend
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.waiting import PostgresCheckpoints
from projections.shared.projection import Projection
from tests.facts import PATIENCE_S, a_cause, an_expense


def book(log: PostgresEventLog, *amounts: int, stream: UUID | None = None, **changes: str) -> int:
    """Book these amounts on an account, or on a new one, and answer the last position."""
    stream = stream or uuid4()
    version = len(log.stream_blocking(stream))
    facts = tuple(an_expense(amount=Decimal(amount), **changes) for amount in amounts)
    append = Append(streams=(StreamAppend(stream, version, facts),), cause=a_cause())
    return log.append_blocking(append).last_position or 0


def status(database_url: str, projection: Projection) -> ProjectionStatus:
    """Where a projection stands, as this code sees it."""

    async def ask() -> ProjectionStatus:
        return (await PostgresCheckpoints(database_url, [projection]).statuses())[0]

    return asyncio.run(ask())


def wait_for(
    database_url: str, projection: Projection, position: int, timeout_s: float = PATIENCE_S
) -> None:
    """Wait as a query does that wants to read its own write."""

    async def wait() -> None:
        waiting = PostgresCheckpoints(database_url, [projection])
        try:
            await waiting.wait(projection.name, position, timeout_s)
        finally:
            await waiting.aclose()

    asyncio.run(wait())


def checkpoints(database_url: str) -> dict[str, int]:
    """How far each live checkpoint has come."""
    with psycopg.connect(database_url) as connection:
        return dict(
            connection.execute(
                "SELECT projection, position FROM daybook.checkpoints WHERE slot = 'live'"
            ).fetchall()
        )


def record_elsewhere(log: PostgresEventLog, count: int) -> int:
    """Append events that concern no ledger, and answer the last position."""
    with log.bulk(a_cause()) as bulk:
        for _ in range(count):
            bulk.write(uuid4().hex, "bank.deactivated.v1", "{}")
        bulk.finish(Append(streams=(), cause=a_cause()))
    return log.head()


def record_the_undecodable(log: PostgresEventLog) -> int:
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "expense.recorded.v2", '{"amount": "much"}')
        bulk.finish(Append(streams=(), cause=a_cause()))
    return log.head()


def waits_for_a_table(connection: psycopg.Connection, mode: str = "AccessExclusiveLock") -> bool:
    row = connection.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = %s", (mode,)
    ).fetchone()
    return row is not None and row[0] > 0


def column(database_url: str, query: LiteralString) -> list[Any]:
    """The values of a query for one column."""
    with psycopg.connect(database_url) as connection:
        return [value for (value,) in connection.execute(query)]


def schemas(database_url: str) -> list[str]:
    return column(
        database_url,
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)' ORDER BY 1",
    )


def book_times(log: PostgresEventLog, times: int) -> None:
    for _ in range(times):
        book(log, 1)
