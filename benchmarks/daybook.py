"""Daybook's own processes for a benchmark: the command line on servers of the benchmark's own."""

import asyncio
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar

import msgspec
import psycopg

from application.shared.checkpoints import ProjectionStatus
from benchmarks.machine import benchmark_database
from infrastructure.embedded.processes import spawn, stop
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.expenses.samples import write_sample
from infrastructure.identity.keys import KEY_FILE, make_keys
from infrastructure.shared.read_store.waiting import PostgresCheckpoints
from infrastructure.shared.roles import DatabaseRole
from infrastructure.transactions.samples import write_good
from projections.shared.catalog import PROJECTIONS

_START_S_MAX = 60.0
_STOP_S_MAX = 10.0
_CATCH_UP_S_MAX = 600.0
_POLL_S = 0.02
_LOGINS = {
    "DATABASE_URL": DatabaseRole.APPLICATION,
    "DAYBOOK_IDENTITY_URL": DatabaseRole.IDENTITY,
    "DAYBOOK_PROJECTOR_URL": DatabaseRole.PROJECTOR,
}
_LIMITS = ("DAYBOOK_WRITES_PER_MINUTE", "DAYBOOK_EXPORTS_PER_MINUTE", "DAYBOOK_IMPORTS_PER_MINUTE")

T = TypeVar("T")


class Daybook(msgspec.Struct, frozen=True):
    """A database, and the environment in which `daybook` commands use it; `home` is a folder for files."""

    database_url: str
    home: Path
    port: int
    environment: Mapping[str, str]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `python -m …`, its output in a log of its own."""
        log = self.home / f"{'-'.join(Path(part).name for part in arguments)}.log"
        return spawn(
            [sys.executable, "-m", *arguments], log=log, environment=dict(self.environment)
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """`start`, and stop it after the block."""
        process = self.start(*arguments)
        try:
            yield process
        finally:
            stop(process, ((signal.SIGTERM, _STOP_S_MAX),))

    @contextmanager
    def serving(self, app: str | None = None) -> Iterator[None]:
        """The API on `port`, or another app factory (`module:name`) on a Granian with the same options."""
        own = ("interfaces.cli", "api")
        other = ("granian", "--interface=asgi", "--factory", "--loop=uvloop", "--workers=1",
                 "--log-level=warning", f"--port={self.port}", app or "")  # fmt: skip
        with self.running(*(other if app else own)):
            until(lambda: answers(self.port, "/health/live"), _START_S_MAX)
            yield

    def wait_projecting(self) -> None:
        """Return once every read model has its tables."""
        until(lambda: all(one.state == "live" for one in self._statuses()), _START_S_MAX)

    def wait_caught_up(self) -> None:
        """Return once every read model has read the whole log, as a client would wait for it."""

        async def wait(checkpoints: PostgresCheckpoints) -> None:
            head = max(one.head for one in await checkpoints.statuses())
            names = [one.name for one in PROJECTIONS]
            await asyncio.gather(*(checkpoints.wait(each, head, _CATCH_UP_S_MAX) for each in names))

        self._asking(wait)

    def rows(self, statement: str) -> int:
        """The number that a statement answers, to make sure that there is what a benchmark says it measured."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return int(row[0]) if row else 0

    def _statuses(self) -> Sequence[ProjectionStatus]:
        return self._asking(PostgresCheckpoints.statuses)

    def _asking(self, call: Callable[[PostgresCheckpoints], Awaitable[T]]) -> T:
        async def asked() -> T:
            checkpoints = PostgresCheckpoints(self.database_url, PROJECTIONS)
            try:
                return await call(checkpoints)
            finally:
                await checkpoints.aclose()

        return asyncio.run(asked())


@contextmanager
def daybook() -> Iterator[Daybook]:
    """A migrated database and a Valkey with the settings of `daybook up`; nothing of Daybook runs yet."""
    home = Path(tempfile.mkdtemp(prefix="daybook-bench-"))
    home.chmod(0o755)
    try:
        with benchmark_database() as url:
            valkey = ValkeyServer(home).start()
            try:
                port = free_port()
                make_keys(home / KEY_FILE)  # only `daybook up` makes them by itself
                logins = {
                    name: url.replace("//postgres@", f"//{it}@") for name, it in _LOGINS.items()
                }
                addresses = {**logins, "DAYBOOK_MIGRATE_URL": url, "REDIS_URL": valkey.url()}
                places = {"DAYBOOK_HOME": str(home), "DAYBOOK_PORT": str(port)}
                # Who may ask is not what most benchmarks measure; `posts` asks for tokens.
                auth = {"DAYBOOK_AUTH": "single-user"}
                limits = dict.fromkeys(_LIMITS, "0")  # one client stands for many people
                given = {**addresses, **places, **auth, **limits}
                yield Daybook(url, home, port, {**os.environ, **given})
            finally:
                valkey.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def write_expenses(path: Path, rows: int) -> None:
    """Write a sample file, the same for the same number of rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        write_sample(file, rows)


def write_transactions(path: Path, rows: int) -> None:
    """Write a file of transactions without faults, the same for the same number of rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        write_good(file, rows)


def finish(process: subprocess.Popen[bytes]) -> resource.struct_rusage:
    """Wait for a child's end, and answer what it used.

    Raises:
        RuntimeError: it failed.
    """
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
    return usage


def peak_mb(pid: int) -> float:
    """The most memory a running process has had resident (RSS), in MB of 1,000,000 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) * 1024 / 1e6


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether a GET is answered with 200."""
    return body_of(port, path) is not None


def body_of(port: int, path: str) -> bytes | None:
    """What a GET is answered with; None if not with 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return body if answer.status == 200 else None


def until(holds: Callable[[], bool], timeout_s: float) -> None:
    """Return once `holds`, asked every 20 ms.

    Raises:
        TimeoutError: it has not in time.
    """
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s in vain")
        time.sleep(_POLL_S)
