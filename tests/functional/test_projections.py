"""Read models that follow the log on a real PostgreSQL: read once, halted right before what is bad, waited for."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from application.shared.ports import Append, PositionAhead
from domain.shared.errors import Unavailable
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
from tests.facts import PATIENCE_S, a_cause, eventually
from tests.following import (
    book,
    book_times,
    checkpoints,
    column,
    record_elsewhere,
    record_the_undecodable,
    status,
    wait_for,
    waits_for_a_table,
)
from tests.ledgers import expected, held, in_a_thread, ledger, projecting


@contextmanager
def the_product_projecting(database_url: str, redis_url: str) -> Iterator[None]:
    """The projector of the whole product, for the length of a block."""
    settings = read_settings({"DATABASE_URL": database_url, "REDIS_URL": redis_url})
    with build_projector(settings) as projector, in_a_thread(projector):
        yield


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
        bulk.write(uuid4().hex, "bank.deactivated.v1", "{}")
        closing = Append(streams=(), cause=a_cause())
        bulk.finish(closing)
    assert Follower(ledger(), database_url, log).catch_up() == 2


def test_who_waits_for_what_no_event_concerns_is_answered(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    elsewhere = record_elsewhere(log, 50)
    wait_for(database_url, ledger(), elsewhere, timeout_s=60)  # nobody projects, and nobody appends
    told = status(database_url, ledger())
    assert (told.state, told.position, told.lag) == ("live", elsewhere, 0)
    with pytest.raises(Unavailable, match="up to position 1, not"):
        wait_for(database_url, ledger(), book(log, 1), timeout_s=0.2)
    told = status(database_url, ledger())
    assert (told.position, told.lag) == (1, elsewhere)


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
    return column(
        database_url,
        "SELECT query FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )


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
        eventually(lambda: waits_for_a_table(announced, "RowExclusiveLock"))
        book_times(log, 100)
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


@pytest.mark.parametrize(
    ("record", "other"), [(lambda log: book(log, 10**9), EXPENSES), (record_the_undecodable, USERS)]
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
    Follower(ledger(), database_url, log).catch_up()
    followers = [Follower(each, database_url, log) for each in (ledger(), EXPENSES)]
    with psycopg.connect(database_url) as connection:
        connection.execute("COMMENT ON COLUMN read.test_members.id IS 'another'")  # to be built
        connection.commit()
        connection.execute(
            "LOCK TABLE read.test_accounts IN ACCESS SHARE MODE"
        )  # no switch for now
        with projecting(database_url, log, *followers):
            eventually(lambda: waits_for_a_table(connection))
            for _ in range(5):
                wait_for(database_url, EXPENSES, book(log, 1), timeout_s=2)
            assert status(database_url, ledger()).state == "missing"
            connection.rollback()
            eventually(lambda: status(database_url, ledger()).state == "live")
            wait_for(database_url, ledger(), book(log, 1))
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


def test_waiting_ends_in_time_and_says_where_the_read_model_is(
    log: PostgresEventLog, database_url: str
) -> None:
    position = book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    book(log, 1)
    with pytest.raises(Unavailable) as raised:
        wait_for(database_url, ledger(), position + 1, timeout_s=0.2)
    assert raised.value.code == "not_caught_up"
    assert raised.value.facts["position"] == position


def test_nobody_waits_for_what_the_log_has_not_come_to(
    log: PostgresEventLog, database_url: str
) -> None:
    head = book(log, 1)
    for is_built in (False, True):
        if is_built:
            Follower(ledger(), database_url, log).catch_up()
        with pytest.raises(PositionAhead) as raised:
            wait_for(database_url, ledger(), head + 1, timeout_s=PATIENCE_S)
        assert raised.value.head == head


def test_many_wait_at_once_and_wake_in_turn(log: PostgresEventLog, database_url: str) -> None:
    first = log.head()
    book_times(log, 30)

    async def wait_for_all() -> None:
        checkpoints = PostgresCheckpoints(database_url, [ledger()])
        waits = [
            asyncio.create_task(checkpoints.wait("test_ledger", first + number, PATIENCE_S))
            for number in range(1, 31)
        ]
        follower = Follower(ledger(), database_url, log, page_events=4)
        await asyncio.gather(*waits, asyncio.to_thread(follower.catch_up))
        await checkpoints.aclose()

    asyncio.run(wait_for_all())


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
