"""The wall behind the scope of queries: a transaction is shown the rows of the bank it says, or of every bank."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from application.shared.sight import see, see_every_bank
from infrastructure.shared.read_store.query_engine import query_engine
from infrastructure.shared.read_store.tables import create_schema, create_tables
from infrastructure.shared.roles import DatabaseRole, address_of
from infrastructure.shared.settings import Settings
from projections.shared.catalog import PROJECTIONS
from projections.shared.projection import READ_SCHEMA
from tests.processes import with_logins

ONE, OTHER = uuid4(), uuid4()
NO_BANK = {
    "customers": "known to the firm as a whole",
    "import_profiles": "how files of a shape are read",
    "letters": "of whoever has the address, and of no bank's",
    "security_totals": "counts of what operators alone read",
    "statement_months": "of customers, who are of no bank",
    "transaction_daily_totals": "as transactions",
    "transaction_monthly_totals": "as transactions",
    "transaction_totals": "as transactions",
    "transactions": "of another system, whose users are of no bank",
    "usage_type_factors": "as usage types",
    "usage_types": "what can be used, by whomever",
    "workflow_definitions": "public",
    "workflow_instances": "for whoever has the link",
}
"""Why a table has no bank whose rows could be held apart."""


def application(database_url: str) -> str:
    given = with_logins({"DATABASE_URL": database_url})
    return address_of(
        Settings(home=Path(), database_url=given["DATABASE_URL"]), DatabaseRole.APPLICATION
    )


@pytest.fixture
def members(database_url: str) -> str:
    """A database with read models, in which both banks have members; the address of the application."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET ROLE daybook_projector")
        create_schema(connection, READ_SCHEMA)
        for projection in PROJECTIONS:
            create_tables(connection, projection, READ_SCHEMA)
        for number, bank in enumerate([ONE, ONE, OTHER, None]):
            connection.execute(
                "INSERT INTO read.users (id, uid, version, email, name, bank_uid, roles, status, registered_at)"
                " VALUES (%s, gen_random_uuid(), 1, %s, 'x', %s, '', 'active', now())",
                (number, f"{number}@x.example", bank),
            )
    return application(database_url)


async def seen(
    engine: AsyncEngine, statement: str = "SELECT bank_uid FROM read.users"
) -> list[UUID]:
    """What raw SQL finds, as a query would whose scope was forgotten."""
    async with engine.connect() as connection:
        return list((await connection.execute(sa.text(statement))).scalars())


def asked(
    engine: Callable[[], AsyncEngine], scenario: Callable[[AsyncEngine], Awaitable[None]]
) -> None:
    async def run() -> None:
        begun = engine()
        try:
            await scenario(begun)
        finally:
            await begun.dispose()

    Context().run(asyncio.run, run())  # what an earlier test said is not said in it


WAYS = {
    "direct": lambda url: query_engine(url, readers_max=1),
    "by a pool in transaction mode": lambda url: query_engine(url, url, readers_max=1),
}


@pytest.mark.parametrize("way", WAYS)
def test_one_connection_shows_each_transaction_its_own_bank(members: str, way: str) -> None:
    async def scenario(engine: AsyncEngine) -> None:
        assert await seen(engine) == [], "nothing said, nothing seen"
        for _ in range(7):  # prepared by then
            see({"bank_uid": ONE})
            assert await seen(engine) == [ONE, ONE]
            see({"bank_uid": OTHER, "user_uid": uuid4()})
            assert await seen(engine) == [OTHER]
            see_every_bank()
            assert len(await seen(engine)) == 4

    asked(lambda: WAYS[way](members), scenario)


def test_requests_at_once_see_each_their_own(members: str) -> None:
    async def scenario(engine: AsyncEngine) -> None:
        async def one(bank: UUID) -> None:
            see({"bank_uid": bank})
            for _ in range(20):
                assert set(await seen(engine)) == {bank}

        await asyncio.gather(*(one(bank) for bank in [ONE, OTHER] * 4))
        assert await seen(engine) == []

    asked(lambda: query_engine(members, readers_max=2), scenario)


def test_an_error_takes_nothing_along_to_the_next_transaction(members: str) -> None:
    async def scenario(engine: AsyncEngine) -> None:
        see_every_bank()
        with pytest.raises(sa.exc.DataError):
            await seen(engine, "SELECT 1 / 0 FROM read.users")
        see({"bank_uid": OTHER})
        assert await seen(engine) == [OTHER]

    asked(lambda: query_engine(members, readers_max=1), scenario)


def test_every_table_with_a_bank_has_the_wall(database_url: str, members: str) -> None:
    """Whatever is declared: a new context has it for nothing, and what has no bank is known to have none."""
    tables = {table.name: table for each in PROJECTIONS for table in each.all_tables}
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT c.relname, c.relrowsecurity, count(p.oid)"
            " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'r' GROUP BY c.oid"
        ).fetchall()
    walled = {name for name, on, policies in rows if on and policies == 2}
    assert {name for name, *_ in rows} == set(tables)
    assert set(tables) - walled == set(NO_BANK) & set(tables)
    assert {name for name in NO_BANK if name not in tables} == set()
    assert {name for name, one in tables.items() if "bank_uid" in one.columns} <= walled


def test_read_models_from_before_get_it_by_migrating(database_url: str, members: str) -> None:
    from infrastructure.migrations import migrate

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "DROP POLICY of_bank ON read.users; DROP POLICY of_every_bank ON read.users;"
            "ALTER TABLE read.users DISABLE ROW LEVEL SECURITY"
        )
    asked(lambda: query_engine(members), _shows(4))
    migrate(database_url)
    asked(lambda: query_engine(members), _shows(0))


def _shows(rows: int) -> Callable[[AsyncEngine], Awaitable[None]]:
    async def scenario(engine: AsyncEngine) -> None:
        assert len(await seen(engine)) == rows

    return scenario
