"""A whole machine is lost, and its book comes back as it was at a moment: from a base backup and the archive."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from infrastructure.embedded.postgres import PostgresServer
from tests.processes import Up, daybook, wait_until
from tests.signed_in import Door, SignedIn
from tests.sites import AN_EXPENSE


@pytest.fixture
def home(servers_home: Path) -> Iterator[Path]:
    """A home that PostgreSQL's user can reach, and beside it whatever is kept of it."""
    folder = servers_home / f"point-{uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    yield folder / "home"
    PostgresServer(folder / "home").stop()  # takes away the folder of its sockets
    shutil.rmtree(folder)


def record(up: Up, project: str) -> httpx.Response:
    url = PostgresServer(up.home).url()
    auth = SignedIn(Door({"DAYBOOK_HOME": str(up.home), "DATABASE_URL": url}))
    body = {**AN_EXPENSE, "project_name": project}
    return httpx.post(f"{up.url}/expenses", json=body, auth=auth, timeout=120).raise_for_status()


def projects(up: Up) -> set[str]:
    return {row["project_name"] for row in up.get("/expenses?limit=200")["data"]}


def test_a_book_goes_back_to_a_moment(home: Path) -> None:
    archive, base = home.parent / "archive", home.parent / "base"
    settings = {"DAYBOOK_HOME": str(home), "DAYBOOK_ARCHIVE": str(archive)}
    with Up(home, "--no-sample", DAYBOOK_ARCHIVE=str(archive)) as up:
        up.ready()
        record(up, "before the backup")
        made = daybook("backup", "--base", str(base), settings=settings)
        assert made.returncode == 0, made.stderr
        last = record(up, "to be kept").headers["daybook-position"]
        epoch = up.get("/health/ready")["epoch"]
        moment = datetime.now(UTC)
        record(up, "a mistake")
        up.get("/events?limit=1")
        _archive_what_was_written(home)
    lost = PostgresServer(home).data
    there = daybook("restore", str(base), settings=settings)
    assert "move them away" in there.stderr
    shutil.rmtree(lost)

    for year, told in ((2020, "no moment before that"), (2100, "do not lead to")):
        never = ("--to", f"{year}-01-01T00:00:00Z")
        refused = daybook("restore", str(base), *never, settings=settings)
        assert refused.returncode == 1
        assert told in refused.stderr
        assert not lost.exists(), "what cannot be recovered leaves nothing behind"
    restored = daybook("restore", str(base), "--to", moment.isoformat(), settings=settings)
    assert restored.returncode == 0, restored.stderr
    assert f"restored up to position {int(last):,};" in restored.stdout

    with Up(home, "--no-sample", DAYBOOK_ARCHIVE=str(archive)) as up:
        up.ready()
        wait_until(lambda: "to be kept" in projects(up), "the read model")
        assert projects(up) == {"before the backup", "to be kept"}
        verified = daybook("projections", "verify", settings=settings)
        assert verified.returncode == 0, verified.stdout
        assert daybook("reactions", "verify", settings=settings).returncode == 0
        assert up.get("/health/ready")["epoch"] != epoch
        auth = SignedIn(
            Door({"DAYBOOK_HOME": str(home), "DATABASE_URL": PostgresServer(home).url()})
        )
        follower = {"Last-Event-ID": f"{int(last) + 1}@{epoch}"}
        gone = httpx.get(f"{up.url}/events/stream", headers=follower, auth=auth, timeout=120)
        assert (gone.status_code, gone.json()["code"]) == (410, "epoch_changed")
        again = record(up, "after all").headers["daybook-position"]
        assert int(again) > int(last), "the book goes on, at positions given anew"


def _archive_what_was_written(home: Path) -> None:
    """A machine that is lost at once loses what was not archived yet: five minutes at most. Here nothing is to be."""
    with psycopg.connect(PostgresServer(home).url(), autocommit=True) as connection:
        name = connection.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchone()
        archived = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
        wait_until(lambda: connection.execute(archived, name).fetchone() == (True,), "the archive")
