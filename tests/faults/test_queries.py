"""Queries on a database that does not play along: not built, restarted, switched, too slow."""

import asyncio

import psycopg
import pytest
import sqlalchemy as sa

from domain.shared.errors import Unavailable
from infrastructure.embedded.postgres import PostgresServer
from projections.shared.query.grouping import parse_aggregates
from projections.shared.query.lists import parse_export, parse_list
from projections.shared.query.reading import Queries
from tests.things import (
    THINGS,
    WITHOUT_ROLLUPS,
    Run,
    Things,
    a_thing,
    engine_on,
    things_in,
)


def test_a_read_model_that_is_not_built_yet_is_unavailable(database_url: str) -> None:
    async def scenario() -> None:
        async with engine_on(database_url) as engine:
            queries = Queries(engine)
            with pytest.raises(Unavailable) as caught:
                await queries.page(THINGS, parse_list(THINGS, []))
            assert caught.value.code == "not_built"
            with pytest.raises(Unavailable):
                await anext(queries.stream(THINGS, parse_export(THINGS, [])))

    asyncio.run(scenario())


def test_a_restart_of_the_server_is_told_as_unavailable_and_heals(
    private_postgres: PostgresServer,
) -> None:
    url = private_postgres.url("daybook")

    async def scenario() -> None:
        async with things_in(url) as table:
            await table.hold([a_thing(1)])
            private_postgres.stop()
            with pytest.raises(Unavailable):
                await table.queries.page(THINGS, parse_list(THINGS, []))
            with pytest.raises(Unavailable):
                await table.queries.aggregate(THINGS, parse_aggregates(THINGS, []))
            private_postgres.start()
            page = await table.queries.page(THINGS, parse_list(THINGS, []))
            assert [row["id"] for row in page.rows] == [1]

    asyncio.run(scenario())


def test_a_table_switched_for_one_of_other_types_is_read_on(run: Run) -> None:
    """A rebuild of a new version does that, while connections hold statements prepared for the old one."""
    query = parse_list(THINGS, [("fields", "number")])

    async def scenario(table: Things) -> None:
        await table.hold([a_thing(1)])
        for _ in range(10):  # psycopg prepares a statement that it has seen five times
            await table.queries.page(THINGS, query)
        async with table.engine.connect() as other:
            url = await other.get_raw_connection()
            info = url.driver_connection.info  # type: ignore[union-attr]
            dsn = psycopg.conninfo.make_conninfo(info.dsn, password=info.password or None)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("ALTER TABLE read.things ALTER COLUMN number TYPE integer")
        page = await table.queries.page(THINGS, query)
        assert page.rows == [{"id": 1, "number": 1}]

    run(scenario)


def test_a_query_that_takes_too_long_is_given_up(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number) for number in range(5_000)])
        async with table.engine.begin() as connection:
            await connection.execute(sa.text("SET statement_timeout = '1ms'"))
            # The limit holds for the session: this test's pool has one connection.
        with pytest.raises(Unavailable):
            await table.queries.aggregate(
                WITHOUT_ROLLUPS, parse_aggregates(THINGS, [("by", "label,moment,day,flag")])
            )

    run(scenario)
