"""A Daybook with servers and a disk of its own whose processes are scraped as Prometheus would, by a clock of a test's.

Scrapes are real, and the clock between them is moved by hand: nobody waits for the five minutes of a rate.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from tests.campaign.disks import Disk, a_disk
from tests.promql import Samples, Scrape, Vector, add_samples, evaluated
from tests.sites import Site, running_site

TELLING = ("api", "projector", "worker")
JOB = "daybook"
SCRAPED_EVERY_S = 15.0
_LATER_S = 3_600.0
_SETTINGS = {
    "fsync": "off",
    "max_connections": "150",
    "restore_command": "false",  # there is nothing to restore when it begins a history anew
}


class Watched:
    """The site, what it stands on, and what was scraped of it so far.

    Attributes:
        measured: every metric that was scraped, with its labels.
    """

    def __init__(
        self, site: Site, postgres: PostgresServer, valkey: ValkeyServer, disk: Disk
    ) -> None:
        self.site = site
        self.postgres = postgres
        self.valkey = valkey
        self.disk = disk
        self.measured: dict[str, set[str]] = {}
        self._scrapes: list[Scrape] = []
        self._at = 0.0

    def scrape(self) -> None:
        """Ask every process for its measurements, a usual while after the last time."""
        self._at += SCRAPED_EVERY_S
        found: Samples = {}
        with ThreadPoolExecutor(len(TELLING)) as threads:
            for name, page in zip(TELLING, threads.map(self._page, TELLING), strict=True):
                add_samples(found, page, job=JOB, instance=name)
        self._scrapes.append(Scrape(self._at, found))
        for metric, vector in found.items():
            labels = {label for key in vector for label, _ in key}
            self.measured.setdefault(metric, set()).update(labels)

    def _page(self, name: str) -> str:
        """What a process tells, and whether it does, which the scraper adds."""
        try:
            answer = self.site.told(name, "/metrics")
        except httpx.TransportError:
            return "up 0\n"
        return f"up 1\n{answer.text}" if answer.status_code == 200 else "up 0\n"

    def begin_anew(self) -> None:
        """Let so much time go by that no range reaches back, and scrape once."""
        self._at += _LATER_S
        self._scrapes.clear()
        self.scrape()

    def found(self, expression: str) -> Vector:
        """What an expression answers of what is scraped now."""
        self.scrape()
        return self.last(expression)

    def last(self, expression: str) -> Vector:
        """What an expression answers of what was scraped last."""
        return evaluated(expression, self._scrapes)

    def number(self, expression: str) -> float:
        """The only number that an expression answers now, 0 if there is none."""
        return sum(self.found(expression).values())

    def execute(self, statement: str) -> None:
        """Do something to the database that no process of the site may, past its triggers."""
        with psycopg.connect(self.postgres.url("daybook"), autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement.encode())


@contextmanager
def a_watched_site(home: Path) -> Iterator[Watched]:
    """One on servers of its own; its own files are on a disk that can be filled."""
    with ExitStack() as stack:
        disk = stack.enter_context(a_disk(home / "disk"))
        postgres = PostgresServer(home / "postgres", _SETTINGS).start()
        stack.callback(postgres.stop)
        valkey = ValkeyServer(home / "valkey").start()
        stack.callback(valkey.stop)
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE daybook")
        migrate(postgres.url("daybook"))
        settings = {"DAYBOOK_API_WORKERS": "2", "TMPDIR": str(disk.folder)}
        url = postgres.url("daybook")
        site = running_site(url, valkey.url(), disk.folder, telling=TELLING, **settings)
        yield Watched(stack.enter_context(site), postgres, valkey, disk)
