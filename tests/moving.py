"""Logs that are moved, for tests: the commands as they are typed, and what is there afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.moving.tables import CARRIED
from infrastructure.shared.roles import DatabaseRole
from tests.processes import daybook

EVENTS = "SELECT * FROM daybook.events ORDER BY position"


def rows(url: str, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a statement answers."""
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode(), parameters or None).fetchall()


def carried(url: str, *, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """What is in the tables that are carried, as text that is compared."""
    return {
        table: [
            text
            for (text,) in rows(url, f"SELECT t::text FROM {table} t WHERE {one.which} ORDER BY 1")
        ]
        for table, one in CARRIED.items()
        if table not in but
    }


def succeeds(*arguments: str, settings: Mapping[str, str]) -> str:
    """What a command printed that has to succeed."""
    done = daybook(*arguments, settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(*arguments: str, settings: Mapping[str, str], code: int = 1) -> str:
    """What a command says that has to be refused."""
    done = daybook(*arguments, settings=settings)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def managed(server: PostgresServer, folder: Path) -> Iterator[tuple[dict[str, str], str]]:
    """A database as a provider gives one, migrated as docs/operations.md says: the settings of who owns it, whose
    processes have one login for all parts; and its address for the superuser, who does nothing in it but look."""
    name = f"managed_{uuid4().hex[:8]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS daybook")
        for role in DatabaseRole:
            connection.execute(f"DROP ROLE IF EXISTS {role}".encode())
        connection.execute(f"CREATE ROLE {name}_owner LOGIN CREATEROLE".encode())
        connection.execute(f"CREATE DATABASE {name} OWNER {name}_owner".encode())
        settings = {
            "DAYBOOK_HOME": str(folder),
            "DAYBOOK_MIGRATE_URL": server.url(name, f"{name}_owner"),
            "DATABASE_URL": server.url(name, f"{name}_processes"),
            "REDIS_URL": "redis://127.0.0.1:1",
        }
        succeeds("migrate", settings=settings)
        yield settings, server.url(name)
