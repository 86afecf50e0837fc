"""How many connections each process takes: docs/operations.md says so, and PostgreSQL counts them."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psycopg
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.facts import eventually
from tests.processes import ROOT, wait_until
from tests.sites import Site, a_site, process

_ROW = re.compile(r"^\| (.+?) \| (\d+) \| (\d+) \|$", re.MULTILINE)
# Of the test's own: the one that counts, and those of commands that have just ended.
_COUNT = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'daybook%' AND backend_type = 'client backend'
"""


def budget() -> Mapping[str, tuple[int, int]]:
    """What the document says: connections at rest, and at most, by process."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = text.partition("### Connections")[2].partition("\n#")[0]
    return {name: (int(rest), int(most)) for name, rest, most in _ROW.findall(table)}


@pytest.fixture
def site(postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Site]:
    with a_site(postgres, valkey, tmp_path, DAYBOOK_API_WORKERS="1") as running:
        yield running


def counted(site: Site) -> int:
    """Connections of the site now."""
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        row = connection.execute(_COUNT).fetchone()
    return int(row[0]) if row else 0


def by_name(site: Site) -> Mapping[str, int]:
    """The same by what they are called."""
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT application_name, count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'daybook%' GROUP BY 1"
        ).fetchall()
    return dict(rows)


def test_a_projector_that_stands_by_takes_two_at_most(site: Site) -> None:
    before = counted(site)
    _, most = budget()["projector that stands by"]
    with ExitStack() as stack:
        for number in range(2):
            stack.enter_context(process("projector", site.settings, site.output))
            eventually(lambda number=number: counted(site) > before + number)
        site.record()
        wait_until(lambda: counted(site) >= before + 2, "both")
        assert most == 2
        for _ in range(20):
            assert counted(site) <= before + 2 * most, by_name(site)
            site.record()


def test_all_processes_stay_within_their_budget(site: Site) -> None:
    """An api with one worker, a projector and a worker, under requests of every kind at once."""
    said = budget()
    most = sum(said[name][1] for name in ("api, each worker", "projector", "worker", "mailbox"))

    def ask(number: int) -> int:
        if number % 3:
            return site.http.get("/expenses?count=exact").status_code
        return site.record().status_code

    with ThreadPoolExecutor(24) as threads:
        answers = threads.map(ask, range(240))
        seen = [counted(site) for _ in range(30)]
        assert set(answers) <= {200, 201}
    assert max(seen) <= most, by_name(site)


def test_what_is_measured_is_what_is_said(site: Site) -> None:
    """At rest, soon after the start: pools keep for a while what they had."""
    for _ in range(3):
        assert httpx.get(f"{site.url}/health/ready", timeout=30).status_code == 200
    rest = sum(budget()[name][0] for name in ("api, each worker", "projector", "worker", "mailbox"))
    eventually(lambda: counted(site) <= rest)
