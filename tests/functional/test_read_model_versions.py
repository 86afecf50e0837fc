"""Two versions of a read model side by side: each is fed and read by its own code until one of them is retired."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.errors import Refused, Unavailable
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.query_engine import query_engine
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.waiting import PostgresCheckpoints
from projections.shared.projection import Projection
from projections.shared.query.lists import parse_list
from projections.shared.query.reading import Queries
from tests.facts import eventually
from tests.following import book, checkpoints, column, schemas, status, wait_for, waits_for_a_table
from tests.ledgers import expected, held, ledger, projecting

OLD, NEW = ledger(1), ledger(2)


def follower(projection: Projection, database_url: str, log: PostgresEventLog) -> Follower:
    return Follower(projection, database_url, log)


def models(projection: Projection, database_url: str, log: PostgresEventLog) -> PostgresReadModels:
    return PostgresReadModels(database_url, log, [projection])


@contextmanager
def reading(database_url: str, projection: Projection) -> Iterator[None]:
    """An api process that knows this version, for the length of a block."""
    done = Event()

    async def attend() -> None:
        waiting = PostgresCheckpoints(database_url, [projection])
        waiting.attend()
        while not done.is_set():  # noqa: ASYNC110 - it is set by another thread
            await asyncio.sleep(0.05)
        await waiting.aclose()

    thread = Thread(target=asyncio.run, args=(attend(),))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def is_read(database_url: str) -> bool:
    locks = (
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE d.datname = current_database() AND locktype = 'advisory' AND mode = 'ShareLock'"
    )
    return column(database_url, locks) == [1]


def accounts(database_url: str, *projections: Projection) -> list[int | str]:
    """How many accounts each code is told of by a query, or why it is told nothing."""

    async def ask(queries: Queries, projection: Projection) -> int | str:
        query = parse_list(projection.collection, [("count", "exact")])
        try:
            return (await queries.page(projection.collection, query)).count or 0
        except Unavailable as error:
            return error.code

    async def ask_all() -> list[int | str]:
        engine: AsyncEngine = query_engine(database_url)
        try:
            return [await ask(Queries(engine, {it.name: it.version}), it) for it in projections]
        finally:
            await engine.dispose()

    return asyncio.run(ask_all())


def test_two_versions_are_fed_and_read_each_by_its_own_code(
    log: PostgresEventLog, database_url: str
) -> None:
    for number in range(1, 30):
        book(log, number)
    with projecting(database_url, log, follower(OLD, database_url, log)):
        wait_for(database_url, OLD, log.head())
        assert status(database_url, NEW).state == "building"
        assert status(database_url, NEW).is_left_to_others, "another process serves it meanwhile"
        assert accounts(database_url, OLD, NEW) == [29, "not_built"]
        with projecting(database_url, log, follower(NEW, database_url, log)):
            eventually(lambda: status(database_url, NEW).state == "live")
            for _ in range(3):
                head = book(log, 1)
                wait_for(database_url, OLD, head)
                wait_for(database_url, NEW, head)
            assert accounts(database_url, OLD, NEW) == [32, 32]
            for mine, other in ((OLD, NEW), (NEW, OLD)):
                told = status(database_url, mine)
                assert (told.state, told.lag, told.is_left_to_others) == ("live", 0, False)
                assert [(it.version, it.is_followed) for it in told.others] == [
                    (other.version, True)
                ]
    whole = expected(log.page(0, 1000).events)
    assert held(database_url, "read") == held(database_url, "read_v2") == whole
    for one in (OLD, NEW):
        assert models(one, database_url, log).verify("test_ledger").equal
        assert models(one, database_url, log).rebuild("test_ledger").version == one.version
    assert checkpoints(database_url) == {"test_ledger": head, "test_ledger@2": head}
    assert schemas(database_url) == ["daybook", "public", "read", "read_v2", "simbank"]


def test_going_back_costs_nothing_and_what_nobody_follows_is_told(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(OLD, database_url, log).catch_up()
    follower(NEW, database_url, log).catch_up()
    before = _table_ids(database_url)
    with projecting(database_url, log, follower(NEW, database_url, log)):
        wait_for(database_url, NEW, book(log, 2))
        eventually(lambda: status(database_url, NEW).silent_s is not None)
        (other,) = status(database_url, NEW).others
        assert (other.version, other.lag, other.is_followed) == (1, 1, False)
        assert other.size > 0
    with projecting(database_url, log, follower(OLD, database_url, log)):
        wait_for(database_url, OLD, log.head())
        assert accounts(database_url, OLD) == [2]
    assert _table_ids(database_url) == before, "nothing was built anew"


def test_retiring_leaves_the_usual_place_to_the_version_that_stays(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(OLD, database_url, log).catch_up()
    with projecting(database_url, log, follower(NEW, database_url, log)):
        eventually(lambda: status(database_url, NEW).state == "live")
        (gone,) = models(NEW, database_url, log).retire()
        assert (gone.projection, gone.version) == ("test_ledger", 1)
        assert gone.size > 0
        wait_for(database_url, NEW, book(log, 2))
        assert accounts(database_url, NEW) == [2]
        assert status(database_url, NEW).others == ()
        assert models(NEW, database_url, log).retire() == []
    assert held(database_url) == expected(log.page(0, 1000).events)
    assert checkpoints(database_url) == {"test_ledger": 2}
    assert schemas(database_url) == ["daybook", "public", "read", "simbank"]
    assert models(NEW, database_url, log).verify("test_ledger").equal


def test_code_that_went_back_retires_the_newer_version(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(OLD, database_url, log).catch_up()
    follower(NEW, database_url, log).catch_up()
    (gone,) = models(OLD, database_url, log).retire(["test_ledger"])
    assert gone.version == 2
    assert accounts(database_url, OLD, NEW) == [1, "not_built"]
    assert schemas(database_url) == ["daybook", "public", "read", "simbank"]
    follower(NEW, database_url, log).catch_up()
    assert accounts(database_url, OLD, NEW) == [1, 1], "code that comes again builds its own again"


def test_a_version_in_use_is_retired_by_force_only(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(NEW, database_url, log).catch_up()
    with projecting(database_url, log, follower(OLD, database_url, log)):
        eventually(lambda: status(database_url, OLD).silent_s is not None)
        wait_for(database_url, OLD, 1)
        with pytest.raises(Refused, match="a projector follows the log for test_ledger version 1"):
            models(NEW, database_url, log).retire()
    # A process that just ended may be on its way back.
    with pytest.raises(Refused, match="follows the log"):
        models(NEW, database_url, log).retire()
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM daybook.heartbeats")
    with reading(database_url, OLD):
        eventually(lambda: is_read(database_url))
        with pytest.raises(Refused, match="an api answers from test_ledger version 1") as refused:
            models(NEW, database_url, log).retire()
        assert refused.value.code == "version_in_use"
        assert accounts(database_url, OLD, NEW) == [1, 1], "nothing was removed"
        assert [it.version for it in models(NEW, database_url, log).retire(force=True)] == [1]
    assert accounts(database_url, OLD, NEW) == ["not_built", 1]


def test_nothing_is_retired_for_a_version_that_is_not_there(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(OLD, database_url, log).catch_up()
    for force in (False, True):
        with pytest.raises(Refused, match="not live in version 2") as refused:
            models(NEW, database_url, log).retire(force=force)
        assert refused.value.code == "not_built"
    with pytest.raises(Exception, match="no projection 'ledger'"):
        models(NEW, database_url, log).retire(["ledger"])
    assert accounts(database_url, OLD) == [1]


def test_a_read_model_that_the_code_has_no_more_is_retired(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(OLD, database_url, log).catch_up()
    (gone,) = PostgresReadModels(database_url, log, []).retire()
    assert (gone.projection, gone.version) == ("test_ledger", 1)
    assert _table_ids(database_url) == set()


def test_retiring_waits_for_queries_and_no_query_fails_meanwhile(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    follower(OLD, database_url, log).catch_up()
    follower(NEW, database_url, log).catch_up()
    done, counts, failures = Event(), list[int](), list[str]()

    async def ask() -> None:
        engine = query_engine(database_url)
        queries = Queries(engine, {NEW.name: NEW.version})
        query = parse_list(NEW.collection, [("count", "exact")])
        while not done.is_set():
            try:
                counts.append((await queries.page(NEW.collection, query)).count or 0)
            except Exception as error:  # noqa: BLE001 - told where the test can see it
                failures.append(str(error))
        await engine.dispose()

    asking = Thread(target=asyncio.run, args=(ask(),))
    asking.start()
    retiring = Thread(target=models(NEW, database_url, log).retire)
    try:
        eventually(lambda: bool(counts))
        with psycopg.connect(database_url) as holder:
            holder.execute("SELECT * FROM read_v2.test_accounts")
            retiring.start()
            with psycopg.connect(database_url, autocommit=True) as watching:
                eventually(lambda: waits_for_a_table(watching))
        retiring.join()
        before = len(counts)
        eventually(lambda: len(counts) > before + 20 or bool(failures))
    finally:
        done.set()
        asking.join()
    assert failures == []
    assert set(counts) == {1}
    assert column(database_url, "SELECT version FROM daybook.checkpoints") == [2]


def _table_ids(database_url: str) -> set[int]:
    return set(column(database_url, "SELECT oid FROM pg_class WHERE relname LIKE 'test_%'"))
