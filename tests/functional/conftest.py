"""One running Daybook per module of tests, on a database of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from tests.sites import Site, running_site


@pytest.fixture(scope="module")
def site(
    postgres: PostgresServer,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Site]:
    """One Daybook for the tests of a module; they must not rely on what else is in its book.

    The module's `SETTINGS`, if it has any, go beside the usual ones.
    """
    folder = tmp_path_factory.mktemp("site")
    settings = getattr(request.module, "SETTINGS", {})
    with (
        database(postgres) as url,
        running_site(url, valkey.url(), folder, **settings) as running,
    ):
        yield running


@contextmanager
def database(postgres: PostgresServer) -> Iterator[str]:
    """The URI of a migrated database that is gone after the block."""
    name = f"site_{os.getpid()}_{uuid4().hex[:8]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        url = postgres.url(name)
        migrate(url)
        yield url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
