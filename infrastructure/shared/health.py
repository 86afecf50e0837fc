"""Whether PostgreSQL answers, with the schema and the log this code was written for: the adapter behind `Health`."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from application.shared.services import Health
from domain.shared.errors import Unavailable
from domain.shared.events import CODE
from infrastructure.migrations import check_revision, current_revision
from infrastructure.shared.event_log.batches import outdated

_WRITABLE = sa.text("SELECT current_setting('transaction_read_only') = 'off'")
_FENCE = sa.text("SELECT code FROM daybook.fence")


class PostgresHealth(Health):
    """Asks the database itself, each time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def check(self) -> None:
        with _reaching():
            async with self._engine.connect() as connection:
                found = await connection.run_sync(current_revision)
                check_revision(found)
                fence = (await connection.execute(_FENCE)).scalar_one()
        if fence > CODE:
            raise outdated(fence)

    async def takes_writes(self) -> bool:
        with _reaching():
            async with self._engine.connect() as connection:
                return bool((await connection.execute(_WRITABLE)).scalar_one())


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise Unavailable("the database does not answer", code="database_unreachable") from error
