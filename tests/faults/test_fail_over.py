"""A primary killed under load, its synchronous standby promoted: what was acknowledged is there, once."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from urllib.parse import quote
from uuid import uuid4

import httpx
import psycopg
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from tests.facts import eventually
from tests.processes import wait_until
from tests.sites import AN_EXPENSE, Site, running_site
from tests.standbys import a_standby

CLIENTS = 4
BEFORE, AFTER = 60, 60
_SETTINGS = {"shared_buffers": "32MB", "fsync": "off", "max_connections": "150"}
_RECORDED = """
    SELECT stream_id::text FROM daybook.events WHERE name LIKE 'expense.recorded.%' ORDER BY position
"""


class Pair:
    """A site whose addresses name two servers, of which one takes writes."""

    def __init__(self, site: Site, primary: PostgresServer, standby: PostgresServer) -> None:
        self.site = site
        self.primary = primary
        self.standby = standby


@pytest.fixture
def pair(
    servers_home: Path, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    homes = [servers_home / f"{name}-{uuid4().hex[:8]}" for name in ("first", "second")]
    with ExitStack() as stack:
        for home in homes:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        primary = PostgresServer(homes[0], _SETTINGS).start()
        stack.callback(primary.stop)
        with psycopg.connect(primary.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE daybook")
            migrate(primary.url("daybook"))
            standby = stack.enter_context(a_standby(primary, homes[1], "second"))
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'")
            connection.execute("SELECT pg_reload_conf()")
        wait_until(lambda: _is_synchronous(primary), "the synchronous standby")
        site = running_site(
            _either(primary, standby),
            valkey.url(),
            tmp_path_factory.mktemp("pair"),
            DAYBOOK_API_WORKERS="1",
        )
        yield Pair(stack.enter_context(site), primary, standby)


def _is_synchronous(primary: PostgresServer) -> bool:
    with psycopg.connect(primary.url()) as connection:
        row = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchone()
    return row == ("sync",)


def _either(*servers: PostgresServer) -> str:
    """The address of whichever of them takes writes."""
    hosts = [psycopg.conninfo.conninfo_to_dict(each.url())["host"] for each in servers]
    told = quote(",".join(map(str, hosts)), safe="/,")
    return f"postgresql://postgres@/daybook?host={told}&target_session_attrs=read-write"


def test_what_was_acknowledged_is_there_once_after_a_fail_over(pair: Pair) -> None:
    acknowledged: list[str] = []
    enough = Event()

    def records() -> None:
        while not enough.is_set():
            acknowledged.append(_recorded(pair.site))

    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(records) for _ in range(CLIENTS)]
        try:
            eventually(lambda: len(acknowledged) >= BEFORE, "requests before")
            pair.primary.kill()
            with psycopg.connect(pair.standby.url(), autocommit=True) as connection:
                connection.execute("SELECT pg_promote()")
            until = len(acknowledged) + CLIENTS + AFTER
            eventually(lambda: len(acknowledged) >= until, "requests after")
        finally:
            enough.set()
        for client in clients:
            client.result()
    with psycopg.connect(pair.standby.url("daybook")) as connection:
        recorded = [uid for (uid,) in connection.execute(_RECORDED)]
        head, count = connection.execute(
            "SELECT max(position), count(*) FROM daybook.events"
        ).fetchone() or (0, 1)
    assert set(acknowledged) <= set(recorded)
    assert len(recorded) == len(set(recorded)) == len(acknowledged)
    assert head == count
    wait_until(pair.site.is_ready, "every process")

    def is_shown() -> bool:
        groups = pair.site.http.get("/expenses/aggregates").json()["data"]
        return sum(group["count"] for group in groups) == len(acknowledged)

    eventually(is_shown, "every expense in the read model")


def _recorded(site: Site) -> str:
    """The uid of one expense, recorded by as many attempts as it takes under one key."""
    headers = {"Idempotency-Key": uuid4().hex}

    def answered() -> str | None:
        try:
            answer = site.http.post("/expenses", json=AN_EXPENSE, headers=headers)
        except httpx.TransportError:
            return None
        assert answer.status_code in (201, 503), answer.text
        return str(answer.json()["uid"]) if answer.status_code == 201 else None

    return str(eventually(answered))
