"""The product as its users meet it: the api and the projector as processes of their own."""

import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from application.identity import ACCESS_LIFETIME, AccessTokens
from application.permissions import Principal, Role
from domain.identity import user_uid
from infrastructure.bootstrap import SystemClock
from infrastructure.identity.access import access_tokens
from infrastructure.settings import read_settings
from tests.processes import ROOT, environment, free_port, wait_until

UPLOAD_MB_MAX = 5


OPERATOR = Principal(
    user_uid=user_uid("operator@daybook.example"),
    name="Test Operator",
    bank_uid=None,
    roles=frozenset({Role.OPERATOR}),
)


class SignedIn(httpx.Auth):
    """Sends each request with a fresh access token for one principal."""

    def __init__(self, tokens: AccessTokens, principal: Principal) -> None:
        self._tokens = tokens
        self._principal = principal

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token, unless the test sent a header of its own."""
        if "authorization" not in request.headers:
            token = self._tokens.issue(self._principal, ACCESS_LIFETIME)
            request.headers["Authorization"] = f"Bearer {token}"
        yield request


class Site:
    """A running Daybook: `http` talks to it as an operator, `settings` start more processes of it."""

    def __init__(self, url: str, settings: Mapping[str, str], output: Path) -> None:
        self.url = url
        self.settings = settings
        self.output = output
        self.tokens = access_tokens(read_settings(settings), SystemClock())
        self.http = self.signed_in(OPERATOR)

    def signed_in(self, principal: Principal) -> httpx.Client:
        """A client that is let in as this principal, whether or not there is such a user."""
        return httpx.Client(base_url=self.url, timeout=30, auth=SignedIn(self.tokens, principal))

    def authorization(self, principal: Principal = OPERATOR) -> dict[str, str]:
        """The header that lets a client of another kind in, for ten minutes."""
        token = self.tokens.issue(principal, ACCESS_LIFETIME)
        return {"Authorization": f"Bearer {token}"}

    def record(self, **changes: Any) -> httpx.Response:
        """Record one expense, with these fields changed."""
        body = {
            "departments": "IT",
            "project_name": "Harbour",
            "amount": "12.50",
            "currency": "EUR",
            "date": "2026-02-03",
            "member_name": "Ada",
        }
        return self.http.post("/expenses", json={**body, **changes})

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

    def logged(self, request_id: str) -> str:
        """The log lines of one request."""
        lines = self.output.read_text().splitlines()
        return "\n".join(line for line in lines if request_id in line)


@contextmanager
def running_site(database_url: str, redis_url: str, folder: Path) -> Iterator[Site]:
    """A Daybook on this migrated database, until the block ends."""
    port = free_port()
    settings = {
        "DAYBOOK_HOME": str(folder),
        "DAYBOOK_PORT": str(port),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DAYBOOK_UPLOAD_MB_MAX": str(UPLOAD_MB_MAX),
    }
    output = folder / "output.txt"
    running = Site(f"http://127.0.0.1:{port}", settings, output)
    with running.http, process("api", settings, output), process("projector", settings, output):
        wait_until(running.is_ready, "the api and the projector")
        yield running


@contextmanager
def process(
    command: str, settings: Mapping[str, str], output: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """One process of Daybook, until the block ends."""
    with output.open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "interfaces.cli", command],
            env=environment(**settings),
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(30)
