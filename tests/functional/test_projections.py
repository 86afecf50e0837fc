"""Read models that follow the log on a real PostgreSQL: halts, rebuilds, verification, waiting."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import Event, Thread
from time import monotonic
from uuid import UUID, uuid4

import psycopg
import pytest

from application.shared.ports import Append, ProjectionStatus, StreamAppend
from domain.shared.errors import NotFound, Refused, Unavailable
from infrastructure.bootstrap import build_projector
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.waiting import PostgresCheckpoints
from infrastructure.shared.settings import read_settings
from projections.expenses import EXPENSES
from projections.identity import USERS
from projections.shared.catalog import PROJECTIONS
from projections.shared.engine import PoisonEvent
from projections.shared.projection import Projection
from tests.facts import a_cause, an_expense, eventually
from tests.ledgers import expected, held, ledger, projecting


@pytest.fixture
def log(database_url: str) -> Iterator[PostgresEventLog]:
    """A log on a fresh database."""
    opened = PostgresEventLog(database_url)
    yield opened
    opened.close()


def book(log: PostgresEventLog, *amounts: int, stream: UUID | None = None, **changes: str) -> int:
    """Book these amounts on an account, or on a new one, and answer the last position."""
    stream = stream or uuid4()
    version = len(log.stream_blocking(stream))
    facts = tuple(an_expense(amount=Decimal(amount), **changes) for amount in amounts)
    append = Append(streams=(StreamAppend(stream, version, facts),), cause=a_cause())
    return log.append_blocking(append).last_position or 0


def status(database_url: str, projection: Projection) -> ProjectionStatus:
    """Where a projection stands, as this code sees it."""

    async def ask() -> ProjectionStatus:
        return (await PostgresCheckpoints(database_url, [projection]).statuses())[0]

    return asyncio.run(ask())


def wait_for(
    database_url: str, projection: Projection, position: int, timeout_s: float = 30
) -> None:
    """Wait as a query does that wants to read its own write."""

    async def wait() -> None:
        waiting = PostgresCheckpoints(database_url, [projection])
        try:
            await waiting.wait(projection.name, position, timeout_s)
        finally:
            await waiting.aclose()

    asyncio.run(wait())


def checkpoints(database_url: str) -> dict[str, int]:
    """How far each live checkpoint has come."""
    with psycopg.connect(database_url) as connection:
        return dict(
            connection.execute(
                "SELECT projection, position FROM daybook.checkpoints WHERE slot = 'live'"
            ).fetchall()
        )


def record_the_unheard_of(log: PostgresEventLog, count: int) -> int:
    """Append events that no projection here knows, and answer the last position."""
    with log.bulk(a_cause()) as bulk:
        for _ in range(count):
            bulk.write(uuid4().hex, "test.unheard_of.v1", "{}")
        bulk.finish(Append(streams=(), cause=a_cause()))
    return log.head()


@contextmanager
def the_product_projecting(database_url: str, redis_url: str) -> Iterator[None]:
    """The projector of the whole product, for the length of a block."""
    settings = read_settings({"DATABASE_URL": database_url, "REDIS_URL": redis_url})
    stop = Event()
    with build_projector(settings) as projector:
        thread = Thread(target=projector.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def test_the_read_model_follows_the_log(log: PostgresEventLog, database_url: str) -> None:
    account = uuid4()
    book(log, 5, 6, stream=account)
    with projecting(database_url, log, Follower(ledger(), database_url, log)):
        for _ in range(5):
            position = book(log, 7, 8, 9, stream=account)
            wait_for(database_url, ledger(), position)
            assert held(database_url) == expected(log.page(0, 1000).events)
        wait_for(database_url, ledger(), book(log, 0, stream=account))
        assert held(database_url)["test_balances"] == []
    told = status(database_url, ledger())
    assert (told.state, told.position, told.lag) == ("live", log.head(), 0)


def test_the_checkpoint_passes_events_that_do_not_concern_it(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "test.unheard_of.v1", "{}")
        closing = Append(streams=(), cause=a_cause())
        bulk.finish(closing)
    assert Follower(ledger(), database_url, log).catch_up() == 2


def test_who_waits_for_what_no_event_concerns_is_answered_at_once(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    elsewhere = record_the_unheard_of(log, 50)
    began = monotonic()
    wait_for(database_url, ledger(), elsewhere)  # nobody projects, and nobody appends
    assert monotonic() - began < 0.5
    told = status(database_url, ledger())
    assert (told.state, told.position, told.lag) == ("live", elsewhere, 0)
    with pytest.raises(Unavailable, match="up to position 1, not"):
        wait_for(database_url, ledger(), book(log, 1), timeout_s=0.2)
    told = status(database_url, ledger())
    assert (told.position, told.lag) == (1, elsewhere)
    with pytest.raises(Unavailable):  # what is not in the log yet might concern it
        wait_for(database_url, EXPENSES, log.head() + 1, timeout_s=0.2)


def test_checkpoints_of_those_whom_nothing_concerns_follow_soon(
    log: PostgresEventLog, database_url: str
) -> None:
    others = Follower(USERS, database_url, log)
    with projecting(database_url, log, Follower(ledger(), database_url, log), others):
        head = book(log, 1)
        wait_for(database_url, ledger(), head)
        eventually(lambda: checkpoints(database_url) == {"test_ledger": head, "users": head})
        for _ in range(20):
            head = book(log, 1)
        wait_for(database_url, ledger(), head)
    assert checkpoints(database_url) == {"test_ledger": head, "users": head}


def test_a_process_listens_once_and_holds_its_locks_in_one_session(
    log: PostgresEventLog, database_url: str, redis_url: str
) -> None:
    book(log, 1)
    before = len(_sessions(database_url))
    with the_product_projecting(database_url, redis_url):
        eventually(lambda: len(checkpoints(database_url)) == len(PROJECTIONS) + 1)
        head = book(log, 1)
        eventually(lambda: set(checkpoints(database_url).values()) == {head})
        sessions = _sessions(database_url)
        with psycopg.connect(database_url) as connection:
            holders = connection.execute(
                "SELECT count(DISTINCT pid), count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchone()
    assert holders == (1, len(PROJECTIONS) + 1)
    assert sum(query.startswith("LISTEN") for query in sessions) == 1
    # Beside these two, one that reads, or two: a reader is not waited for when the line changes.
    assert len(sessions) - before <= 4, sessions


def _sessions(database_url: str) -> list[str]:
    """The last statement of each session on this database but that which asks."""
    with psycopg.connect(database_url) as connection:
        return [
            query
            for (query,) in connection.execute(
                "SELECT query FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        ]


def test_what_gathers_while_a_page_is_written_is_one_page(
    log: PostgresEventLog, database_url: str
) -> None:
    with (
        projecting(database_url, log, Follower(ledger(), database_url, log)),
        psycopg.connect(database_url) as connection,
        psycopg.connect(database_url, autocommit=True) as announced,
    ):
        wait_for(database_url, ledger(), book(log, 1))
        announced.execute("LISTEN daybook_checkpoints")
        connection.execute("LOCK TABLE read.test_accounts IN EXCLUSIVE MODE")
        held_up = book(log, 1)
        eventually(lambda: _waits_for_a_table(announced, "RowExclusiveLock"))
        _book_times(log, 100)
        connection.rollback()
        wait_for(database_url, ledger(), log.head())
        pages = [notice.payload for notice in announced.notifies(timeout=0.2)]
    assert pages == [f"test_ledger:{held_up}", f"test_ledger:{log.head()}"]


def test_a_bad_event_halts_its_projection_right_before_it_and_no_other(
    log: PostgresEventLog, database_url: str
) -> None:
    good, choking = EXPENSES, ledger(chokes_on="Gravel")
    for number in range(10):
        book(log, number + 1)
    bad = book(log, 3, departments="Gravel")
    last = book(log, 4)
    with pytest.raises(PoisonEvent) as raised:
        Follower(choking, database_url, log).catch_up()
    assert raised.value.position == bad
    assert "CannotFold: no account takes Gravel" in raised.value.detail
    assert held(database_url) == expected(log.page(0, 1000, until=bad - 1).events)
    with projecting(
        database_url, log, Follower(choking, database_url, log), Follower(good, database_url, log)
    ):
        wait_for(database_url, good, last)
        eventually(lambda: status(database_url, choking).state == "halted")
        halted = status(database_url, choking)
        assert (halted.position, halted.lag) == (bad - 1, 2)
        assert f"position {bad}, expense.recorded.v2" in (halted.error or "")
        with pytest.raises(Unavailable, match="halted by a bad event"):
            wait_for(database_url, choking, last)


def _undecodable(log: PostgresEventLog) -> int:
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "expense.recorded.v2", '{"amount": "much"}')
        bulk.finish(Append(streams=(), cause=a_cause()))
    return log.head()


@pytest.mark.parametrize(
    ("record", "other"), [(lambda log: book(log, 10**9), EXPENSES), (_undecodable, USERS)]
)
def test_the_others_go_on_past_an_event_that_is_bad_for_one(
    log: PostgresEventLog,
    database_url: str,
    record: Callable[[PostgresEventLog], int],
    other: Projection,
) -> None:
    book(log, 1)
    bad = record(log)
    book(log, 2)
    followers = [Follower(each, database_url, log) for each in (ledger(), other)]
    with projecting(database_url, log, *followers):
        eventually(lambda: status(database_url, ledger()).state == "halted")
        head = book(log, 3)
        eventually(lambda: checkpoints(database_url) == {"test_ledger": bad - 1, other.name: head})
    assert PostgresReadModels(database_url, log, [other]).verify(other.name).equal
    assert held(database_url) == expected(log.page(0, 1000, until=bad - 1).events)


def test_the_others_do_not_wait_for_one_that_is_being_built(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    Follower(ledger(1), database_url, log).catch_up()
    followers = [Follower(each, database_url, log) for each in (ledger(2), EXPENSES)]
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "LOCK TABLE read.test_accounts IN ACCESS SHARE MODE"
        )  # no switch for now
        with projecting(database_url, log, *followers):
            eventually(lambda: _waits_for_a_table(connection))
            for _ in range(5):
                wait_for(database_url, EXPENSES, book(log, 1), timeout_s=2)
            assert status(database_url, ledger(2)).state == "building"
            connection.rollback()
            eventually(lambda: status(database_url, ledger(2)).state == "live")
            wait_for(database_url, ledger(2), book(log, 1))
    assert held(database_url) == expected(log.page(0, 1000).events)


def test_a_row_the_database_refuses_halts_too(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    bad = book(log, 10**9)  # the balance is NUMERIC(12, 4)
    book(log, 2)
    with pytest.raises(PoisonEvent, match="NumericValueOutOfRange") as raised:
        Follower(ledger(), database_url, log).catch_up()
    assert raised.value.position == bad
    assert len(held(database_url)["test_accounts"]) == 1


def test_an_event_that_cannot_be_decoded_halts(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "expense.recorded.v2", '{"amount": "much"}')
        bulk.finish(Append(streams=(), cause=a_cause()))
    with pytest.raises(PoisonEvent, match="cannot be decoded") as raised:
        Follower(ledger(), database_url, log).catch_up()
    assert raised.value.position == 2
    assert status(database_url, ledger()).position == 1


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
    assert _schemas(database_url) == ["daybook", "public", "read", "simbank"]


def test_a_rebuild_restores_tables_that_are_gone(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP TABLE read.test_accounts")
    rebuilt = PostgresReadModels(database_url, log, [ledger()]).rebuild("test_ledger")
    assert rebuilt.comparisons[0].live_hash == "missing"
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
            eventually(lambda: _waits_for_a_table(watching))
            # Who comes later is held up for the lock time-out at most.
            watching.execute("SET statement_timeout = '20s'")
            assert watching.execute("SELECT * FROM read.test_accounts").fetchall()
        reading.execute("SELECT * FROM read.test_accounts")
    rebuilding.join()
    assert status(database_url, ledger()).state == "live"


def test_a_new_version_is_built_beside_and_switched_in_by_the_projector(
    log: PostgresEventLog, database_url: str
) -> None:
    for number in range(1, 30):
        book(log, number)
    old, new = ledger(1), ledger(2)
    with projecting(database_url, log, Follower(old, database_url, log)):
        wait_for(database_url, old, log.head())
        assert status(database_url, new).state == "building"
        with projecting(database_url, log, Follower(new, database_url, log)):
            eventually(lambda: status(database_url, new).state == "live")
            eventually(lambda: status(database_url, old).state == "building")
    Follower(new, database_url, log).catch_up()
    assert held(database_url) == expected(log.page(0, 1000).events)
    with pytest.raises(Refused, match="version 2, this code knows version 1") as raised:
        Follower(old, database_url, log).catch_up()
    assert raised.value.code == "code_outdated"


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
        wait_for(database_url, mended, book(log, 3))
    assert held(database_url) == expected(log.page(0, 1000).events)


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
    assert _schemas(database_url) == ["daybook", "public", "read", "simbank"]


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


def test_waiting_ends_in_time_and_says_where_the_read_model_is(
    log: PostgresEventLog, database_url: str
) -> None:
    position = book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    with pytest.raises(Unavailable) as raised:
        wait_for(database_url, ledger(), position + 1, timeout_s=0.2)
    assert raised.value.code == "not_caught_up"
    assert raised.value.facts["position"] == position


def test_many_wait_at_once_and_wake_in_turn(log: PostgresEventLog, database_url: str) -> None:
    first = log.head()

    async def wait_for_all() -> None:
        checkpoints = PostgresCheckpoints(database_url, [ledger()])
        waits = [
            asyncio.create_task(checkpoints.wait("test_ledger", first + number, 30))
            for number in range(1, 31)
        ]
        await asyncio.to_thread(_book_times, log, 30)
        await asyncio.gather(*waits)
        await checkpoints.aclose()

    with projecting(database_url, log, Follower(ledger(), database_url, log)):
        asyncio.run(wait_for_all())


def _book_times(log: PostgresEventLog, times: int) -> None:
    for _ in range(times):
        book(log, 1)


def test_a_standby_takes_over_when_the_active_one_ends(
    log: PostgresEventLog, database_url: str
) -> None:
    follow: Callable[[], Follower] = lambda: Follower(ledger(), database_url, log)  # noqa: E731
    with projecting(database_url, log, follow()):
        with projecting(database_url, log, follow()):
            wait_for(database_url, ledger(), book(log, 1))
        wait_for(database_url, ledger(), book(log, 2))
    with projecting(database_url, log, follow()):
        wait_for(database_url, ledger(), book(log, 3))
    assert held(database_url) == expected(log.page(0, 1000).events)


def _waits_for_a_table(connection: psycopg.Connection, mode: str = "AccessExclusiveLock") -> bool:
    row = connection.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = %s", (mode,)
    ).fetchone()
    return row is not None and row[0] > 0


def _schemas(database_url: str) -> list[str]:
    with psycopg.connect(database_url) as connection:
        return [
            name
            for (name,) in connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)' ORDER BY 1"
            )
        ]


def _table_ids(database_url: str) -> set[int]:
    with psycopg.connect(database_url) as connection:
        return {
            number
            for (number,) in connection.execute(
                "SELECT oid FROM pg_class WHERE relnamespace = 'read'::regnamespace"
            )
        }


def _shape(database_url: str) -> list[str]:
    """Every column, constraint, index and comment of the live tables."""
    with psycopg.connect(database_url) as connection:
        return [
            line
            for (line,) in connection.execute(
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
                """
            )
        ]
