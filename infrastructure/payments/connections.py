"""How payments reach their tables: one short-lived connection per call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection

from infrastructure.shared.connections import reaching
from infrastructure.shared.event_log.connections import careful


@asynccontextmanager
async def connected(database_url: str, who: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that the end of the block commits.

    Raises:
        Unavailable: the server cannot be reached, or went away in the block (code `rail_unreachable`).
    """
    with reaching(f"the {who} does not answer now", "rail_unreachable"):
        async with await AsyncConnection.connect(
            careful(database_url, f"daybook {who}")
        ) as connection:
            yield connection
