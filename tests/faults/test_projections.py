"""Projectors and servers killed while read models are written: the rows come out as if nothing had happened."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import psycopg

from application.shared.ports import Append, StreamAppend
from domain.shared.errors import Unavailable
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.expenses import EXPENSES
from tests.facts import a_cause, an_expense, eventually
from tests.ledgers import expected, held, ledger, projecting


def test_a_standby_process_takes_over_from_a_killed_one(database_url: str) -> None:
    log = PostgresEventLog(database_url)
    with ExitStack() as processes:
        projectors = [processes.enter_context(_projector(database_url)) for _ in range(2)]
        for turn in range(6):
            _book_many(log, 300)
            eventually(lambda: _position(database_url) > log.head() - 300)
            # In the middle of catching up, the active one or the one that stands by.
            projectors.pop(turn % 2).kill()
            projectors.append(processes.enter_context(_projector(database_url)))
        eventually(lambda: _position(database_url) == log.head())
    assert held(database_url) == expected(log.page(0, 100_000).events)
    assert PostgresReadModels(database_url, log, [EXPENSES]).verify("expenses").equal
    log.close()


def test_a_projector_outlives_servers_that_are_killed(private_postgres: PostgresServer) -> None:
    url = private_postgres.url("daybook")
    log = PostgresEventLog(url, patience_s=30)
    with projecting(url, log, Follower(ledger(), url, log)):
        for _ in range(4):
            _book_many(log, 300)
            private_postgres.kill()
            private_postgres.start()
        _book_many(log, 1)
        eventually(lambda: _position(url) == log.head())
    assert held(url) == expected(log.page(0, 100_000).events)
    assert PostgresReadModels(url, log, [ledger()]).verify("test_ledger").equal
    log.close()


def test_a_killed_rebuild_leaves_the_live_tables_and_the_next_one_starts_over(
    database_url: str,
) -> None:
    log = PostgresEventLog(database_url)
    _book_many(log, 3_000)
    Follower(ledger(), database_url, log).catch_up()
    before = held(database_url)
    command = [*_command(database_url), "rebuild"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first page of the copy is written
        process.kill()
    assert held(database_url) == before
    models = PostgresReadModels(database_url, log, [ledger()])
    eventually(lambda: not _is_locked(database_url))
    assert all(each.equal for each in models.rebuild("test_ledger").comparisons)
    assert held(database_url) == before
    log.close()


def _command(database_url: str) -> list[str]:
    return [sys.executable, "-m", "tests.ledgers", database_url]


@contextmanager
def _projector(database_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A projector process, gone when the block ends at the latest."""
    process = subprocess.Popen(_command(database_url))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _book_many(log: PostgresEventLog, commands: int) -> None:
    """Commands on a few accounts, so that pages hold openings, bookings and closings of the same rows."""
    for number in range(commands):
        stream = uuid5(NAMESPACE_OID, f"account {number % 37}") if number % 3 else uuid4()
        version = _version(log, stream)
        fact = an_expense(amount=Decimal(number % 11), member_name=f"member {number % 5}")
        append = Append(streams=(StreamAppend(stream, version, (fact,)),), cause=a_cause())
        log.append_blocking(append)


def _version(log: PostgresEventLog, stream: UUID) -> int:
    """The version of a stream, also while the server comes back."""
    while True:
        with suppress(Unavailable):
            return len(log.stream_blocking(stream))


def _position(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT coalesce(min(position), 0) FROM daybook.checkpoints WHERE slot = 'live'"
        ).fetchone()
        return row[0] if row else 0


def _is_locked(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
        return row is not None and row[0] > 0
