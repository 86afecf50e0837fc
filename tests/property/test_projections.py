"""However the log is cut into pages, and wherever the work is interrupted, the same rows come out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from threading import Event
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from application.shared.ports import Append, StreamAppend
from domain.imports import ImportReverted
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.connections import connected
from infrastructure.shared.read_store.feeding import PageReader
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.shared.engine import names_of
from tests.drawing import examples
from tests.facts import a_cause, an_expense
from tests.ledgers import expected, held, ledger

NAMES = names_of(ledger())
STREAMS = [uuid5(NAMESPACE_OID, f"account {number}") for number in range(6)]

_expenses = st.builds(
    an_expense,
    amount=st.one_of(
        st.just(Decimal(0)), st.decimals(min_value=-10_000, max_value=10_000, places=2)
    ),
    member_name=st.sampled_from(["Ada", "Grace", "Nobody", "Zoë"]),
    currency=st.sampled_from(["EUR", "USD"]),
    date=st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    project_name=st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8
    ),
)
# What is booked on which account by which run, or a run that is reverted.
_runs = st.sampled_from([uuid5(NAMESPACE_OID, f"run {number}") for number in range(3)])
_reverts = st.builds(ImportReverted, reason=st.sampled_from(["Wrong file", "Ada"]))
_bookings = st.lists(
    st.tuples(
        st.sampled_from(STREAMS), _runs, st.one_of(_expenses, _expenses, _expenses, _reverts)
    ),
    max_size=40,
)
# A session of a projector: pages of so many events, until so many positions have been read; then it is killed.
_sessions = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 60)), max_size=6)


def _book(log: PostgresEventLog, bookings: Sequence[tuple[Any, Any, Any]]) -> None:
    for account, run, fact in bookings:
        stream = run if isinstance(fact, ImportReverted) else account
        append = StreamAppend(stream, len(log.stream_blocking(stream)), (fact,))
        cause = replace(a_cause(), correlation_id=run)
        log.append_blocking(Append(streams=(append,), cause=cause))


def _start_over(database_url: str, log: PostgresEventLog) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM daybook.checkpoints")
    # Live tables are made, empty, by whoever finds no checkpoint; the log is not read for it.
    with connected(database_url, "test") as connection:
        assert Follower(ledger(), database_url, log).is_in_place(connection)


def _feed(database_url: str, log: PostgresEventLog, page_events: int, until: int) -> None:
    """One session of a projector, which ends at the first page that reaches `until`."""
    reader = PageReader(log, page_events=page_events)
    with connected(database_url, "test") as connection:
        feeder = Follower(ledger(), database_url, log).open(connection)
        for batch in reader.pages(NAMES, feeder.position, Event()):
            feeder.apply(batch)
            if feeder.position >= until:
                break
    reader.close()


_few = settings(max_examples=examples(25))


@_few
@given(bookings=_bookings, sessions=_sessions)
def test_pages_and_restarts_make_no_difference(
    database_url: str,
    log: PostgresEventLog,
    bookings: list[tuple[Any, Any, Any]],
    sessions: list[tuple[int, int]],
) -> None:
    _book(log, bookings)  # the log keeps those of the examples before
    _start_over(database_url, log)
    position = 0
    for page_events, positions in sessions:
        position += positions
        _feed(database_url, log, page_events, position)
    Follower(ledger(), database_url, log).catch_up()
    assert held(database_url) == expected(log.page(0, 100_000).events)
    # A verification is a first load, without indexes; with small pages it has to come back to rows it wrote.
    assert PostgresReadModels(database_url, log, [ledger()]).verify("test_ledger").equal


@_few
@given(
    bookings=_bookings,
    page_events=st.integers(1, 25),
    written=st.integers(0, 60),
    from_there=st.integers(0, 60),
)
def test_pages_that_come_again_change_nothing(
    database_url: str,
    log: PostgresEventLog,
    bookings: list[tuple[Any, Any, Any]],
    page_events: int,
    written: int,
    from_there: int,
) -> None:
    _book(log, bookings)
    _start_over(database_url, log)
    _feed(database_url, log, page_events, written)
    reader = PageReader(log, page_events=page_events)
    with connected(database_url, "test") as connection:
        feeder = Follower(ledger(), database_url, log).open(connection)
        for batch in reader.pages(NAMES, min(from_there, feeder.position), Event()):
            feeder.apply(batch)
    reader.close()
    assert held(database_url) == expected(log.page(0, 100_000).events)
