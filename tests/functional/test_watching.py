"""What a running Daybook measures of itself, as a scraper sees it, and the alarms that go off on it.

Each alarm is seen to go off when its fault is there, and to be quiet before and after.
"""

import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import eventually
from tests.observing import ROOT, SCRAPED, alarms, panels
from tests.processes import family
from tests.promql import grouping, selectors
from tests.seconding import posted
from tests.watching import TELLING, Watched, a_watched_site

A_REACTION = """
    INSERT INTO daybook.reactions
        (uid, policy, kind, subject, position, correlation_id, payload, state, due_at, lane)
    SELECT gen_random_uuid(), 'a_test', 'unheard_of', gen_random_uuid(), 1, gen_random_uuid(), '{}', 'pending',
           clock_timestamp() - interval '1 hour', 'mail'
"""
NO_REACTION = "DELETE FROM daybook.reactions WHERE policy = 'a_test'"


@pytest.fixture(scope="module")
def watched(servers_home: Path) -> Iterator[Watched]:
    home = servers_home / f"watched-{uuid4().hex[:8]}"
    home.mkdir()
    with a_watched_site(home) as running:
        yield running


def test_appends_are_measured_over_all_workers(watched: Watched) -> None:
    count = 'sum(daybook_append_seconds_count{instance="api"})'
    before = watched.number(count)
    for number in range(20):
        assert watched.site.record(amount=f"{number + 1}.00").status_code == 201
    eventually(lambda: watched.number(count) >= before + 20)
    together = 'sum(daybook_append_batch_commands_sum{instance="api"})'
    assert watched.last(together) == watched.last(count)
    assert watched.number('sum(daybook_append_seconds_sum{instance="api"})') > 0


def test_attempts_are_measured_by_kind_and_outcome(watched: Watched) -> None:
    user = {"email": "ada@firm.example", "name": "Ada Holm", "role": "operator"}
    assert posted(watched.site, "/users", user).status_code == 201  # a letter tells her so
    done = 'sum(daybook_reaction_attempts_total{instance="worker", outcome="done"})'
    eventually(lambda: watched.number(done) >= 1)
    with unheard_of(watched):
        # What kind it says it is may be anything; what it is counted as is not.
        parked = 'sum(daybook_reaction_attempts_total{kind="unknown", outcome="parked"})'
        eventually(lambda: watched.number(parked) == 1)
        lane = 'daybook_lane_reactions{lane="mail", state="parked", instance="api"}'
        eventually(lambda: watched.number(lane) == 1)
        attempts = 'sum(daybook_reaction_attempts_total{kind="unknown"})'
        timed = 'sum(daybook_reaction_attempt_seconds_count{kind="unknown"})'
        eventually(lambda: watched.number(attempts) == sum(watched.last(timed).values()))


@contextmanager
def unheard_of(watched: Watched) -> Iterator[None]:
    """A reaction of a kind that nobody can carry out is there meanwhile."""
    watched.execute(A_REACTION)
    try:
        yield
    finally:
        watched.execute(NO_REACTION)


def test_pools_disks_and_servers_are_measured(watched: Watched) -> None:
    watched.site.http.get("/expenses")
    for name in ("queries", "log"):
        size = f'daybook_pool_size{{instance="api", pool="{name}"}}'
        eventually(lambda size=size: watched.number(size) > 0)
    assert watched.number('daybook_pool_size{instance="api", pool="queries"}') == 20
    assert watched.number("sum(daybook_pool_in_use < 0)") == 0
    assert watched.number('daybook_pool_size{instance="projector", pool="log"}') > 0
    assert watched.number('daybook_pool_size{instance="worker", pool="worker"}') > 0
    for instance in ("api", "projector", "worker"):
        assert watched.number(f'daybook_redis_up{{instance="{instance}"}}') == 1
        assert watched.number(f'daybook_database_writable{{instance="{instance}"}}') == 1
        at = f'{{instance="{instance}", folder="home"}}'
        assert (
            0
            < watched.number(f"daybook_disk_free_bytes{at}")
            <= watched.number(f"daybook_disk_size_bytes{at}")
        )


def test_an_operator_sees_what_the_listener_tells(watched: Watched) -> None:
    page = watched.site.http.get("/metrics").text
    for name in ("daybook_append_seconds_bucket", "daybook_pool_size", "daybook_disk_free_bytes"):
        assert f"\n{name}{{" in page
    assert page.count("# TYPE daybook_pool_size ") == 1


def test_a_dead_worker_of_the_api_has_no_pool_any_more(watched: Watched) -> None:
    """What it had counted stays counted."""
    before = watched.number('sum(daybook_append_seconds_count{instance="api"})')
    first = min(family(watched.site.process_id("api")))
    os.kill(first, signal.SIGKILL)
    eventually(lambda: first not in family(watched.site.process_id("api")))
    size = 'daybook_pool_size{instance="api", pool="queries"}'
    eventually(lambda: watched.number(size) == 20)
    assert watched.number('sum(daybook_append_seconds_count{instance="api"})') >= before


def quiet(watched: Watched, name: str) -> bool:
    """Whether an alarm has nothing to tell now."""
    return not watched.found(alarms()[name].expression)


def goes_off(watched: Watched, name: str, poke: Callable[[], object]) -> bool:
    """Whether an alarm has something to tell, at the latest when the fault is met once more."""
    if not quiet(watched, name):
        return True
    poke()
    return not quiet(watched, name)


def is_well(watched: Watched) -> bool:
    """Whether no alarm has anything to tell now; that a disk of this machine is nearly full is not the site's fault."""
    watched.scrape()
    names = FAULTS if watched.disk.may_fill else FAULTS.keys() - ON_A_DISK
    return not any(watched.last(alarms()[name].expression) for name in names)


def is_over(watched: Watched, name: str) -> bool:
    """Whether an alarm has nothing to tell that happened lately, and every process says how things stand."""
    watched.begin_anew()
    reached = watched.number("sum(daybook_database_up)")
    return reached == len(TELLING) and not watched.last(alarms()[name].expression)


def test_no_alarm_goes_off_on_a_site_that_is_well(watched: Watched) -> None:
    watched.begin_anew()
    watched.site.record()
    eventually(lambda: is_well(watched))


Poke = Callable[[], object]


@contextmanager
def a_dead_worker(watched: Watched) -> Iterator[Poke]:
    """What is due waits, and the last sign of life is long ago."""
    watched.site.kill("worker")
    ago = "UPDATE daybook.heartbeats SET at = at - interval '1 hour' WHERE name = 'worker'"
    with unheard_of(watched):
        watched.execute(ago)
        yield bool
    watched.site.begin("worker")


@contextmanager
def a_dead_projector(watched: Watched) -> Iterator[Poke]:
    """What was recorded an hour ago is in no read model."""
    watched.site.kill("projector")
    position = watched.site.record().headers["Daybook-Position"]
    watched.execute(
        f"UPDATE daybook.events SET recorded_at = recorded_at - interval '1 hour' WHERE position = {position};"
        "UPDATE daybook.heartbeats SET at = at - interval '1 hour' WHERE name <> 'worker'"
    )
    yield bool
    watched.site.begin("projector")


@contextmanager
def a_poison_event(watched: Watched) -> Iterator[Poke]:
    """Neither a read model nor the planner can read it; then it is made one that says nothing."""
    log = PostgresEventLog(watched.postgres.url("daybook"))
    bad = StoredEvent(uuid4(), 1, "reimbursement.submitted.v1", b"{}")
    (position,) = log.insert_events([bad])
    log.close()
    yield bool
    watched.execute(
        "UPDATE daybook.events SET name = 'import.reverted.v1', payload = '{\"reason\":\"It was none\"}'::bytea"
        f" WHERE position = {position}"
    )
    watched.site.kill("projector")
    watched.site.begin("projector")


@contextmanager
def reactions_of_no_use(watched: Watched) -> Iterator[Poke]:
    """Nobody can carry them out."""
    with unheard_of(watched):
        yield lambda: watched.execute(A_REACTION)


@contextmanager
def queries_that_are_held_up(watched: Watched) -> Iterator[Poke]:
    """More of them than both workers of the api have connections."""
    with (
        psycopg.connect(watched.postgres.url("daybook")) as holder,
        ThreadPoolExecutor(30) as threads,
    ):
        holder.execute("LOCK TABLE read.expenses IN ACCESS EXCLUSIVE MODE")
        for _ in range(30):
            threads.submit(watched.site.http.get, "/expenses")
        yield bool
        holder.rollback()


@contextmanager
def no_redis(watched: Watched) -> Iterator[Poke]:
    """Valkey is stopped."""
    watched.valkey.stop()
    yield bool
    watched.valkey.start()


@contextmanager
def a_full_disk(watched: Watched) -> Iterator[Poke]:
    """There is no room for what is uploaded."""
    watched.disk.fill()
    rows = "\n".join(["departments,project_name,amount,date,member_name", *["x" * 99] * 40_000])
    yield lambda: watched.site.upload(rows)
    watched.disk.empty()


@contextmanager
def a_log_that_is_held_up(watched: Watched) -> Iterator[Poke]:
    """Somebody else has the lock of the log, so that appends are given up, again and again."""
    ends = Event()

    def record() -> None:
        while not ends.is_set():
            watched.site.record()

    with (
        psycopg.connect(watched.postgres.url("daybook")) as holder,
        ThreadPoolExecutor(1) as threads,
    ):
        holder.execute("SELECT pg_advisory_xact_lock(7016996765293437281)")
        recording = threads.submit(record)
        try:
            yield bool
        finally:
            ends.set()
            holder.rollback()
        recording.result()


@contextmanager
def a_database_to_be_read(watched: Watched) -> Iterator[Poke]:
    """It says of itself that it takes no writes."""
    watched.execute("ALTER DATABASE daybook SET default_transaction_read_only = on")
    yield bool
    watched.execute("ALTER DATABASE daybook RESET default_transaction_read_only")


@contextmanager
def a_database_that_is_away(watched: Watched) -> Iterator[Poke]:
    """PostgreSQL is stopped, and started again."""
    watched.postgres.stop()
    yield bool
    watched.postgres.start()


@contextmanager
def another_history(watched: Watched) -> Iterator[Poke]:
    """PostgreSQL goes on as a standby does that was promoted."""
    watched.postgres.stop()
    signal_file = watched.postgres.data / "recovery.signal"
    signal_file.touch()
    signal_file.chmod(0o666)  # it is PostgreSQL's to take away, whoever that runs as
    watched.postgres.start()
    yield bool


FAULTS: dict[str, Callable[[Watched], AbstractContextManager[Poke]]] = {
    "DaybookDiskFilling": a_full_disk,
    "DaybookDiskFull": a_full_disk,
    "DaybookProcessDown": a_dead_worker,
    "DaybookWorkersSilent": a_dead_worker,
    "DaybookReactionsOverdue": a_dead_worker,
    "DaybookProjectorSilent": a_dead_projector,
    "DaybookPlannerSilent": a_dead_projector,
    "DaybookProjectionLagging": a_dead_projector,
    "DaybookProjectionHalted": a_poison_event,
    "DaybookReactionsHalted": a_poison_event,
    "DaybookReactionsParked": reactions_of_no_use,
    "DaybookAttemptsFailing": reactions_of_no_use,
    "DaybookPoolExhausted": queries_that_are_held_up,
    "DaybookRedisLost": no_redis,
    "DaybookApiErrors": a_log_that_is_held_up,
    "DaybookAppendsSlow": a_log_that_is_held_up,
    "DaybookDatabaseReadOnly": a_database_to_be_read,
    "DaybookDatabaseAway": a_database_that_is_away,
    "DaybookDatabaseFailedOver": another_history,
}
ON_A_DISK = {"DaybookDiskFilling", "DaybookDiskFull"}


ELSEWHERE = {"DaybookReadModelsAway"}
"""Of a server that this site has not: `tests/faults/test_read_servers.py`."""


def test_every_alarm_has_its_fault() -> None:
    assert set(FAULTS) | ELSEWHERE == set(alarms())


@pytest.mark.parametrize("fault", dict.fromkeys(FAULTS.values()), ids=lambda it: it.__name__)
def test_an_alarm_goes_off_while_its_fault_is_there(
    watched: Watched, fault: Callable[[Watched], AbstractContextManager[Poke]]
) -> None:
    """It takes root to have a disk that can be filled."""
    of_it = [name for name, each in FAULTS.items() if each is fault]
    if ON_A_DISK & set(of_it) and not watched.disk.may_fill:
        return
    for name in of_it:
        eventually(lambda name=name: is_over(watched, name), f"no {name}")
    with fault(watched) as poke:
        for name in of_it:
            eventually(lambda name=name: goes_off(watched, name, poke), name)


def test_no_alarm_is_left_once_all_faults_are_gone(watched: Watched) -> None:
    def is_over() -> bool:
        watched.begin_anew()
        return is_well(watched)

    eventually(is_over)


def whole(watched: Watched) -> Mapping[str, set[str]]:
    """All that is measured once every part has had something to do."""
    watched.site.record()
    with unheard_of(watched):
        eventually(lambda: watched.number("daybook_reaction_attempts_total") > 0)
    eventually(lambda: watched.number("daybook_http_requests_total") > 0)
    return watched.measured


def test_what_alarms_and_panels_name_is_measured(watched: Watched) -> None:
    known = whole(watched)
    for rule in alarms().values():
        assert unknown(rule.expression, known) == set(), rule.name
    for title, expressions in panels().items():
        for each in expressions:
            assert unknown(each, known) == set(), title


def test_what_is_measured_is_documented(watched: Watched) -> None:
    known = whole(watched)
    chapter = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = chapter.partition("### What is measured")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(daybook_\w+)`", table))
    parts = ("_bucket", "_sum", "_count", "_created")
    ours = {name for name in known if name.startswith("daybook_")}
    plain = {name for name in ours if not name.endswith(parts)}
    histograms = {name.removesuffix("_bucket") for name in ours if name.endswith("_bucket")}
    assert told == plain | histograms


def unknown(expression: str, known: Mapping[str, set[str]]) -> set[str]:
    """What an expression names that is no metric, or no label of those that it is about."""
    named = [*selectors(expression)]
    strange = {name for name, _ in named if name not in known}
    strange |= {
        label for name, labels in named for label in labels - known.get(name, set()) - SCRAPED
    }
    of_any = set().union(SCRAPED, *(known.get(name, set()) for name, _ in named))
    return strange | (grouping(expression) - of_any)
