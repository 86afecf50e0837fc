"""What is kept beside the log goes when nobody needs it any more, and nothing is done twice because it went."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from application.policies import POLICIES
from application.shared.permissions import LOCAL_OPERATOR
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from infrastructure.retention.removing import (
    BATCHES_MAX,
    EXPIRED,
    KEYS,
    MAIL,
    REACTIONS,
    Rule,
    ages,
    remove,
)
from infrastructure.retention.settings import RetentionSettings
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from infrastructure.shared.roles import as_role
from tests.facts import eventually
from tests.paying import PayingBank
from tests.processes import daybook
from tests.reacting import NOWHERE
from tests.sites import Site, running_site

MONTH = timedelta(days=30)

KEY = """
    INSERT INTO daybook.idempotency_keys (scope, key, request_hash, outcome, causation_id, recorded_at)
    SELECT %s, n::text, '', '', gen_random_uuid(), clock_timestamp() - %s FROM generate_series(1, %s) n
"""
REACTION = """
    INSERT INTO daybook.reactions
        (uid, policy, kind, subject, position, correlation_id, payload, state, digest, created_at, updated_at)
    VALUES (gen_random_uuid(), 'p', 'k', gen_random_uuid(), %s, gen_random_uuid(), '{}', %s, %s,
            clock_timestamp() - interval '1 year', clock_timestamp() - interval '1 year')
    RETURNING uid
"""


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM daybook.{table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def age(url: str, table: str, *columns: str) -> None:
    """Make all rows of a table as old as a year."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        older = ", ".join(f"{column} = {column} - interval '1 year'" for column in columns)
        connection.execute(f"UPDATE daybook.{table} SET {older}".encode())


def test_old_keys_go_in_batches_and_what_was_done_once_at_the_machine_stays(
    database_url: str,
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(KEY, ("user:a", timedelta(days=31), 2_500))
        connection.execute(KEY, ("user:b", timedelta(days=29), 5))
        connection.execute(KEY, (LOCAL_OPERATOR, timedelta(days=300), 7))
    assert remove(database_url, {KEYS: MONTH}) == {"idempotency_keys": 2_500}
    assert count(database_url, "idempotency_keys") == 12
    assert remove(database_url, {KEYS: MONTH}) == {"idempotency_keys": 0}


def test_a_run_ends_and_the_next_goes_on(database_url: str) -> None:
    few = Rule(KEYS.what, KEYS.holds, rows=2)
    with psycopg.connect(database_url) as connection:
        connection.execute(KEY, ("user:a", MONTH, 2 * BATCHES_MAX + 3))
    assert remove(database_url, {few: MONTH}) == {"idempotency_keys": 2 * BATCHES_MAX}
    assert remove(database_url, {few: MONTH}, is_over=lambda: True) == {"idempotency_keys": 2}
    assert remove(database_url, {few: MONTH}) == {"idempotency_keys": 1}


def test_rows_that_somebody_is_at_wait_and_one_process_at_a_time_removes(
    database_url: str,
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(KEY, ("user:a", MONTH, 10))
    with psycopg.connect(database_url) as held:
        held.execute("SELECT FROM daybook.idempotency_keys WHERE key IN ('1', '2') FOR UPDATE")
        assert remove(database_url, {KEYS: MONTH}) == {"idempotency_keys": 8}
        held.execute("SELECT pg_advisory_lock(hashtextextended('daybook retention', 0))")
        assert remove(database_url, {KEYS: MONTH}) == {}
    assert remove(database_url, {KEYS: MONTH}) == {"idempotency_keys": 2}


def test_open_reactions_stay_and_so_does_what_an_open_letter_tells_of(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:

        def row(state: str, position: int, digest: object = None) -> object:
            found = connection.execute(REACTION, (position, state, digest)).fetchone()
            assert found is not None
            return found[0]

        for place, state in enumerate(("pending", "parked", "done", "discarded"), start=1):
            row(state, place)
        row("done", 5, row("parked", 6))
        row("done", 7, row("done", 8))
    assert remove(database_url, {REACTIONS: MONTH}) == {"reactions": 4}
    with psycopg.connect(database_url) as connection:
        left = connection.execute("SELECT position FROM daybook.reactions ORDER BY 1").fetchall()
        reached = connection.execute("SELECT up_to FROM daybook.removals").fetchone()
    assert left == [(1,), (2,), (5,), (6,)]
    assert reached == (8,)


def test_what_expired_goes(database_url: str) -> None:
    long_ago = "clock_timestamp() - interval '2 days'"
    soon = "clock_timestamp() + interval '1 day'"
    with psycopg.connect(database_url) as connection:
        for moment in (long_ago, soon):
            for statement in (
                f"sessions SELECT gen_random_uuid(), gen_random_uuid(), now(), {moment}",
                f"password_links SELECT '{moment}', gen_random_uuid(), 1, {moment}",
                f"sign_in_challenges SELECT '{moment}', 'x', '{{}}', {moment}",
                f"sign_in_attempts SELECT $$user:{moment}$$, {moment}",
            ):
                told = statement.replace(f"'{moment}',", f"sha256($${moment}$$),", 1)
                connection.execute(f"INSERT INTO daybook.{told}".encode())
    removed = remove(database_url, dict.fromkeys(EXPIRED, timedelta(days=1)))
    assert removed == {rule.what: 1 for rule in EXPIRED}
    assert [count(database_url, rule.what) for rule in EXPIRED] == [1] * len(EXPIRED)


@pytest.mark.parametrize("rule", [KEYS, REACTIONS, MAIL, *EXPIRED], ids=lambda rule: rule.what)
def test_each_table_is_tidied_by_the_part_whose_it_is(database_url: str, rule: Rule) -> None:
    assert remove(as_role(database_url, rule.role), {rule: MONTH}) == {rule.what: 0}


def test_0_days_keep_for_ever() -> None:
    kept = RetentionSettings(keys_days=0, reactions_days=0, mail_days=7)
    assert {KEYS, REACTIONS, MAIL} & set(ages(kept)) == {MAIL}
    assert ages(kept)[MAIL] == timedelta(days=7)


def test_nothing_is_paid_or_mailed_twice_after_its_reactions_went(
    site: Site, bank: PayingBank
) -> None:
    url, log = site.settings["DATABASE_URL"], PostgresEventLog(site.settings["DATABASE_URL"])
    claim = bank.paid_until("settled")
    eventually(lambda: site.http.get("/health/ready").json()["reactions"]["running"] == 0)
    age(url, "reactions", "created_at", "updated_at")
    removed = remove(url, {REACTIONS: MONTH})["reactions"]
    assert removed >= 3
    rows = count(url, "reactions")
    told = daybook("reactions", "verify", settings=site.settings)
    assert (told.returncode, "0 missing, 0 too much" in told.stdout) == (0, True), told.stdout
    assert daybook("reactions", "replan", settings=site.settings).stdout.endswith("0 added.\n")
    # A checkpoint that is gone is made anew, and the log read for reactions from where they may be missing.
    site.kill("projector")
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM daybook.checkpoints WHERE projection = 'reactions'")
    Reactor(POLICIES, url, log, JobQueue(NOWHERE)).catch_up()
    assert count(url, "reactions") == rows
    site.begin("projector")
    assert bank.status(bank.paid_until("settled")) == "settled"
    assert bank.status(claim) == "settled"
    stream = [event.name for event in log.stream_blocking(claim.payment)]
    assert stream.count("payment.submitted.v1") == 1
    with psycopg.connect(url) as connection:
        often = connection.execute("SELECT max(deliveries) FROM daybook.mailbox").fetchone()
    assert often == (1,)
    log.close()


def test_a_worker_removes_by_itself_and_metrics_tell(
    make_database: Callable[[], str], valkey: ValkeyServer, tmp_path: Path
) -> None:
    migrate(url := make_database())
    with psycopg.connect(url) as connection:
        connection.execute(KEY, ("user:a", timedelta(days=31), 3))
    with running_site(url, valkey.url(), tmp_path) as site:
        eventually(lambda: count(url, "idempotency_keys") == 0)
        counted = 'daybook_removed_rows_total{table="idempotency_keys"} 3.0'
        eventually(lambda: counted in site.http.get("/metrics").text)
        eventually(lambda: '"rows_removed"' in site.output.read_text())


@pytest.mark.parametrize("value", ["-1", "a month", "36501"])
def test_a_wrong_number_of_days_is_refused(value: str, tmp_path: Path) -> None:
    settings = {"DAYBOOK_HOME": str(tmp_path), "DAYBOOK_KEEP_KEYS_DAYS": value}
    told = daybook("status", settings=settings)
    assert told.returncode == 2
    assert "DAYBOOK_KEEP_KEYS_DAYS" in told.stderr
