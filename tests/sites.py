"""The product as its users meet it: each of its processes as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from application.policies import POLICIES
from application.shared.permissions import Principal
from domain.shared.events import name_of
from infrastructure.demo import DEMO_PASSWORD
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.identity.keys import KEY_FILE, make_keys
from infrastructure.shared.roles import DatabaseRole
from tests.facts import PATIENCE_S
from tests.processes import PROGRAM, ROOT, end, environment, free_port, wait_until
from tests.signed_in import OPERATOR, Door, SignedIn

__all__ = ["AN_EXPENSE", "OPERATOR", "UPLOAD_MB_MAX", "Site", "a_site", "process", "running_site"]

UPLOAD_MB_MAX = 5
AN_EXPENSE = {
    "departments": "IT",
    "project_name": "Harbour",
    "amount": "12.50",
    "currency": "EUR",
    "date": "2026-02-03",
    "member_name": "Ada",
}
PROCESSES = ("api", "projector", "worker", "mailbox")


class Patient(httpx.HTTPTransport):
    """Sends a query again as long as its read model has not reached the position it names, as a caller would."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, that of a query once its position is reached."""

        def answered() -> httpx.Response | None:
            answer = super(Patient, self).handle_request(request)
            if answer.status_code != 503 or "Daybook-Min-Position" not in request.headers:
                return answer
            answer.close()
            return None

        answer: httpx.Response = wait_until(answered, "the read model")
        return answer


class Site:
    """A running Daybook: `http` talks to it as an operator, `settings` start more processes of it."""

    def __init__(
        self, url: str, settings: Mapping[str, str], output: Path, program: str = PROGRAM
    ) -> None:
        self.url = url
        self.program = program
        self.settings = settings
        self.output = output
        self.admin_ports: dict[str, int] = {}
        self._running = ExitStack()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.door = Door(settings)
        self.http = self.signed_in(OPERATOR)

    def begin(self, name: str) -> None:
        """Start this process of it, until the site is closed."""
        told = {"DAYBOOK_ADMIN_PORT": str(port)} if (port := self.admin_ports.get(name)) else {}
        started = process(name, {**self.settings, **told}, self.output, self.program)
        self._processes[name] = self._running.enter_context(started)

    def told(self, name: str, path: str) -> httpx.Response:
        """What the admin listener of this process answers."""
        url = f"http://127.0.0.1:{self.admin_ports[name]}{path}"
        return httpx.get(url, timeout=PATIENCE_S)

    def kill(self, name: str) -> None:
        """Kill this process of it."""
        self._processes[name].kill()
        self._processes[name].wait()

    def process_id(self, name: str) -> int:
        """The process of this name."""
        return self._processes[name].pid

    def tend(self, name: str) -> None:
        """Start this process of it anew if it has ended."""
        if self._processes[name].poll() is not None:
            self.begin(name)

    def stand_still(self, name: str, seconds: float) -> None:
        """Let this process of it do nothing for a while, as on a machine that is too busy."""
        self._processes[name].send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._processes[name].send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End its processes."""
        self._running.close()

    def signed_in(self, principal: Principal) -> httpx.Client:
        """A client that is let in as this principal, whether or not there is such a user."""
        auth = SignedIn(self.door, principal)
        return httpx.Client(base_url=self.url, timeout=120, auth=auth, transport=Patient())

    def authorization(self, principal: Principal = OPERATOR) -> dict[str, str]:
        """The header that lets a client of another kind in, for ten minutes."""
        return SignedIn(self.door, principal).header()

    def record(self, **changes: Any) -> httpx.Response:
        """Record one expense, with these fields changed."""
        return self.http.post("/expenses", json={**AN_EXPENSE, **changes})

    def upload(
        self, text: str, *, headers: Mapping[str, str] = {}, **fields: str
    ) -> httpx.Response:
        """Hand in a CSV file."""
        return self.http.post(
            "/imports/expenses",
            files={"file": ("expenses.csv", text.encode())},
            data={"source": uuid4().hex, **fields},
            headers=dict(headers),
        )

    def after(self, answer: httpx.Response) -> dict[str, str]:
        """The headers of a query that is to see what `answer` left."""
        return {"Daybook-Min-Position": answer.headers["Daybook-Position"]}

    def is_ready(self) -> bool:
        """Whether requests are served and every read model is live."""
        try:
            answer = self.http.get("/health/ready")
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and answer.json()["status"] == "ok"

    def has_begun(self) -> bool:
        """Whether what every book begins with is in it: five usage types with a factor each."""
        answer = self.http.get("/events", params={"name": "usage_type.factor_appended.v1"})
        return answer.status_code == 200 and len(answer.json()["data"]) >= 5

    def logged(self, request_id: str) -> str:
        """The log lines of one request."""
        lines = self.output.read_text().splitlines()
        return "\n".join(line for line in lines if request_id in line)


@contextmanager
def running_site(
    database_url: str,
    redis_url: str,
    folder: Path,
    *,
    program: str = PROGRAM,
    telling: Sequence[str] = (),
    **others: str,
) -> Iterator[Site]:
    """A Daybook on this migrated database, with these settings beside the usual ones, until the block ends.

    `program` is the module that is run as `daybook`; the processes `telling` have admin listeners.
    """
    port = free_port()
    settings = {
        "DAYBOOK_HOME": str(folder),
        "DAYBOOK_PORT": str(port),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DAYBOOK_UPLOAD_MB_MAX": str(UPLOAD_MB_MAX),
        "DAYBOOK_SMTP_URL": f"sink://{folder}/smtp.sock",
        "DAYBOOK_DEMO_PASSWORD": DEMO_PASSWORD,
        **others,
    }
    make_keys(folder / KEY_FILE)
    output = folder / "output.txt"
    running = Site(f"http://127.0.0.1:{port}", settings, output, program)
    running.admin_ports = {name: free_port() for name in telling}
    with running.http, closing(running):
        for name in PROCESSES:
            running.begin(name)
        wait_until(running.is_ready, "the api and the projector")
        wait_until(running.has_begun, "what a book begins with")
        wait_until((folder / "smtp.sock").exists, "the mailbox")
        yield running


TEMPLATE = "daybook_template"
"""The migrated database that the server of a run of tests has, to be copied."""


def make_from_template(connection: psycopg.Connection, name: str) -> None:
    """Make a migrated database of this name."""
    connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY".encode())
    # What somebody may do to a database is not copied with it.
    granted = f"GRANT CREATE ON DATABASE {name} TO {DatabaseRole.OWNER}, {DatabaseRole.PROJECTOR}"
    connection.execute(granted.encode())


@contextmanager
def a_site(
    postgres: PostgresServer, valkey: ValkeyServer, folder: Path, **more: str
) -> Iterator[Site]:
    """A Daybook on a database of its own, which is gone after the block; `more` is as for `running_site`."""
    name = f"site_{os.getpid()}_{uuid4().hex[:8]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        make_from_template(connection, name)
        with running_site(postgres.url(name), valkey.url(), folder, **more) as running:
            yield running
        check_reactions(postgres.url(name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def check_reactions(database_url: str) -> None:
    """Whatever reactions recorded in this book is what their policies say that they may."""
    may = {f"reaction:{one.name}": {name_of(kind) for kind in one.appends} for one in POLICIES}
    with psycopg.connect(database_url, options="-c statement_timeout=0") as connection:
        told = connection.execute(
            "SELECT DISTINCT actor, name FROM daybook.events WHERE actor LIKE 'reaction:%'"
        ).fetchall()
    surplus = [(actor, name) for actor, name in told if name not in may.get(actor, {name})]
    assert surplus == [], "application/policies.py: a policy appends what it does not say"


@contextmanager
def process(
    command: str,
    settings: Mapping[str, str],
    output: Path,
    program: str = PROGRAM,
    tree: Path = ROOT,
) -> Iterator[subprocess.Popen[bytes]]:
    """One process of Daybook, of the code in this tree, until the block ends."""
    with output.open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", program, command],
            env=environment(**settings),
            cwd=tree,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield started
    finally:
        end(started)
