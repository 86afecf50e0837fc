"""A Daybook with servers and a disk of its own, under load, and followed from outside."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from tests.campaign.disks import Disk, a_disk
from tests.campaign.load import Load
from tests.outside import PageReader, Reader, StreamReader
from tests.processes import wait_until
from tests.sites import PROCESSES, Site, running_site

SETTINGS = {
    "shared_buffers": "64MB",
    "fsync": "off",
    "max_connections": "200",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
}
_REACTING = {
    "DAYBOOK_SETTLE_AFTER_S": "0",
    "DAYBOOK_WATCH_PAYMENTS_DAYS": "0",  # else a reaction to each payment waits for a month
    "DAYBOOK_DIGEST_ABOVE": "1000",
}
_STEPS = 10


class Arena:
    """What faults are done to; what they find wrong goes into `wrong`."""

    def __init__(
        self,
        postgres: PostgresServer,
        valkey: ValkeyServer,
        site: Site,
        disk: Disk,
        servers: ExitStack,
    ) -> None:
        self.postgres = postgres
        self.valkey = valkey
        self.site = site
        self.disk = disk
        self._servers = servers
        self.wrong: list[str] = []
        self.load = Load(site)
        auth = site.http.auth
        self.readers: list[Reader] = [
            StreamReader(lambda: site.url, auth),
            PageReader(lambda: site.url, auth),
        ]

    @property
    def database_url(self) -> str:
        """The database, as its owner reaches it."""
        return self.postgres.url("daybook")

    @contextmanager
    def another_database(self) -> Iterator[str]:
        """The address of an empty one on the same server, until the block ends: the disk is small."""
        name = f"copy_{uuid4().hex}"
        yield _made(self.postgres, name)
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def health(self) -> dict[str, Any]:
        """What the api says of itself."""
        answer = httpx.get(f"{self.site.url}/health/ready", timeout=120)
        return {"status_code": answer.status_code, **answer.json()}

    def find_orphan(self) -> None:
        """Start another PostgreSQL where the one that runs has lost its owner."""
        orphan, self.postgres = self.postgres, PostgresServer(self.disk.folder, SETTINGS).start()
        self._servers.callback(self.postgres.stop)
        self.finds(orphan.exit_code is not None, "an orphan goes on")

    def until_refused(self, code: str = "") -> bool:
        """Let people meet the fault; False if the database server ended of it before."""
        before = self._refusals(code)

        def is_over() -> bool:
            return self._refusals(code) > before or self._has_ended() or bool(self.load.wrong)

        wait_until(is_over, f"a refusal {code}")
        return not self._has_ended()

    def finds(self, is_right: bool, what: str) -> None:
        """Note what is not right."""
        if not is_right:
            self.wrong.append(what)

    def until_acknowledged(self) -> None:
        """Let people be served meanwhile."""
        enough = self.load.acknowledged + _STEPS
        wait_until(lambda: self._has(enough), "commands")

    def until_served(self, what: str) -> None:
        """Let everybody go on after a fault: those who ask, and those who read."""
        wait_until(self._lives, f"an api after: {what}")
        self.until_acknowledged()
        seen = max(reader.last for reader in self.readers)
        wait_until(lambda: all(it.last >= seen for it in self.readers), f"readers after: {what}")

    def _has_ended(self) -> bool:
        return self.postgres.exit_code is not None

    def _refusals(self, code: str) -> int:
        return self.load.refused[code] if code else self.load.refused.total()

    def _has(self, enough: int) -> bool:
        for name in PROCESSES:
            self.site.tend(name)
        return self.load.acknowledged >= enough or bool(self.load.wrong)

    def _lives(self) -> bool:
        self._has(0)
        if self._has_ended():
            self.postgres.start()
        try:
            return httpx.get(f"{self.site.url}/health/ready", timeout=20).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def an_arena(home: Path) -> Iterator[Arena]:
    """One on servers of its own; all that is written is in a new folder `home` until the block ends."""
    with a_disk(home) as disk, ExitStack() as servers:
        folder = home / "daybook"
        folder.mkdir()
        postgres, valkey = PostgresServer(home, SETTINGS).start(), ValkeyServer(folder).start()
        servers.callback(postgres.stop)
        servers.callback(valkey.stop)
        url = _made(postgres, "daybook")
        migrate(url)
        with running_site(url, valkey.url(), folder, TMPDIR=str(folder), **_REACTING) as site:
            arena = Arena(postgres, valkey, site, disk, servers)
            try:
                yield arena
            finally:
                arena.load.end()
                for reader in arena.readers:
                    reader.end()


def _made(postgres: PostgresServer, name: str) -> str:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres.url(name)
