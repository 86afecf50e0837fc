"""What every book begins with comes into it, whenever the database is ready for that."""

import asyncio
from pathlib import Path
from uuid import uuid4

import psycopg

from application.shared.beginnings import begin
from infrastructure.bootstrap import build
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.migrations import migrate
from infrastructure.shared.settings import Settings


def test_trouble_is_told_and_waited_out(postgres: PostgresServer, tmp_path: Path) -> None:
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            told, types = asyncio.run(_begun(postgres.url(name), tmp_path))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    assert isinstance(told[0], psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName)
    assert types == 5


async def _begun(url: str, home: Path) -> tuple[list[Exception], int]:
    services = build(Settings(home=home, database_url=url))
    told, has_failed = list[Exception](), asyncio.Event()

    def tell(error: Exception) -> None:
        told.append(error)
        has_failed.set()

    beginning = asyncio.create_task(begin(services, tell))
    try:
        await asyncio.wait_for(has_failed.wait(), 60)
        await asyncio.to_thread(migrate, url)
        await asyncio.wait_for(beginning, 60)
        page = await asyncio.to_thread(services.log.page, 0, 100)
        return told, sum(it.name == "usage_type.defined.v1" for it in page.events)
    finally:
        beginning.cancel()
        await services.aclose()
        services.close()
