"""Read models in another database than the log: what a checkpoint says there, and which log it believes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from application.shared.checkpoints import ProjectionStatus
from application.shared.ports import PositionAhead
from application.shared.sight import see_every_bank
from domain.shared.errors import Unavailable
from infrastructure.backups.epochs import renew
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.feeding import PageReader
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.projecting import Projector
from infrastructure.shared.read_store.query_engine import query_engine
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.waiting import PostgresCheckpoints
from projections.expenses import EXPENSES
from projections.shared.events import EVENTS
from projections.shared.query.lists import parse_list
from projections.shared.query.reading import Queries
from tests.facts import PATIENCE_S, eventually
from tests.following import book
from tests.ledgers import expected, held, in_a_thread, ledger

LEDGER = "test_ledger"


class Apart:
    """A log in one database, and read models in another."""

    def __init__(self, log_url: str, read_url: str) -> None:
        self.log_url = log_url
        self.read_url = read_url
        self.log = PostgresEventLog(log_url)

    def close(self) -> None:
        self.log.close()

    def follower(self) -> Follower:
        return Follower(ledger(), self.read_url, self.log, is_remote=True)

    def models(self) -> PostgresReadModels:
        return PostgresReadModels(self.read_url, self.log, [ledger()], is_remote=True)

    @contextmanager
    def projecting(self) -> Iterator[None]:
        with in_a_thread(Projector(self.read_url, self.log, [self.follower()])):
            yield

    def status(self) -> ProjectionStatus:
        async def ask() -> ProjectionStatus:
            waiting = PostgresCheckpoints(self.read_url, [ledger()], log_url=self.log_url)
            return (await waiting.statuses())[0]

        return asyncio.run(ask())

    def wait_for(self, position: int, timeout_s: float = PATIENCE_S) -> None:
        async def wait() -> None:
            waiting = PostgresCheckpoints(self.read_url, [ledger()], log_url=self.log_url)
            try:
                await waiting.wait(LEDGER, position, timeout_s)
            finally:
                await waiting.aclose()

        asyncio.run(wait())

    def checkpoint(self) -> tuple[int, UUID, str | None]:
        """Position, token of the tables, epoch."""
        with psycopg.connect(self.read_url) as connection:
            row = connection.execute(
                "SELECT position, token, epoch FROM daybook.checkpoints WHERE projection = %s AND slot = 'live'",
                (LEDGER,),
            ).fetchone()
        assert row is not None
        return row

    def says_what_the_log_says(self) -> bool:
        events = self.log.page(0, 1000, names=self.follower().names).events
        return held(self.read_url) == expected(events)


@pytest.fixture
def apart(make_database: Callable[[], str]) -> Iterator[Apart]:
    with closing(Apart(make_database(), make_database())) as made:
        yield made


def elsewhere(log: PostgresEventLog, number: int) -> int:
    """So many events of another application, and the position of the last."""
    events = [StoredEvent(uuid4(), 1, "Elsewhere", b"{}") for _ in range(number)]
    return log.insert_events(events)[-1]


def taken_back(apart: Apart, make_database: Callable[[], str], *, up_to: int) -> Apart:
    """The same read models behind a log that has the first events alone, as after a restore to a moment."""
    other = Apart(make_database(), apart.read_url)
    events = apart.log.page(0, 1000, until=up_to).events
    with psycopg.connect(other.log_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO daybook.events VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    each.position,
                    each.stream_id,
                    each.version,
                    each.name,
                    each.payload,
                    each.actor,
                    each.correlation_id,
                    each.causation_id,
                    each.idempotency_key,
                    each.recorded_at,
                )
                for each in events
            ],
        )
        cursor.execute(
            "INSERT INTO daybook.event_names SELECT name, min(position) FROM daybook.events GROUP BY 1"
        )
    return other


def test_what_is_recorded_is_waited_for_and_read_elsewhere(apart: Apart) -> None:
    with apart.projecting():
        apart.wait_for(book(apart.log, 1, 2))
        apart.wait_for(book(apart.log, 3, 0))
        assert apart.says_what_the_log_says()
        assert apart.models().verify(LEDGER).equal
        assert all(it.equal for it in apart.models().rebuild(LEDGER).comparisons)
        apart.wait_for(book(apart.log, 4))
    assert apart.says_what_the_log_says()
    told = apart.status()
    assert (told.state, told.position, told.lag) == ("live", 5, 0)
    assert apart.checkpoint()[2] == apart.log.epoch()
    with closing(PostgresEventLog(apart.read_url)) as beside:
        assert beside.head() == 0, "the log stays where it is"


def test_a_position_that_the_log_has_not_come_to_is_refused(apart: Apart) -> None:
    book(apart.log, 1)
    apart.follower().catch_up()
    with pytest.raises(PositionAhead):
        apart.wait_for(2)


def test_what_concerns_nobody_is_passed_without_a_follower(apart: Apart) -> None:
    book(apart.log, 1)
    apart.follower().catch_up()
    apart.wait_for(elsewhere(apart.log, 3))
    assert apart.checkpoint()[0] == 1


def test_rows_tell_the_epoch_of_the_log_that_they_follow(apart: Apart) -> None:
    book(apart.log, 1)
    Follower(EXPENSES, apart.read_url, apart.log, is_remote=True).catch_up()

    async def scenario() -> None:
        engine, beside = query_engine(apart.read_url), query_engine(apart.log_url)
        queries = Queries(engine, {EXPENSES.name: EXPENSES.version}, beside)
        try:
            page = await queries.page(EXPENSES.collection, parse_list(EXPENSES.collection, []))
            logged = await queries.page(EVENTS, parse_list(EVENTS, []))
            assert len(page.rows) == len(logged.rows) == 1
            assert page.epoch == logged.epoch == apart.log.epoch()
            assert (page.mark or "").endswith(f".{page.epoch}")
            assert await queries.mark(EXPENSES.collection) == page.mark
        finally:
            await engine.dispose()
            await beside.dispose()

    see_every_bank()
    asyncio.run(scenario())


def test_an_epoch_that_is_only_called_otherwise_costs_nothing(apart: Apart) -> None:
    """As after a standby was promoted that had everything."""
    with apart.projecting():
        apart.wait_for(book(apart.log, 1, 2))
        apart.models().rebuild(LEDGER)
        _, token, epoch = apart.checkpoint()
        renew(apart.log_url, "a standby was promoted")
        eventually(lambda: apart.checkpoint()[2] == apart.log.epoch() != epoch)
        apart.wait_for(book(apart.log, 3))
    assert apart.checkpoint()[1] == token, "nothing was built anew"
    assert apart.says_what_the_log_says()


def test_a_log_that_was_taken_back_is_followed_anew(
    apart: Apart, make_database: Callable[[], str]
) -> None:
    book(apart.log, 1, 2, 3)
    apart.follower().catch_up()
    _, token, _ = apart.checkpoint()
    with closing(taken_back(apart, make_database, up_to=2)) as back:
        book(back.log, 7)
        book(back.log, 8)
        told = back.status()
        assert (told.state, told.position) == ("missing", 0)
        assert "the log as it was before" in (told.error or "")
        with pytest.raises(Unavailable, match="has read up to position 0"):
            back.wait_for(2, timeout_s=0.2)
        with back.projecting():
            back.wait_for(4)
            assert back.status().state == "live"
        assert back.says_what_the_log_says()
        assert back.checkpoint()[1] != token


def test_what_a_lost_tail_did_not_concern_goes_on(
    apart: Apart, make_database: Callable[[], str]
) -> None:
    """What was passed by is read again: where nothing concerned it, there may be something that does now."""
    book(apart.log, 1, 2)
    elsewhere(apart.log, 3)
    apart.follower().catch_up()
    position, token, _ = apart.checkpoint()
    assert position == 5
    with closing(taken_back(apart, make_database, up_to=3)) as back:
        last = book(back.log, 7)
        assert last == 4
        back.follower().catch_up()
        assert back.checkpoint() == (last, token, back.log.epoch())
        assert back.says_what_the_log_says()


def test_tables_of_a_log_beside_them_are_not_taken_for_those_of_another(
    apart: Apart, make_database: Callable[[], str]
) -> None:
    """A copy of a whole server has checkpoints that go with the log beside them."""
    with closing(PostgresEventLog(apart.read_url)) as beside:
        book(beside, 5)
        Follower(ledger(), apart.read_url, beside).catch_up()
    book(apart.log, 1)
    assert apart.status().state == "missing"
    apart.follower().catch_up()
    assert apart.says_what_the_log_says()


def test_a_database_that_turns_out_to_be_that_of_the_log_goes_with_it(database_url: str) -> None:
    """As where the one address was given for both, and then left out."""
    with closing(Apart(database_url, database_url)) as one:
        book(one.log, 1, 2)
        one.follower().catch_up()
        position, token, epoch = one.checkpoint()
        assert epoch == one.log.epoch()
        Follower(ledger(), database_url, one.log).catch_up()
        assert one.checkpoint() == (position, token, None)


def test_no_page_of_another_epoch_is_taken_in(apart: Apart) -> None:
    """Neither one that is read, nor one that was read ahead."""
    book(apart.log, *range(1, 6))
    before = apart.log.epoch()
    with closing(PageReader(apart.log, page_events=2)) as reader:
        pages = reader.pages(apart.follower().names, 0, Event(), epoch=before)
        assert next(pages).until == 2
        renew(apart.log_url, "taken back")
        with pytest.raises(Unavailable, match="another epoch"):
            list(pages)
        with pytest.raises(Unavailable, match="another epoch"):
            next(reader.pages(apart.follower().names, 2, Event(), epoch=before))


def test_whose_server_is_away_is_said(log: PostgresEventLog) -> None:
    models = PostgresReadModels("postgresql://127.0.0.1:1/none", log, [EXPENSES], is_remote=True)
    for ask in (models.rebuild, models.verify, lambda name: models.retire([name])):
        with pytest.raises(Unavailable, match="the server of the read models") as refused:
            ask("expenses")
        assert refused.value.code == "database_unreachable"
