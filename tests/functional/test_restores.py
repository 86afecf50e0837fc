"""A book that is restored into an empty server works: by Daybook's own commands, and by PostgreSQL's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from domain.shared.errors import Unavailable
from infrastructure.backups import tools
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.asking import Caller, problem
from tests.paying import PayingBank
from tests.people import let_choose, signs_in
from tests.processes import daybook, wait_until
from tests.signed_in import SECOND_OPERATOR
from tests.sites import Site, a_site, running_site

Settings = Mapping[str, str]


def succeeds(*arguments: str, settings: Settings) -> str:
    done = daybook(*arguments, settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(*arguments: str, settings: Settings) -> str:
    done = daybook(*arguments, settings=settings)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def empty(private_postgres: PostgresServer, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a database without anything of ours, on another server."""
    return {
        "DATABASE_URL": private_postgres.url(),
        "REDIS_URL": redis_url,
        "DAYBOOK_HOME": str(tmp_path),
    }


def by_daybook(source: Settings, target: Settings, folder: Path) -> None:
    told = succeeds("backup", str(folder), settings=source)
    position = told.split("position ")[1].split(",")[0]
    assert f"restored up to position {position}" in succeeds(
        "restore", str(folder), settings=target
    )
    assert {path.stat().st_mode & 0o077 for path in (folder, folder / "daybook.dump")} == {0}


def by_postgresql(source: Settings, target: Settings, folder: Path) -> None:
    """The documented way: a plain dump of the schema of the log, and of nothing else."""
    with psycopg.connect(target["DATABASE_URL"]) as connection:
        version = connection.info.server_version
    dump = ("--format=custom", "--schema=daybook", f"--file={folder}")
    tools.run(tools.program("pg_dump", version), *dump, database_url=source["DATABASE_URL"])
    restore = ("--exit-on-error", "--no-owner", "--no-privileges", "--dbname=postgres", str(folder))
    tools.run(tools.program("pg_restore", version), *restore, database_url=target["DATABASE_URL"])
    succeeds("migrate", settings=target)
    succeeds("log", "renew", "restored by pg_restore", settings=target)


@pytest.mark.parametrize("way", [by_daybook, by_postgresql])
def test_a_book_restored_into_an_empty_server_works(
    way: Callable[[Settings, Settings, Path], None],
    site: Site,
    bank: PayingBank,
    empty: dict[str, str],
    valkey: ValkeyServer,
    tmp_path: Path,
) -> None:
    paid = bank.paid_until("settled")
    email = f"olga-{uuid4().hex[:12]}@daybook.example"
    pair = _a_session(site, email)
    followed = site.http.get("/events?limit=1")
    epoch, cursor = followed.headers["daybook-epoch"], followed.json()["page"]["next"]
    way(site.settings, empty, tmp_path / "backup")
    told = daybook("projections", "status", settings=empty)
    assert told.stdout.count("missing") >= 10
    assert "builds them anew" in told.stdout
    with psycopg.connect(empty["DATABASE_URL"]) as connection:
        heard = connection.execute("SELECT name FROM daybook.heartbeats").fetchall()
    assert heard == [], "nobody is silent who never ran here"
    with running_site(empty["DATABASE_URL"], valkey.url(), tmp_path) as restored:
        succeeds("projections", "verify", settings=restored.settings)
        succeeds("reactions", "verify", settings=restored.settings)
        with closing(PayingBank(restored)) as another:
            assert another.status(another.paid_until("settled")) == "settled"
        payment = restored.http.get(f"/payments/{paid.payment}").json()
        assert payment["status"] == "settled"
        _is_told_of_the_epoch(restored, epoch, cursor)
        refresh = {"refresh_token": pair["refresh_token"]}
        answer = httpx.post(f"{restored.url}/auth/refresh", json=refresh, timeout=120)
        assert answer.status_code == 401, "everybody signs in again"
        assert signs_in(restored, email).status_code == 200
    assert "the epoch now" in succeeds("log", "epochs", settings=empty)


def _a_session(site: Site, email: str) -> dict[str, str]:
    body = {"email": email, "name": "Olga Op", "role": "operator"}
    waiting = site.http.post("/users", json=body)
    assert waiting.status_code == 202
    second = Caller(site, SECOND_OPERATOR)
    assert second.post(f"{waiting.headers['Location']}/confirm").status_code == 200
    let_choose(site, email)
    pair: dict[str, str] = signs_in(site, email).json()
    return pair


def _is_told_of_the_epoch(restored: Site, epoch: str, cursor: str) -> None:
    now = restored.http.get("/health/ready").json()["epoch"]
    assert now != epoch
    headers = {"Last-Event-ID": f"1@{epoch}"}
    refused = restored.http.get("/events/stream", headers=headers)
    problem(refused, 410, "epoch_changed", was=epoch, epoch=now)
    problem(restored.http.get(f"/events?limit=1&cursor={cursor}"), 410, "epoch_changed")


@pytest.fixture
def young(postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Site]:
    """A Daybook in which nothing waits: an open reaction holds back what is archived."""
    with a_site(postgres, valkey, tmp_path / "young") as running:
        yield running


def test_a_book_of_which_some_is_archived_says_so_and_works_once_that_is_attached(
    young: Site, empty: dict[str, str], valkey: ValkeyServer, tmp_path: Path
) -> None:
    site = young
    handed_in = site.record(amount="77.30")
    site.http.get("/expenses", headers=site.after(handed_in)).raise_for_status()
    before = str(handed_in.json()["id"] + 1)
    archives, backup = str(tmp_path / "archives"), str(tmp_path / "backup")
    archive = ("log", "archive", archives, "--before", before)
    done = wait_until(
        lambda: (it := daybook(*archive, settings=site.settings)).returncode == 0 and it, "archive"
    )
    file = done.stderr.split()[-1]
    succeeds("backup", backup, settings=site.settings)
    succeeds("log", "attach", file, settings=site.settings)
    assert file in succeeds("restore", backup, settings=empty).split("daybook log attach")[1]
    assert "was archived to a file" in refused("events", "export", settings=empty)
    succeeds("log", "attach", file, settings=empty)
    with running_site(empty["DATABASE_URL"], valkey.url(), tmp_path) as restored:
        succeeds("projections", "verify", settings=restored.settings)
        found = restored.http.get("/expenses", params={"amount": "77.30"}).json()["data"]
        assert [each["id"] for each in found] == [handed_in.json()["id"]]


def test_read_models_that_were_dumped_too_are_live_at_once(
    site: Site, empty: dict[str, str], tmp_path: Path
) -> None:
    """A plain dump of the whole database keeps the tables and what vouches for them."""
    site.http.get("/expenses", headers=site.after(site.record()))
    with psycopg.connect(empty["DATABASE_URL"]) as connection:
        version = connection.info.server_version
    file = tmp_path / "whole.dump"
    tools.run(
        tools.program("pg_dump", version),
        "--format=custom",
        f"--file={file}",
        database_url=site.settings["DATABASE_URL"],
    )
    restore = ("--exit-on-error", "--no-owner", "--no-privileges", "--dbname=postgres", str(file))
    tools.run(tools.program("pg_restore", version), *restore, database_url=empty["DATABASE_URL"])
    succeeds("migrate", settings=empty)
    told = succeeds("projections", "status", settings=empty)
    assert "missing" not in told
    succeeds("projections", "verify", "expenses", settings=empty)


def test_what_stands_in_the_way_of_a_restore_is_said_and_nothing_is_done(
    site: Site, empty: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert "no whole backup" in refused("restore", str(tmp_path), settings=empty)
    succeeds("backup", str(folder), settings=site.settings)
    assert "is not empty" in refused("backup", str(folder), settings=site.settings)
    told = refused("restore", str(folder), settings=site.settings)
    assert "has the schemas daybook, read, simbank already" in told
    moment = ("--to", "2026-11-22T09:30:00+01:00")
    assert "of one moment" in refused("restore", str(folder), *moment, settings=empty)
    assert "with its offset" in refused("restore", str(folder), "--to", "noon", settings=empty)
    assert "archive" in refused("backup", "--base", str(tmp_path / "base"), settings=site.settings)
    dump = folder / "daybook.dump"
    dump.write_bytes(dump.read_bytes()[:-1000])
    assert "its digest is another" in refused("restore", str(folder), settings=empty)
    with psycopg.connect(empty["DATABASE_URL"]) as connection:
        made = connection.execute("SELECT to_regnamespace('daybook')").fetchone()
    assert made == (None,)


def test_programs_that_are_too_old_are_named() -> None:
    with pytest.raises(Unavailable, match=r"pg_dump of PostgreSQL 99 or later .* found pg_dump of"):
        tools.program("pg_dump", 990_000)


@pytest.mark.parametrize(
    "arguments",
    [
        ("projections", "status"),
        ("events", "tail", "--no-follow"),
        ("reactions", "list"),
        ("log", "epochs"),
        ("token", "--as", "operator"),
        ("backup", "nowhere"),
    ],
)
def test_nothing_but_migrate_makes_a_schema(
    arguments: tuple[str, ...], empty: dict[str, str]
) -> None:
    done = daybook(*arguments, settings=empty)
    assert done.returncode == 3, done.stdout
    assert "run `daybook migrate`" in done.stderr
    with psycopg.connect(empty["DATABASE_URL"]) as connection:
        made = connection.execute("SELECT to_regnamespace('daybook')").fetchone()
    assert made == (None,)
