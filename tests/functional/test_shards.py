"""A copy that several processes fill, each with its streams: byte by byte what one fills, whatever happens to them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg import sql
from structlog.testing import capture_logs

from application.shared.ports import Append, Shard, StreamAppend
from benchmarks.projection_catch_up import fill
from domain.expenses import ExpenseCorrected, ExpenseRecorded, ExpenseVoided
from domain.imports import ImportReverted
from domain.shared.events import Event as Fact
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import connected
from infrastructure.shared.read_store.feeding import Stopped
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.sharding import Shards, ShardTask, pour
from projections.expenses import EXPENSES
from projections.shared.catalog import PROJECTIONS
from projections.shared.engine import PoisonEvent
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf
from tests.facts import a_cause, an_expense, eventually
from tests.following import schemas
from tests.processes import environment, family

PROCESS = "read_store.shard"
MANY = 120_000
OURS = ["daybook", "public", "read", "simbank"]


@contextmanager
def opened(database_url: str) -> Iterator[PostgresEventLog]:
    with closing(PostgresEventLog(database_url)) as log:
        yield log


def shards(count: int, log_url: str, read_url: str | None = None) -> Shards:
    """So many, however few events there are."""
    return Shards(count, log_url, read_url or log_url, least_events=1)


def a_year(log: PostgresEventLog) -> None:
    """Expenses of people and of imports, many corrected or voided, and three of the imports reverted in between."""
    chance, runs, open_streams = Random(15), [uuid4() for _ in range(5)], dict[UUID, int]()

    def tell(stream: UUID, fact: Fact, by: UUID | None) -> None:
        cause = a_cause()
        cause = msgspec.structs.replace(cause, correlation_id=by or cause.correlation_id)
        version = open_streams.get(stream, 0)
        log.append_blocking(Append(streams=(StreamAppend(stream, version, (fact,)),), cause=cause))
        open_streams[stream] = version + 1

    for number in range(400):
        by = chance.choice([None, *runs])
        tell(uuid4(), an_expense(source="manual" if by is None else "export"), by)
        if number % 3 == 0:
            tell(*_change(chance, [*open_streams]))
        if number in (120, 121, 300):
            tell(runs.pop(), ImportReverted(reason="Wrong file"), None)


def _change(chance: Random, streams: Sequence[UUID]) -> tuple[UUID, Fact, None]:
    stream, told = chance.choice(streams), an_expense()
    if chance.random() < 0.3:
        return stream, ExpenseVoided(reason="Twice"), None
    fields = {
        name: getattr(told, name)
        for name in ExpenseCorrected.__struct_fields__
        if name in ExpenseRecorded.__struct_fields__
    }
    return stream, ExpenseCorrected(**fields, reason="A slip"), None


def written(database_url: str, projection: Projection = EXPENSES) -> dict[str, bytes]:
    """Every table as PostgreSQL writes it out, in order."""
    found = {}
    with psycopg.connect(database_url) as connection:
        for table in projection.all_tables:
            rows = sql.SQL("COPY (SELECT * FROM {} t ORDER BY t::text) TO STDOUT").format(
                sql.Identifier("read", table.name)
            )
            with connection.cursor() as cursor, cursor.copy(rows) as copy:
                found[table.name] = b"".join(map(bytes, copy))
    return found


def live(database_url: str) -> tuple[int, str | None]:
    """Position and witness of the live expenses."""
    with connected(database_url, "test") as connection:
        found = checkpoints.read(connection, "expenses", checkpoints.LIVE)
        assert found is not None
        assert found.vouches
        return found.position, found.witness


def left_over(database_url: str) -> list[str]:
    """Schemas and checkpoints that nobody needs any more."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT projection FROM daybook.checkpoints WHERE slot <> 'live'")
        return [name for (name,) in rows] + [it for it in schemas(database_url) if it not in OURS]


def test_any_number_of_shards_writes_what_one_process_writes(
    log: PostgresEventLog, database_url: str
) -> None:
    a_year(log)
    Follower(EXPENSES, database_url, log).catch_up()
    page_by_page, at = written(database_url), live(database_url)
    assert all(page_by_page.values())
    for count in (1, 2, 5):
        models = PostgresReadModels(
            database_url, log, [EXPENSES], shards=shards(count, database_url)
        )
        assert models.verify("expenses").equal
        done = models.rebuild("expenses")
        assert all(each.equal for each in done.comparisons)
        assert (written(database_url), live(database_url)) == (page_by_page, at)
        assert left_over(database_url) == []


def test_a_follower_that_is_far_behind_builds_by_shards_and_goes_on(
    log: PostgresEventLog, database_url: str
) -> None:
    a_year(log)
    follower = Follower(EXPENSES, database_url, log, shards=shards(2, database_url))
    far = Follower(EXPENSES, database_url, log, far_behind_events=1, shards=shards(2, database_url))
    with capture_logs() as said:
        assert far.catch_up() == log.head()
    assert [it["event"] for it in said] == ["projection_rebuilt"]
    more = Append(streams=(StreamAppend(uuid4(), 0, (an_expense(),)),), cause=a_cause())
    log.append_blocking(more)
    assert follower.catch_up() == log.head() == live(database_url)[0]
    assert PostgresReadModels(database_url, log, [EXPENSES]).verify("expenses").equal


def test_read_models_on_another_server_have_the_witness_that_one_process_gives(
    make_database: Callable[[], str],
) -> None:
    log_url, read_url, other_url = make_database(), make_database(), make_database()
    with opened(log_url) as log:
        a_year(log)
        Follower(EXPENSES, read_url, log, is_remote=True).catch_up()
        by_shards = shards(3, log_url, other_url)
        far = Follower(
            EXPENSES, other_url, log, is_remote=True, far_behind_events=1, shards=by_shards
        )
        far.catch_up()
        assert written(other_url) == written(read_url)
        assert live(other_url) == live(read_url)
        assert live(other_url)[1] is not None


def test_what_cannot_be_read_halts_shards_as_it_halts_one(
    log: PostgresEventLog, database_url: str
) -> None:
    a_year(log)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "ALTER TABLE daybook.events DISABLE TRIGGER USER;"
            " UPDATE daybook.events SET payload = '{}' WHERE position = 100"
        )
    models = PostgresReadModels(database_url, log, [EXPENSES], shards=shards(2, database_url))
    with capture_logs() as said, pytest.raises(PoisonEvent, match="position 100"):
        models.rebuild("expenses")
    assert [it["event"] for it in said] == ["shard_failed"]
    assert left_over(database_url) == []


def shard_processes(of: int) -> list[int]:
    """The processes that fill shards for this one."""
    return [pid for pid, command in family(of).items() if PROCESS in command]


def test_a_shard_that_is_killed_costs_time_alone(log: PostgresEventLog, database_url: str) -> None:
    fill(database_url, MANY)
    models = PostgresReadModels(database_url, log, [EXPENSES], shards=shards(2, database_url))
    rebuilding = Thread(target=models.rebuild, args=("expenses",))
    with capture_logs() as said:
        rebuilding.start()
        one = eventually(lambda: _with_rows(database_url) and shard_processes(os.getpid()))
        os.kill(one[0], signal.SIGKILL)
        rebuilding.join()
    assert [it["event"] for it in said] == ["shard_failed"]
    assert shard_processes(os.getpid()) == []
    assert models.verify("expenses").equal
    assert live(database_url)[0] == MANY
    assert left_over(database_url) == []


def _with_rows(database_url: str) -> bool:
    """Whether a shard has begun to write."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT position FROM daybook.checkpoints WHERE projection LIKE '%:expenses' AND position > 0"
        )
        return found.rowcount > 0


def test_shards_end_with_who_is_told_to_stop(log: PostgresEventLog, database_url: str) -> None:
    fill(database_url, MANY)
    models = PostgresReadModels(database_url, log, [EXPENSES], shards=shards(2, database_url))
    stop = Event()

    def progress(position: int, _until: int) -> None:
        if position:
            stop.set()

    with pytest.raises(Stopped):
        models.rebuild("expenses", progress, stop)
    assert shard_processes(os.getpid()) == []
    assert left_over(database_url) == []


BUILD = """
import sys
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.sharding import Shards
from projections.expenses import EXPENSES
url = sys.argv[1]
shards = Shards(2, url, url, least_events=1)
PostgresReadModels(url, PostgresEventLog(url), [EXPENSES], shards=shards).rebuild("expenses")
"""


def test_shards_end_with_who_is_killed_and_the_next_one_clears_up(
    log: PostgresEventLog, database_url: str
) -> None:
    fill(database_url, MANY)
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, database_url], env=environment()
    ) as builder:
        pids = eventually(lambda: _with_rows(database_url) and shard_processes(builder.pid))
        builder.kill()
    eventually(lambda: not any(_is_shard(pid) for pid in pids))
    assert len(left_over(database_url)) > 2
    models = PostgresReadModels(database_url, log, [EXPENSES], shards=shards(3, database_url))
    assert models.rebuild("expenses").position == MANY
    assert models.verify("expenses").equal
    assert left_over(database_url) == []


def _is_shard(pid: int) -> bool:
    try:
        return PROCESS in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def test_rows_are_poured_into_no_other_copy(log: PostgresEventLog, database_url: str) -> None:
    a_year(log)
    Follower(EXPENSES, database_url, log).catch_up()
    before = written(database_url)
    with connected(database_url, "test") as connection:
        checkpoints.put(connection, "expenses", "build", version=3, position=0, state="building")
        begun = checkpoints.read(connection, "expenses", "build")
        assert begun is not None
        checkpoints.put(connection, "expenses", "build", version=3, position=0, state="building")
        task = ShardTask(
            log_url=database_url,
            database_url=database_url,
            shelf=Shelf("expenses", 3, shard="1/2"),
            purpose="build",
            shard=Shard(1, 2),
            until=1,
            begun_at=begun.updated_at,
            epoch=None,
        )
        with pytest.raises(checkpoints.CheckpointLost):
            pour(connection, EXPENSES, task)
    assert written(database_url) == before


def test_rows_that_follow_from_several_streams_are_left_to_one_process() -> None:
    whole = {each.name for each in PROJECTIONS if not each.is_divisible}
    assert whole == {"obligations", "reimbursements"}


def test_one_copy_is_divided_at_a_time_and_small_ones_are_not() -> None:
    several = Shards(2, "", "")
    with several.taken_for(EXPENSES, 500_000) as one, several.taken_for(EXPENSES, 500_000) as other:
        assert (one, other) == (True, False)
    with several.taken_for(EXPENSES, 499_999) as small:
        assert not small
    with several.taken_for(EXPENSES, 500_000) as again:
        assert again


def test_shards_that_cannot_be_begun_are_done_without(
    log: PostgresEventLog, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_year(log)
    models = PostgresReadModels(database_url, log, [EXPENSES], shards=shards(2, database_url))
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    with capture_logs() as said:
        assert models.rebuild("expenses").position == log.head()
    assert [it["event"] for it in said] == ["shard_failed"]
    assert models.verify("expenses").equal
