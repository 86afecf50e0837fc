"""Writers and servers killed in the middle of load: what was acknowledged is there, and nothing is half there."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import islice

import msgspec
import psycopg
import pytest

from application.shared.ports import Append, Appended, RecordedEvent
from domain.shared.errors import Unavailable
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import an_append, eventually
from tests.writers import Told, Writer, check_log, write


def test_a_killed_writer_leaves_only_whole_commands(database_url: str) -> None:
    told: list[Told] = []
    for seed in range(0, 400, 100):  # the four writers of a process take the seeds from there on
        command = [sys.executable, "-m", "tests.writers", database_url, str(seed), "100000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            told += _decode(islice(process.stdout, 150))
            process.kill()
            told += _decode(line for line in process.stdout if line.endswith(b"\n"))
    assert sum(entry.verdict == "appended" for entry in told) > 100
    check_log(_everything(database_url), told)


def test_a_killed_server_loses_nothing_it_acknowledged(private_postgres: PostgresServer) -> None:
    url = private_postgres.url("daybook")
    log = PostgresEventLog(url, patience_s=20)
    writers = [Writer(seed) for seed in range(8)]
    with ThreadPoolExecutor() as pool, closing(log):
        running = [pool.submit(write, log, writer, 600) for writer in writers]
        for enough in (300, 1200, 2400):
            eventually(lambda enough=enough: sum(len(w.told) for w in writers) >= enough)
            private_postgres.kill()
            private_postgres.start()
        for writing in running:
            writing.result()
    told = [entry for writer in writers for entry in writer.told]
    # The writer waited for the server and asked again: nobody was left in doubt.
    assert {entry.verdict for entry in told} == {"appended", "conflict"}
    check_log(_everything(url), told)


def test_lost_connections_heal_unnoticed(database_url: str) -> None:
    log = PostgresEventLog(database_url, patience_s=20)
    writer = Writer(1)
    with (
        ThreadPoolExecutor() as pool,
        closing(log),
        psycopg.connect(database_url, autocommit=True) as administrator,
    ):
        writing = pool.submit(write, log, writer, 800)
        for enough in (100, 300, 500):
            eventually(lambda enough=enough: len(writer.told) >= enough)
            (cut,) = administrator.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'daybook writer'"
            ).fetchone() or (0,)
            assert cut == 1
        writing.result()
    assert "unknown" not in {entry.verdict for entry in writer.told}
    check_log(_everything(database_url), writer.told)


def test_without_a_server_callers_get_a_retryable_error_and_then_their_answer(
    private_postgres: PostgresServer,
) -> None:
    log = PostgresEventLog(private_postgres.url("daybook"), patience_s=0.5)
    append = an_append()
    first = _appended(log, append)
    private_postgres.stop()
    later = an_append()
    with pytest.raises(Unavailable) as refusal:
        log.append_blocking(later)
    assert refusal.value.code == "log_unavailable"
    assert refusal.value.retry_after_s >= 1
    with pytest.raises(Unavailable):
        log.head()
    private_postgres.start()
    assert _appended(log, append) == first  # recognised by its causation id
    assert _appended(log, later).first_position == 2
    assert log.head() == 2
    log.close()


def test_an_append_behind_a_long_import_waits_no_longer_than_its_patience(
    database_url: str,
) -> None:
    log = PostgresEventLog(database_url, patience_s=0.5)
    with psycopg.connect(database_url) as importer:
        importer.execute("SELECT daybook.lock_log()")
        append = an_append()
        with pytest.raises(Unavailable):
            log.append_blocking(append)
        importer.rollback()
    assert _appended(log, append).first_position == 1
    assert _appended(log, an_append()).first_position == 2
    log.close()


def _appended(log: PostgresEventLog, append: Append) -> Appended:
    """What a caller is told who sends the same append again whenever the log asks for that."""
    while True:
        with suppress(Unavailable):
            return log.append_blocking(append)


def _decode(lines: Iterable[bytes]) -> list[Told]:
    return [msgspec.json.decode(line, type=Told) for line in lines]


def _everything(url: str) -> Sequence[RecordedEvent]:
    log = PostgresEventLog(url)
    events = log.page(0, 10_000_000).events
    log.close()
    return events
