"""How an adapter reaches its tables: one short-lived connection per call, lost ones told as `Unavailable`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection

from domain.shared.errors import Unavailable
from infrastructure.shared.event_log.connections import LOST, careful


@asynccontextmanager
async def connected(database_url: str, who: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that the end of the block commits.

    Raises:
        Unavailable: the server cannot be reached, or went away in the block (code `rail_unreachable`).
    """
    try:
        connection = await AsyncConnection.connect(careful(database_url, f"daybook {who}"))
        async with connection:
            yield connection
    except LOST as error:
        raise Unavailable(f"the {who} does not answer now", code="rail_unreachable") from error
