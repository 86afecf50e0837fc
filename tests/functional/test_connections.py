"""The pools of a process, and what becomes of them at its end."""

import asyncio

import pytest

from domain.shared.errors import Unavailable
from infrastructure.shared.connections import Database


@pytest.mark.parametrize("was_used", [False, True])
def test_a_closed_pool_is_not_opened_again(database_url: str, *, was_used: bool) -> None:
    """What comes late, such as one more letter, would open one that keeps its event loop from ending."""

    async def late() -> None:
        database = Database(database_url, "test")
        if was_used:
            async with database.connection() as connection:
                await connection.execute("SELECT 1")
        await database.aclose()
        with pytest.raises(Unavailable):
            async with database.connection():
                pass
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        assert not tasks

    asyncio.run(late())
