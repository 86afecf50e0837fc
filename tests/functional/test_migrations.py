"""The schema: made once however many processes start at once, and known to the health check."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from infrastructure import migrations
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.migrations import current_revision, migrate, newest_revision, sqlalchemy_url


@pytest.fixture
def empty_database(postgres: PostgresServer, make_database: Callable[[], str]) -> str:
    """A database without a table of ours."""
    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA daybook, simbank CASCADE")
    return url


def _revision(url: str) -> str | None:
    engine = sa.create_engine(sqlalchemy_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return current_revision(connection)


def test_processes_that_start_together_migrate_once(empty_database: str) -> None:
    assert _revision(empty_database) is None
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_database] * 4))
    assert _revision(empty_database) == newest_revision()


def test_the_newest_revision_is_the_head_of_the_history() -> None:
    scripts = ScriptDirectory.from_config(migrations._config(""))
    assert scripts.get_heads() == [newest_revision()]
