"""Read models built anew on a real PostgreSQL: repaired, restored, switched to a new version while all goes on."""

from threading import Event, Thread
from typing import LiteralString

import psycopg
import pytest

from domain.shared.errors import NotFound, Refused, Unavailable
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.projecting import Projector
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.shared.engine import PoisonEvent
from tests.facts import eventually
from tests.following import book, column, schemas, status, wait_for, waits_for_a_table
from tests.ledgers import expected, held, in_a_thread, ledger, projecting


def test_a_halted_projection_goes_on_after_a_rebuild_with_better_code(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    last = book(log, 2, departments="Gravel")
    with projecting(database_url, log, Follower(ledger(chokes_on="Gravel"), database_url, log)):
        eventually(lambda: status(database_url, ledger()).state == "halted")
        rebuilt = PostgresReadModels(database_url, log, [ledger()]).rebuild("test_ledger")
        assert rebuilt.position == last
        assert all(comparison.equal for comparison in rebuilt.comparisons)
        assert held(database_url) == expected(log.page(0, 1000).events)
        # The follower takes up its work again, and chokes on nothing that is behind it.
        wait_for(database_url, ledger(), book(log, 3))


def test_a_rebuild_repairs_the_live_tables_and_tells_what_differed(
    log: PostgresEventLog, database_url: str
) -> None:
    for number in range(1, 50):
        book(log, number, number, number)
    Follower(ledger(), database_url, log).catch_up()
    models = PostgresReadModels(database_url, log, [ledger()])
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE read.test_accounts SET balance = balance + 1 WHERE id = 1")
        connection.execute("DELETE FROM read.test_members")
    verified = models.verify("test_ledger")
    assert not verified.equal
    wrong = {comparison.table for comparison in verified.comparisons if not comparison.equal}
    assert wrong == {"test_accounts", "test_members"}
    rebuilt = models.rebuild("test_ledger")
    assert {each.table for each in rebuilt.comparisons if not each.equal} == wrong
    assert models.verify("test_ledger").equal
    assert held(database_url) == expected(log.page(0, 1000).events)
    assert schemas(database_url) == ["daybook", "public", "read", "simbank"]


def test_a_rebuild_restores_tables_that_are_gone(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP TABLE read.test_accounts")
    rebuilt = PostgresReadModels(database_url, log, [ledger()]).rebuild("test_ledger")
    assert rebuilt.comparisons[0].live_hash == "missing"
    assert held(database_url) == expected(log.page(0, 1000).events)


def _lose(database_url: str, statement: LiteralString) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "loss",
    [
        "DROP SCHEMA read CASCADE",
        "DROP TABLE read.test_members",
        "COMMENT ON COLUMN read.test_members.id IS 'another'",
        "COMMENT ON TABLE read.test_members IS NULL; COMMENT ON COLUMN read.test_members.id IS NULL",
    ],
)
def test_tables_that_a_checkpoint_does_not_vouch_for_are_built_anew(
    log: PostgresEventLog, database_url: str, loss: LiteralString
) -> None:
    """As after a restore without the read models, or of the read models of another day."""
    book(log, 1)
    book(log, 2)
    Follower(ledger(), database_url, log).catch_up()
    _lose(database_url, loss)
    last = book(log, 3)
    told = status(database_url, ledger())
    assert (told.state, told.position, told.lag) == ("missing", 0, last)
    assert told.error
    assert "restored without these tables" in told.error
    with pytest.raises(Unavailable, match="has read up to position 0"):
        wait_for(database_url, ledger(), last, timeout_s=0.2)
    with projecting(database_url, log, Follower(ledger(), database_url, log)):
        eventually(lambda: status(database_url, ledger()).state == "live")
    assert held(database_url) == expected(log.page(0, 1000).events)
    assert PostgresReadModels(database_url, log, [ledger()]).verify("test_ledger").equal


def test_tables_that_are_lost_while_a_projector_works_are_built_anew(
    log: PostgresEventLog, database_url: str
) -> None:
    with projecting(database_url, log, Follower(ledger(), database_url, log)):
        wait_for(database_url, ledger(), book(log, 1))
        _lose(database_url, "DROP SCHEMA read CASCADE")
        wait_for(database_url, ledger(), book(log, 2))
    assert held(database_url) == expected(log.page(0, 1000).events)


def test_a_rebuilt_table_is_like_the_one_it_replaces(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    before = _shape(database_url)
    PostgresReadModels(database_url, log, [ledger()]).rebuild("test_ledger")
    assert _shape(database_url) == before
    assert any("test_accounts_owner" in line for line in before)


def _shape(database_url: str) -> list[str]:
    """Every column, constraint, index and comment of the live tables."""
    return column(
        database_url,
        """
                SELECT format('%s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
                FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                WHERE relnamespace = 'read'::regnamespace AND relkind = 'r' AND attnum > 0
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'read'
                UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
                WHERE connamespace = 'read'::regnamespace
                UNION ALL SELECT format('%s %s', relname, obj_description(oid, 'pg_class')) FROM pg_class
                WHERE relnamespace = 'read'::regnamespace AND relkind = 'r'
                ORDER BY 1
                """,
    )


def test_queries_are_answered_and_nothing_is_lost_while_rebuilding(
    log: PostgresEventLog, database_url: str
) -> None:
    for number in range(1, 40):
        book(log, number)
    models = PostgresReadModels(database_url, log, [ledger()])
    done, counts = Event(), list[int]()

    def query() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            while not done.is_set():
                row = connection.execute("SELECT count(*) FROM read.test_accounts").fetchone()
                counts.append(row[0] if row else -1)

    def append() -> None:
        while not done.is_set():
            book(log, 1)

    with projecting(database_url, log, Follower(ledger(), database_url, log)):
        wait_for(database_url, ledger(), log.head())
        threads = [Thread(target=query), Thread(target=append)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(5):
                rebuilt = models.rebuild("test_ledger")
                assert all(comparison.equal for comparison in rebuilt.comparisons)
        finally:
            done.set()
            for thread in threads:
                thread.join()
        wait_for(database_url, ledger(), log.head())
    assert counts == sorted(
        counts
    )  # no query failed, and none saw fewer accounts than the one before
    assert counts[0] >= 39
    assert held(database_url) == expected(log.page(0, 100_000).events)


def test_the_switch_lets_a_long_query_end(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    models = PostgresReadModels(database_url, log, [ledger()])
    rebuilding = Thread(target=models.rebuild, args=("test_ledger",))
    with psycopg.connect(database_url) as reading:
        reading.execute("SELECT * FROM read.test_accounts")
        rebuilding.start()
        with psycopg.connect(database_url, autocommit=True) as watching:
            eventually(lambda: waits_for_a_table(watching))
            # Who comes later is held up for the lock time-out at most.
            watching.execute("SET statement_timeout = '20s'")
            assert watching.execute("SELECT * FROM read.test_accounts").fetchall()
        reading.execute("SELECT * FROM read.test_accounts")
    rebuilding.join()
    assert status(database_url, ledger()).state == "live"


def test_a_new_version_that_cannot_be_built_leaves_the_old_one_at_work(
    log: PostgresEventLog, database_url: str
) -> None:
    old, broken, mended = ledger(1), ledger(2, chokes_on="Gravel"), ledger(2)
    book(log, 1, departments="Gravel")
    Follower(old, database_url, log).catch_up()
    with projecting(
        database_url, log, Follower(old, database_url, log), Follower(broken, database_url, log)
    ):
        eventually(lambda: status(database_url, broken).state == "halted")
        assert "no account takes Gravel" in (status(database_url, broken).error or "")
        wait_for(database_url, old, book(log, 2))
        assert status(database_url, old).state == "live"
        PostgresReadModels(database_url, log, [mended]).rebuild("test_ledger")
        assert status(database_url, mended).state == "live"
        wait_for(database_url, old, book(log, 3))
    Follower(mended, database_url, log).catch_up()
    for schema in ("read", "read_v2"):
        assert held(database_url, schema) == expected(log.page(0, 1000).events)


def test_what_is_far_behind_is_built_beside(log: PostgresEventLog, database_url: str) -> None:
    follower = Follower(ledger(), database_url, log, far_behind_events=20)
    book(log, 1)
    assert follower.catch_up() == 1
    before = _table_ids(database_url)
    for number in range(1, 60):
        book(log, number)
    assert follower.catch_up() == 60
    assert before.isdisjoint(_table_ids(database_url))
    assert held(database_url) == expected(log.page(0, 1000).events)


def test_what_falls_far_behind_while_it_is_fed_is_built_beside(
    log: PostgresEventLog, database_url: str
) -> None:
    follower = Follower(ledger(), database_url, log, far_behind_events=20)
    with in_a_thread(Projector(database_url, log, [follower], page_events=10)):
        wait_for(database_url, ledger(), book(log, 1))
        before = _table_ids(database_url)
        wait_for(database_url, ledger(), book(log, *range(1, 61)))
        assert before.isdisjoint(_table_ids(database_url))
        wait_for(database_url, ledger(), book(log, 2))
    assert held(database_url) == expected(log.page(0, 1000).events)


def _table_ids(database_url: str) -> set[int]:
    tables = "SELECT oid FROM pg_class WHERE relnamespace = 'read'::regnamespace"
    return set(column(database_url, tables))


def test_a_bad_event_far_ahead_does_not_keep_the_good_ones_back(
    log: PostgresEventLog, database_url: str
) -> None:
    choking = ledger(chokes_on="Gravel")
    for number in range(1, 60):
        book(log, number)
    bad = book(log, 1, departments="Gravel")
    with pytest.raises(PoisonEvent):
        Follower(choking, database_url, log, far_behind_events=20).catch_up()
    assert held(database_url) == expected(log.page(0, 1000, until=bad - 1).events)
    assert schemas(database_url) == ["daybook", "public", "read", "simbank"]


def test_one_rebuild_at_a_time(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    models = PostgresReadModels(database_url, log, [ledger()])
    Follower(ledger(), database_url, log).catch_up()
    caught: list[str] = []

    def meanwhile(position: int, until: int) -> None:
        with pytest.raises(Refused) as raised:
            models.rebuild("test_ledger")
        caught.append(raised.value.code)

    models.rebuild("test_ledger", meanwhile)
    assert caught == ["rebuild_running"]


def test_unknown_and_unbuilt_projections_are_told(log: PostgresEventLog, database_url: str) -> None:
    models = PostgresReadModels(database_url, log, [ledger()])
    with pytest.raises(NotFound) as raised:
        models.rebuild("test_leger")
    assert raised.value.facts["nearest"] == "test_ledger"
    with pytest.raises(Refused) as refused:
        models.verify("test_ledger")
    assert refused.value.code == "not_built"
    assert status(database_url, ledger()).state == "missing"
