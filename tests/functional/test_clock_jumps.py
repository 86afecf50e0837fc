"""A clock of the database that is set a day ahead and back: what comes after it is recorded at its own time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import psycopg
import pytest

from application.shared.ports import Append
from infrastructure.shared.event_log.clock import jumps
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from tests.facts import a_cause
from tests.following import book
from tests.ledgers import expected, held, ledger

DAY = timedelta(days=1)


def set_clock(database_url: str, ahead: timedelta) -> None:
    """Set the clock of this database ahead, or back by a negative time."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION daybook.clock() RETURNS timestamptz LANGUAGE sql AS"
            f" $$ SELECT clock_timestamp() + interval '{ahead.total_seconds()} seconds' $$".encode()
        )


def ahead_of_now(log: PostgresEventLog) -> list[timedelta]:
    """How far ahead of the present each event was recorded, to the minute."""
    now = datetime.now(UTC)
    minutes = [(it.recorded_at - now).total_seconds() / 60 for it in log.page(0, 100).events]
    return [timedelta(minutes=round(each)) for each in minutes]


def test_events_after_a_jump_are_not_a_day_ahead(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    set_clock(database_url, DAY)
    book(log, 2)
    book(log, 3)
    assert ahead_of_now(log) == [timedelta(0), DAY, DAY]
    set_clock(database_url, timedelta(0))
    book(log, 4)
    book(log, 5)
    assert ahead_of_now(log) == [timedelta(0), DAY, DAY, timedelta(0), timedelta(0)]
    (jump,) = jumps(database_url)
    assert jump.position == 3
    assert timedelta(hours=23) < jump.ahead <= DAY
    assert abs(jump.seen_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_clock_that_is_set_back_a_little_does_not_run_against_the_positions(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    set_clock(database_url, timedelta(hours=-1))  # seen as: it was an hour ahead
    book(log, 2)
    set_clock(database_url, timedelta(hours=-1, seconds=-3))
    for number in range(3, 8):
        book(log, number)
    moments = [it.recorded_at for it in log.page(1, 100).events]
    assert all(one <= next_one for one, next_one in pairwise(moments))
    assert [jump.position for jump in jumps(database_url)] == [1]


def test_an_import_after_a_jump_is_recorded_at_its_own_time(
    log: PostgresEventLog, database_url: str
) -> None:
    set_clock(database_url, DAY)
    book(log, 1)
    set_clock(database_url, timedelta(0))
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "bank.deactivated.v1", "{}")
        bulk.finish(Append(streams=(), cause=a_cause()))
    book(log, 2)
    assert ahead_of_now(log) == [DAY, timedelta(0), timedelta(0)]


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_what_is_found_by_time_and_followed_by_position_is_all_there(
    log: PostgresEventLog, database_url: str, ahead: timedelta
) -> None:
    for shift in (timedelta(0), ahead, timedelta(0)):
        set_clock(database_url, shift)
        for number in range(1, 4):
            book(log, number)
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT brin_summarize_new_values('daybook.events_audit')")
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("SET LOCAL enable_indexscan = off")
        found = connection.execute(
            "SELECT position FROM daybook.events WHERE recorded_at BETWEEN clock_timestamp() - interval '1 hour'"
            " AND clock_timestamp() + interval '1 hour' ORDER BY position"
        ).fetchall()
    assert [position for (position,) in found] == [1, 2, 3, 7, 8, 9]
    assert Follower(ledger(), database_url, log).catch_up() == 9
    assert held(database_url) == expected(log.page(0, 1000).events)
