"""Whether PostgreSQL answers, with the schema this code was written for: the adapter behind `Health`."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from application.shared.services import Health
from domain.shared.errors import Unavailable
from infrastructure.migrations import check_revision, current_revision


class PostgresHealth(Health):
    """Asks the database itself, each time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def check(self) -> None:
        try:
            async with self._engine.connect() as connection:
                found = await connection.run_sync(current_revision)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise Unavailable(
                "the database does not answer", code="database_unreachable"
            ) from error
        check_revision(found)
