"""Queries behind a pool: a transaction has what it needs, and leaves nothing on the connection it was lent."""

import asyncio

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from infrastructure.shared.read_store.query_engine import query_engine

NEEDED = """SELECT current_setting('timezone'), current_setting('jit'), current_setting('plan_cache_mode'),
                   current_setting('statement_timeout')"""
HAS = ("UTC", "off", "force_custom_plan", "30s")


def test_a_query_has_the_same_session_with_and_without_a_pool(database_url: str) -> None:
    elsewhere = make_conninfo(database_url, options="-c timezone=Asia/Tokyo -c jit=on")

    async def scenario() -> None:
        for engine in (query_engine(database_url), query_engine("", elsewhere)):
            repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
            for begun in (engine, repeatable):
                async with begun.connect() as connection:
                    assert tuple((await connection.execute(sa.text(NEEDED))).one()) == HAS
            await engine.dispose()

    asyncio.run(scenario())


def test_nothing_is_left_on_a_connection_that_was_lent(database_url: str) -> None:
    elsewhere = make_conninfo(database_url, options="-c timezone=Asia/Tokyo")

    async def scenario() -> None:
        engine = query_engine("", elsewhere)
        async with engine.connect() as connection:
            for _ in range(10):  # psycopg prepares what it sees a sixth time
                await connection.execute(sa.text("SELECT CAST(:number AS int)"), {"number": 1})
                await connection.commit()
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            left = await raw.execute(
                "SELECT current_setting('timezone'), (SELECT count(*) FROM pg_prepared_statements)"
            )
            assert await left.fetchone() == ("Asia/Tokyo", 0)
        await engine.dispose()

    asyncio.run(scenario())
