"""Processes wait at their start for what they need, in whatever order it comes, and say what that is."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.identity.keys import KEY_FILE, make_keys
from tests.processes import daybook, free_port, lives, wait_until
from tests.sites import process

NOTHING_LISTENS = "postgresql://127.0.0.1:1/none"


@contextmanager
def a_database_name(postgres: PostgresServer) -> Iterator[str]:
    """The name of a database that is not there yet, and is gone after the block."""
    name = f"starting_{uuid4().hex}"
    yield name
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def test_an_api_comes_up_once_the_database_and_its_schema_are_there(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    make_keys(tmp_path / KEY_FILE)
    output = tmp_path / "output.txt"
    with a_database_name(postgres) as name:
        settings = {
            "DAYBOOK_HOME": str(tmp_path),
            "DAYBOOK_PORT": str(free_port()),
            "DATABASE_URL": postgres.url(name),
            "REDIS_URL": "redis://127.0.0.1:1",
        }
        with process("api", settings, output) as api:
            wait_until(
                lambda: "there is no database of that name" in output.read_text(), "what is missing"
            )
            with psycopg.connect(postgres.url(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            wait_until(lambda: "run `daybook migrate`" in output.read_text(), "what to do")
            assert daybook("migrate", settings=settings).returncode == 0
            wait_until(lambda: lives(f"http://127.0.0.1:{settings['DAYBOOK_PORT']}"), "the api")
            assert api.poll() is None
    waiting = [line for line in output.read_text().splitlines() if line.startswith("Waiting: ")]
    assert len(waiting) == len(set(waiting)) == 2


def test_a_worker_waits_for_its_queue_too(
    database_url: str, valkey: ValkeyServer, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "valkey.sock"
    settings = {
        "DAYBOOK_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "REDIS_URL": f"unix://{elsewhere}",
    }
    make_keys(tmp_path / KEY_FILE)
    output = tmp_path / "output.txt"
    with process("worker", settings, output) as worker:
        wait_until(lambda: "Waiting: the server of REDIS_URL" in output.read_text(), "its words")
        elsewhere.symlink_to(valkey.url().removeprefix("unix://"))
        with psycopg.connect(database_url) as watching:
            wait_until(lambda: _is_working(watching), "the worker")
        assert worker.poll() is None


def _is_working(watching: psycopg.Connection) -> bool:
    seen = watching.execute(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name LIKE 'daybook %'"
    ).fetchone()
    watching.rollback()
    return seen is not None


@pytest.mark.parametrize("command", ["api", "projector", "worker", "migrate"])
def test_a_process_gives_up_after_the_time_that_is_set(command: str, tmp_path: Path) -> None:
    settings = {
        "DAYBOOK_HOME": str(tmp_path),
        "DATABASE_URL": NOTHING_LISTENS,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DAYBOOK_WAIT_S": "1",
    }
    done = daybook(command, settings=settings)
    assert done.returncode == 3
    first, *_, last = done.stderr.splitlines()
    assert first.startswith("Waiting: the PostgreSQL of DATABASE_URL cannot be reached")
    assert last.startswith("Error: gave up after 1 s (DAYBOOK_WAIT_S): the PostgreSQL of")


def test_sigterm_ends_the_waiting(tmp_path: Path) -> None:
    output = tmp_path / "output.txt"
    settings = {"DAYBOOK_HOME": str(tmp_path), "DATABASE_URL": NOTHING_LISTENS}
    with process("api", settings, output) as api:
        wait_until(lambda: "Waiting: " in output.read_text(), "its words")
        api.send_signal(signal.SIGTERM)
        assert api.wait(120) == 130


def test_an_api_without_the_key_that_all_share_does_not_serve(
    database_url: str, tmp_path: Path
) -> None:
    settings = {"DAYBOOK_HOME": str(tmp_path), "DATABASE_URL": database_url}
    done = daybook("api", settings={**settings, "REDIS_URL": "redis://127.0.0.1:1"})
    assert done.returncode == 3
    assert "DAYBOOK_SIGNING_KEY" in done.stderr
    assert not (tmp_path / KEY_FILE).exists()


def test_secrets_are_made_once_and_for_few_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    address = "postgresql://daybook@postgres:5432/book?sslmode=disable"
    made = []
    for _ in range(2):
        done = daybook("secrets", str(folder), "--database", address, settings={})
        assert done.returncode == 0, done.stderr
        made.append({file.name: file.read_text() for file in folder.iterdir()})
    secrets, again = made
    assert again == secrets
    password = secrets["postgres-password"]
    assert len(password) >= 40
    assert (
        secrets["database-url"]
        == f"postgresql://daybook:{password}@postgres:5432/book?sslmode=disable"
    )
    assert secrets["projector-url"].startswith("postgresql://daybook_projector:")
    assert secrets["projector-url"].endswith("@postgres:5432/book?sslmode=disable")
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir()}
    assert modes == {
        "airflow-jwt-secret": "0o400",
        "application-url": "0o400",
        "database-url": "0o400",
        "demo-password": "0o400",
        "identity-url": "0o400",
        "postgres-password": "0o440",
        "projector-url": "0o400",
        "signing-keys.pem": "0o600",
    }
    assert len(set(secrets.values())) == len(modes)
