"""The servers every test may use: one real PostgreSQL and one real Valkey per run, a fresh database per test.

And how drawn examples are drawn: the same in every run, so that the gate says the same of the same code. With
`--hypothesis-profile=random` (`make test-random`) they are drawn from `--hypothesis-seed`, and more of them.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.drawing import LONGER, USUAL
from tests.sites import TEMPLATE, Site, a_site, make_from_template
from tests.things import Run, running

pytest.register_assert_rewrite(
    "tests.kits", "tests.asking"
)  # so that what it finds is told in full
# How long an example takes says how busy the machine is; and one database serves all examples of a test.
_NO_MATTER = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "same",
    max_examples=USUAL,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=_NO_MATTER,
)
settings.register_profile(
    "random",
    settings.get_profile("same"),
    derandomize=False,
    print_blob=True,
    max_examples=LONGER * USUAL,
)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--hours`: how long the campaign of tests/faults goes on."""
    parser.addoption("--hours", type=float, default=0.0, help="how long faults are done")


# A test run does not have to survive a power failure, and shares the machine.
_SETTINGS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "max_connections": "200",
    "max_wal_size": "1GB",
}


@pytest.fixture(scope="session")
def servers_home() -> Iterator[Path]:
    """A folder PostgreSQL's user can reach (pytest's own temporary folders are closed to it under root)."""
    folder = Path(tempfile.mkdtemp(prefix="daybook-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(servers_home: Path) -> Iterator[PostgresServer]:
    """The PostgreSQL of this run, with a migrated template database; do not stop it, see `private_postgres`."""
    server = PostgresServer(servers_home, _SETTINGS).start()
    try:
        _run(server, f"CREATE DATABASE {TEMPLATE}")
        migrate(server.url(TEMPLATE))
        yield server
    finally:
        server.stop()


@pytest.fixture
def make_database(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Makes migrated databases for one test; each call answers the libpq URI of a new one."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{uuid4().hex}")
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            make_from_template(connection, made[-1])
        return postgres.url(made[-1])

    yield make
    for name in made:
        _run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(make_database: Callable[[], str]) -> str:
    """The libpq URI of a fresh, migrated database of this test's own."""
    return make_database()


@pytest.fixture
def log(database_url: str) -> Iterator[PostgresEventLog]:
    """A log on a fresh database."""
    opened = PostgresEventLog(database_url)
    yield opened
    opened.close()


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    """Runs scenarios on one table of things, which every example first makes hold its own rows."""
    with running(database_url) as run:
        yield run


@pytest.fixture
def private_postgres(servers_home: Path) -> Iterator[PostgresServer]:
    """A running PostgreSQL of this test's own, to kill and restart; its database `daybook` is migrated."""
    home = servers_home / f"private-{uuid4().hex[:8]}"
    server = PostgresServer(home, _SETTINGS).start()
    try:
        _run(server, "CREATE DATABASE daybook")
        migrate(server.url("daybook"))
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def valkey(servers_home: Path) -> Iterator[ValkeyServer]:
    """The Valkey of this run."""
    server = ValkeyServer(servers_home).start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> str:
    """The address of an empty Valkey."""
    with redis.Redis.from_url(valkey.url()) as client:
        client.flushall()
    return valkey.url()


def _run(server: PostgresServer, statement: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def common_site(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One Daybook for all modules that are content with it."""
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site")) as running:
        yield running
