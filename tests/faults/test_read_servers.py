"""A Daybook whose read models are on another server than its log: each of the two restarted, and the other emptied."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from domain.shared.errors import Refused
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.roles import PROCESS_ROLES, check_read_logins
from infrastructure.shared.settings import Settings
from tests.observing import alarms
from tests.processes import daybook, wait_until
from tests.promql import Samples, Scrape, add_samples, evaluated
from tests.sites import AN_EXPENSE, Site, running_site

_SETTINGS = {"shared_buffers": "32MB", "fsync": "off", "max_connections": "100"}


class Split:
    """A site, the server of its log, and that of its read models."""

    def __init__(self, site: Site, log: PostgresServer, read: PostgresServer) -> None:
        self.site = site
        self.log = log
        self.read = read

    def ready(self) -> dict[str, Any]:
        answer = self.site.http.get("/health/ready")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def expenses(self) -> dict[str, Any]:
        """Where that read model stands."""
        told: list[dict[str, Any]] = self.ready()["projections"]
        return next(it for it in told if it["name"] == "expenses")

    def is_well(self) -> bool:
        return self.site.is_ready()

    def seen(self, recorded: httpx.Response) -> bool:
        """Whether a query that waits for it shows what was recorded."""
        answer = self.site.http.get(
            "/expenses", params={"id": recorded.json()["id"]}, headers=self.site.after(recorded)
        )
        return len(answer.json()["data"]) == 1

    def rows(self, server: PostgresServer, statement: str, user: str = "postgres") -> list[Any]:
        url = server.url("daybook", user)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def tokens(self) -> set[Any]:
        """Those of the tables there are: others once they were built anew."""
        return set(
            self.rows(
                self.read,
                "SELECT token FROM daybook.checkpoints WHERE slot = 'live' AND token IS NOT NULL",
            )
        )

    def run(self, *arguments: str) -> str:
        done = daybook(*arguments, settings=self.site.settings)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def split(
    servers_home: Path, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Split]:
    homes = [servers_home / f"{name}-{uuid4().hex[:8]}" for name in ("log", "read")]
    folder = tmp_path_factory.mktemp("split")
    with ExitStack() as stack:
        servers = []
        for home in homes:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            servers.append(PostgresServer(home, _SETTINGS).start())
            stack.callback(servers[-1].stop)
            with psycopg.connect(servers[-1].url(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE daybook")
        log, read = servers
        addresses = {
            "DATABASE_URL": log.url("daybook"),
            "READ_DATABASE_URL": read.url("daybook"),
            "DAYBOOK_API_WORKERS": "1",
        }
        migrated = daybook("migrate", settings=addresses)
        assert migrated.returncode == 0, migrated.stderr
        read_url = addresses["READ_DATABASE_URL"]
        site = stack.enter_context(
            running_site(
                addresses["DATABASE_URL"],
                valkey.url(),
                folder,
                READ_DATABASE_URL=read_url,
                DAYBOOK_API_WORKERS="1",
            )
        )
        yield Split(site, log, read)


@pytest.fixture(autouse=True)
def well(split: Split) -> None:
    wait_until(split.is_well, "both servers, and whoever uses them")


def test_it_works_as_with_one(split: Split) -> None:
    site = split.site
    recorded = site.record()
    assert split.seen(recorded)
    seen = site.http.get("/expenses")
    assert seen.headers["Daybook-Epoch"] == split.ready()["epoch"]
    again = site.http.get("/expenses", headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 304
    for path in ("/events", "/reactions", "/mailbox", "/expenses/facets", "/users"):
        assert site.http.get(path).status_code == 200, path
    history = site.http.get(f"/expenses/{recorded.json()['id']}/history")
    assert len(history.json()["data"]) == 1
    assert "All is well." in split.run("status")
    assert "says what the log says" in split.run("projections", "verify", "expenses")
    assert "is live" in split.run("projections", "rebuild", "expenses")
    asked = site.http.post("/projections/users/replays", json={"purpose": "verify"})
    assert asked.status_code == 202

    def has_ended() -> bool:
        (told,) = site.http.get("/projections/replays").json()["data"]
        return told["ended_at"] is not None and told["differing"] == []

    wait_until(has_ended, "what was asked for")
    assert split.rows(split.read, "SELECT daybook.head()") == [(0,)]
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'read'"
    assert split.rows(split.log, tables) == [(0,)]
    assert split.rows(split.read, tables)[0][0] > 20
    planned = "SELECT projection FROM daybook.checkpoints ORDER BY 1"
    assert split.rows(split.log, planned) == [("reactions",)]
    assert ("reactions",) not in split.rows(split.read, planned)


def test_walls_and_roles_hold_there(split: Split) -> None:
    site, read, application = split.site, split.read, "daybook_application"
    users = site.http.get("/users", headers=site.after(site.record())).json()["data"]
    assert len(users) > 0
    assert split.rows(read, "SELECT uid FROM read.users", application) == []
    assert split.rows(read, "SELECT uid FROM read.users") != []
    for statement in (
        "DELETE FROM read.expenses",
        "UPDATE daybook.checkpoints SET position = 0",
        "CREATE TABLE read.mine (one int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            split.rows(read, statement, application)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        split.rows(read, "DELETE FROM daybook.events", "daybook_projector")
    owner = Settings(
        home=Path(),
        database_url=split.log.url("daybook", application),
        read_url=read.url("daybook"),
    )
    with pytest.raises(Refused, match="postgres of READ_DATABASE_URL is a superuser"):
        check_read_logins(owner, PROCESS_ROLES)


def test_commands_go_on_while_the_read_models_are_away(split: Split) -> None:
    site, tokens = split.site, split.tokens()
    split.read.stop()
    recorded = site.record()
    assert recorded.status_code == 201
    refused = httpx.get(f"{site.url}/expenses", headers=site.authorization())
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    headers = {**site.authorization(), **site.after(recorded)}
    refused = httpx.get(f"{site.url}/expenses", headers=headers)
    assert refused.status_code == 503
    assert refused.json()["detail"] == "the read models cannot be reached now"
    told = split.ready()
    assert told["status"] == "degraded"
    assert {(it["state"], it["error"]) for it in told["projections"]} == {
        ("away", "the server of the read models does not answer")
    }
    page = site.http.get("/metrics").text
    assert "daybook_database_up 1.0" in page
    assert "daybook_projection_position{" not in page
    assert 'daybook_silent_seconds{who="expenses"}' not in page
    status = daybook("status", settings=site.settings)
    assert (status.returncode, status.stdout.count("WRONG: ")) == (1, 1), status.stdout
    assert "nothing is known of" in status.stdout
    assert daybook("projections", "status", settings=site.settings).returncode == 1
    assert is_told_by_an_alarm(page)
    assert site.http.get("/events").status_code == 200
    split.read.start()
    assert split.seen(recorded)
    wait_until(split.is_well, "the server of the read models")
    assert split.tokens() == tokens, "nothing was built anew"
    assert not is_told_by_an_alarm(site.http.get("/metrics").text)


def is_told_by_an_alarm(page: str) -> bool:
    """Whether the alarm about this server goes off by what an api measured."""
    found: Samples = {}
    add_samples(found, page, instance="api")
    return bool(evaluated(alarms()["DaybookReadModelsAway"].expression, [Scrape(0.0, found)]))


def test_the_log_is_waited_for(split: Split) -> None:
    site, tokens, headers = split.site, split.tokens(), split.site.authorization()
    split.log.stop()
    for method, path in (("POST", "/expenses"), ("GET", "/events"), ("GET", "/health/ready")):
        body = AN_EXPENSE if method == "POST" else None
        refused = httpx.request(method, f"{site.url}{path}", json=body, headers=headers, timeout=60)
        assert (refused.status_code, "Retry-After" in refused.headers) == (503, True), path
    split.log.start()
    wait_until(split.is_well, "the server of the log")
    assert split.seen(site.record())
    assert split.tokens() == tokens, "nothing was built anew"


def test_who_is_behind_or_was_emptied_says_so_and_catches_up(split: Split) -> None:
    site = split.site
    site.kill("projector")
    recorded = site.record()
    assert split.expenses()["lag"] > 0
    split.rows(split.read, "DROP SCHEMA read CASCADE")
    told = split.ready()
    assert told["status"] == "degraded"
    assert {it["state"] for it in told["projections"]} == {"missing"}
    assert site.http.get("/expenses").status_code == 503
    assert site.record().status_code == 201
    site.tend("projector")
    assert split.seen(recorded)
    wait_until(split.is_well, "what was built anew")


def test_a_new_server_in_its_place_is_migrated_and_filled(split: Split) -> None:
    site = split.site
    recorded = site.record()
    with psycopg.connect(split.read.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE daybook WITH (FORCE)")
        connection.execute("CREATE DATABASE daybook")
    wait_until(lambda: "daybook migrate" in (split.expenses()["error"] or ""), "what is to be done")
    assert site.record().status_code == 201
    split.run("migrate")
    assert split.seen(recorded)
    wait_until(split.is_well, "what was built anew")


def test_a_log_that_is_of_another_epoch_is_followed_on(split: Split) -> None:
    before, tokens = split.ready()["epoch"], split.tokens()
    split.run("log", "renew", "a standby was promoted")
    assert split.seen(split.site.record())
    epoch = split.ready()["epoch"]
    assert epoch != before
    wait_until(split.is_well, "whoever follows it")
    assert split.site.http.get("/expenses").headers["Daybook-Epoch"] == epoch
    assert split.tokens() == tokens, "nothing was built anew"


def test_a_log_whose_files_are_older_ones_is_not_taken_for_the_same(split: Split) -> None:
    """It says the same epoch: nobody told it that it was taken back."""
    site, data = split.site, split.log.data
    older = data.with_name("older")
    kept = site.record().json()["uid"]
    split.log.stop()
    shutil.copytree(data, older, symlinks=True)
    _owned_alike(data, older)
    split.log.start()
    wait_until(split.is_well, "the server of the log")
    gone = [site.record() for _ in range(5)]
    assert split.seen(gone[-1])
    site.kill("projector")  # somebody is quicker than it is
    split.log.stop()
    shutil.rmtree(data)
    older.rename(data)
    split.log.start()
    wait_until(lambda: site.http.get("/health/ready").status_code == 200, "the older log")
    assert {it["state"] for it in split.ready()["projections"]} != {"live"}
    new = [site.record() for _ in range(8)]
    assert new[-1].headers["Daybook-Position"] > gone[-1].headers["Daybook-Position"]
    site.tend("projector")
    assert split.seen(new[-1])
    wait_until(split.is_well, "what was built anew")
    for uid, is_there in (
        (kept, True),
        *((it.json()["uid"], False) for it in gone),
        *((it.json()["uid"], True) for it in new),
    ):
        (count,) = split.rows(split.read, f"SELECT count(*) FROM read.expenses WHERE uid = '{uid}'")
        assert count == (is_there,)
    split.run("projections", "verify")


def _owned_alike(one: Path, other: Path) -> None:
    """Give a copy of a folder to whom the folder is of."""
    owner = one.stat()
    for path in (other, *other.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
