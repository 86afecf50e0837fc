"""Queries on a real streaming replica: what it has not come to, and what fails there, is answered by the primary."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from application.shared.sight import see_every_bank
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from infrastructure.shared.read_store.query_engine import query_engine
from infrastructure.shared.roles import DatabaseRole
from projections.expenses import EXPENSES
from projections.shared.query.lists import parse_list
from projections.shared.query.reading import Queries
from projections.shared.query.replicas import Replica, Stood
from tests.facts import eventually
from tests.processes import daybook, wait_until
from tests.sites import AN_EXPENSE, Site, running_site
from tests.standbys import a_standby

_SETTINGS = {"shared_buffers": "32MB", "fsync": "off", "max_connections": "150"}
_SCANS = """
    SELECT coalesce(sum(seq_scan + idx_scan), 0) FROM pg_stat_user_tables
    WHERE schemaname = 'read' AND relname = 'expenses'
"""


class Copied:
    """A site, the server of everything, and its replica."""

    def __init__(self, site: Site, primary: PostgresServer, replica: PostgresServer) -> None:
        self.site = site
        self.primary = primary
        self.replica = replica

    def on_replica(self, statement: str) -> Any:
        """What the replica answers a superuser."""
        url = self.replica.url("daybook")
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None

    def answered_there(self) -> bool:
        """Whether one more query is answered by the replica, as far as its own statistics tell by now."""
        before = self.on_replica(_SCANS)
        assert self.site.http.get("/expenses", params={"limit": 1}).status_code == 200
        time.sleep(0.3)
        return bool(self.on_replica(_SCANS) > before)

    def stands_still(self) -> None:
        """The replica takes nothing in, until `goes_on`."""
        self.on_replica("SELECT pg_wal_replay_pause()")
        eventually(lambda: self.on_replica("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def goes_on(self) -> None:
        self.on_replica("SELECT pg_wal_replay_resume()")

    def was_not_used(self, why: str) -> bool:
        """Whether the api has said so."""
        return why in self.site.output.read_text()

    def shown(self, uid: str, **headers: str) -> bool:
        """Whether a query shows the expense."""
        answer = self.site.http.get("/expenses", params={"uid": uid}, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["data"]) == 1


@pytest.fixture(scope="module")
def copied(
    servers_home: Path, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copied]:
    homes = [servers_home / f"{name}-{uuid4().hex[:8]}" for name in ("primary", "replica")]
    with ExitStack() as stack:
        for home in homes:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        primary = PostgresServer(homes[0], _SETTINGS).start()
        stack.callback(primary.stop)
        with psycopg.connect(primary.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE daybook")
        migrate(primary.url("daybook"))
        replica = stack.enter_context(a_standby(primary, homes[1]))
        site = stack.enter_context(
            running_site(
                primary.url("daybook"),
                valkey.url(),
                tmp_path_factory.mktemp("copied"),
                DAYBOOK_REPLICA_URL=replica.url("daybook", DatabaseRole.APPLICATION),
                DAYBOOK_API_WORKERS="1",
            )
        )
        yield Copied(site, primary, replica)


@pytest.fixture(autouse=True)
def well(copied: Copied) -> None:
    wait_until(copied.site.is_ready, "the site")
    eventually(copied.answered_there)


def test_what_was_waited_for_is_seen_though_the_replica_stands_still(copied: Copied) -> None:
    copied.stands_still()
    recorded = copied.site.record()
    uid, after = recorded.json()["uid"], copied.site.after(recorded)
    assert copied.shown(uid, **after)
    one = copied.site.http.get(f"/expenses/{uid}", headers=after)
    assert one.status_code == 200
    asked = {"by": "departments", "uid": uid}
    groups = copied.site.http.get("/expenses/aggregates", params=asked, headers=after)
    assert [group["count"] for group in groups.json()["data"]] == [1]
    lines = copied.site.http.get("/expenses.csv", params={"uid": uid}, headers=after).text
    assert len(lines.splitlines()) == 2
    copied.goes_on()
    eventually(copied.answered_there)
    assert copied.shown(uid)


def test_who_writes_and_asks_at_once_sees_their_own(copied: Copied) -> None:
    """While the replica stops and goes on all the time."""

    def writes(_: int) -> bool:
        recorded = copied.site.record()
        return copied.shown(recorded.json()["uid"], **copied.site.after(recorded))

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(writes, number) for number in range(40)]
        while not all(each.done() for each in done):
            copied.stands_still()
            time.sleep(0.05)
            copied.goes_on()
            time.sleep(0.05)
        assert all(each.result() for each in done)


def test_a_replica_that_nobody_feeds_is_left_alone(copied: Copied) -> None:
    copied.stands_still()
    uid = copied.site.record().json()["uid"]
    eventually(lambda: copied.shown(uid), "the primary's answer")
    copied.goes_on()


def test_a_replica_that_goes_away_costs_no_answer(copied: Copied) -> None:
    copied.replica.stop()
    for _ in range(20):
        recorded = copied.site.record()
        assert copied.shown(recorded.json()["uid"], **copied.site.after(recorded))
        assert copied.site.http.get("/expenses").status_code == 200
    assert copied.site.is_ready()
    copied.replica.start()
    eventually(copied.answered_there)


def test_a_query_that_the_replica_gives_up_is_answered(copied: Copied) -> None:
    """As it does with those that hold up what it has to take in."""
    end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'daybook queries'"
    for _ in range(10):
        copied.on_replica(end)
        assert copied.site.http.get("/expenses").status_code == 200


def test_what_stands_there_from_before_a_rebuild_is_not_shown(copied: Copied) -> None:
    """Nor to who sends a position, which the copy that was thrown away had come to."""
    site = copied.site
    recorded = site.record()
    uid, after = recorded.json()["uid"], site.after(recorded)
    assert copied.shown(uid, **after)
    spoil = f"UPDATE read.expenses SET member_name = 'Nobody' WHERE uid = '{uid}' RETURNING 1"
    with psycopg.connect(copied.primary.url("daybook"), autocommit=True) as connection:
        connection.execute(spoil.encode())
    spoilt = f"SELECT member_name FROM read.expenses WHERE uid = '{uid}'"
    eventually(lambda: copied.on_replica(spoilt) == "Nobody")
    copied.stands_still()
    done = daybook("projections", "rebuild", "expenses", settings=site.settings)
    assert done.returncode == 0, done.stderr

    def told(**headers: str) -> str:
        (row,) = site.http.get("/expenses", params={"uid": uid}, headers=headers).json()["data"]
        return str(row["member_name"])

    eventually(lambda: told() and copied.was_not_used("it stands before a rebuild"))
    assert {told(**each) for each in (after, {}) for _ in range(10)} == {AN_EXPENSE["member_name"]}
    assert copied.on_replica(spoilt) == "Nobody"
    copied.goes_on()


def test_what_stands_there_of_a_log_that_was_taken_back_is_not_shown(copied: Copied) -> None:
    site = copied.site
    before = site.http.get("/expenses").headers["Daybook-Epoch"]
    copied.stands_still()
    done = daybook("log", "renew", "A test took it back.", settings=site.settings)
    assert done.returncode == 0, done.stderr

    why = "it stands before the log was taken back"
    eventually(lambda: site.http.get("/expenses") and copied.was_not_used(why))
    seen = {site.http.get("/expenses").headers["Daybook-Epoch"] for _ in range(10)}
    assert seen == {site.http.get("/health/ready").json()["epoch"]} != {before}
    copied.goes_on()


@pytest.mark.parametrize("where", ["on another server", "on this server"])
def test_a_database_that_is_no_copy_is_not_asked(
    copied: Copied, database_url: str, where: str
) -> None:
    told: list[str] = []
    other_url = database_url
    if where == "on this server":
        name = f"other_{uuid4().hex[:8]}"
        with psycopg.connect(copied.primary.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        migrate(copied.primary.url(name))
        wanted = f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"
        eventually(lambda: copied.on_replica(wanted) == 1)
        other_url = copied.replica.url(name)
        eventually(lambda: is_migrated(other_url))

    async def ask() -> int:
        see_every_bank()
        engine = query_engine(copied.primary.url("daybook"))
        other = query_engine(other_url)
        replica = Replica(other, engine, lambda _: Stood(0, ""), told.append)
        queries = Queries(engine, {EXPENSES.name: EXPENSES.version}, replica=replica)
        collection = EXPENSES.collection
        page = await queries.page(collection, parse_list(collection, [("limit", "1")]))
        for each in (engine, other):
            await each.dispose()
        return len(page.rows)

    assert asyncio.run(ask()) == 1
    assert told == ["it is no copy of the database with the read models"]


def is_migrated(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT daybook.epoch(), witness FROM daybook.checkpoints")
    except psycopg.Error:
        return False
    return True
