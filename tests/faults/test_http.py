"""The HTTP interface while what it stands on goes away, and while it is told to end."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.processes import free_port, lives, wait_until
from tests.sites import Site, process, running_site


@pytest.fixture
def site(private_postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Site]:
    """A Daybook whose database may be killed."""
    with running_site(private_postgres.url("daybook"), valkey.url(), tmp_path) as running:
        yield running


def next_event(lines: Iterator[str]) -> int:
    """The position of the next expense of an open stream; a new book is given its usage types meanwhile."""
    events = (json.loads(it.removeprefix("data: ")) for it in lines if it.startswith("data: "))
    return next(int(it["position"]) for it in events if it["name"].startswith("expense."))


def test_the_database_goes_away_and_comes_back(
    site: Site, private_postgres: PostgresServer
) -> None:
    first = site.record().json()["id"]
    with site.http.stream("GET", "/events/stream", timeout=120) as stream:
        lines = stream.iter_lines()
        assert next_event(lines) == first
        private_postgres.kill()
        for answer in (
            site.http.get("/expenses"),
            site.record(),
            site.http.get("/health/ready"),
            site.http.get(f"/expenses/{first}/history"),
            site.http.get("/expenses.csv"),
        ):
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) >= 1
        assert site.http.get("/health/live").status_code == 200
        assert "daybook_database_up 0.0" in site.http.get("/metrics").text
        private_postgres.start()
        wait_until(site.is_ready, "the site to heal")
        # What was refused while the database was away is not in the book, and the open stream goes on.
        recorded = wait_until(lambda: _recorded(site), "an expense to be recorded")
        assert next_event(lines) == recorded


def _recorded(site: Site) -> int | None:
    answer = site.record()
    return int(answer.json()["id"]) if answer.status_code == 201 else None


def test_open_streams_do_not_keep_the_api_from_ending(site: Site) -> None:
    settings = {**site.settings, "DAYBOOK_PORT": str(free_port())}
    url = f"http://127.0.0.1:{settings['DAYBOOK_PORT']}"
    with process("api", settings, site.output) as api:
        wait_until(lambda: lives(url), "the second api")
        headers = site.authorization()
        with httpx.stream("GET", f"{url}/events/stream", headers=headers, timeout=120) as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": connected"
            api.terminate()
            assert (
                "retry: 500" in lines
            )  # it is told to come back, and ends; it would last for ever
            assert api.wait(120) == 0
