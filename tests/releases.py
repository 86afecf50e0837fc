"""Two versions of the code on one log: this one, and a newer one made of it, deployed behind a balancer."""

import shutil
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock, Thread

import httpx

from application.shared.permissions import Principal
from domain.shared.events import CODE
from infrastructure.identity.keys import make_keys
from projections.expenses import EXPENSES
from tests.processes import PROGRAM, ROOT, daybook, end, free_port, wait_until
from tests.signed_in import SignedIn
from tests.sites import Site, process

FOLDERS = ("application", "domain", "infrastructure", "interfaces", "projections")
NEWER = CODE + 1
_COLUMN = """        col.currency(),
        col.uuid(
            "request_uid",
            "What was recorded with it shares this.",
            "6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10",
            initially=col.Of("correlation_id"),
        ),
"""
_VOIDED = '@event("expense.voided.v{version}", {more}by=VoidExpense)\n'
_NAME = f"""upcast("expense.voided.v1", "expense.voided.v2", lambda payload: payload)


{_VOIDED.format(version=2, more=f"since={NEWER}, ")}"""
# A new event name, which a projection folds, and a read model with one more column.
CHANGES = (
    ("domain/shared/events.py", f"\nCODE = {CODE}\n", f"\nCODE = {NEWER}\n"),
    ("domain/expenses.py", _VOIDED.format(version=1, more=""), _NAME),
    ("projections/expenses.py", f"version={EXPENSES.version},", f"version={EXPENSES.version + 1},"),
    ("projections/expenses.py", "        col.currency(),\n", _COLUMN),
)


def newer_code(folder: Path) -> Path:
    """A tree with the code of the next release."""
    for name in FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", "terraform", "node_modules")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for path, before, after in CHANGES:
        text = (folder / path).read_text("utf-8")
        assert text.count(before) == 1, f"{path} has no {before!r}, or more than one"
        (folder / path).write_text(text.replace(before, after), "utf-8")
    return folder


class Release:
    """The processes of one version of the code."""

    def __init__(self, tree: Path, home: Path, settings: Mapping[str, str]) -> None:
        home.mkdir()
        port = str(free_port())
        self.tree = tree
        self.url = f"http://127.0.0.1:{port}"
        self.settings = {**settings, "DAYBOOK_HOME": str(home), "DAYBOOK_PORT": port}
        self.output = home / "output.txt"
        self._stack = ExitStack()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start these processes."""
        for name in names:
            started = process(name, self.settings, self.output, PROGRAM, self.tree)
            self._running[name] = self._stack.enter_context(started)

    def stop(self, *names: str) -> None:
        """End these processes as an orchestrator does, one after the other."""
        for name in names:
            end(self._running.pop(name))

    def close(self) -> None:
        """End all."""
        self._stack.close()

    def says(self, *arguments: str) -> str:
        """What a `daybook` command of this version prints, which must succeed."""
        done = daybook(*arguments, settings=self.settings, tree=self.tree)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_ready(self) -> bool:
        """What a balancer asks."""
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=10).status_code == 200
        except httpx.TransportError:
            return False


class Balancer(httpx.BaseTransport):
    """Sends each request to an api that is ready, and once more where 503 says when to come back.

    `resent` tells of those, `failed` of what was answered with an error all the same. Where nobody takes a connection
    nothing was sent, so the next api is tried, as every balancer does.
    """

    def __init__(self, releases: tuple[Release, ...]) -> None:
        self.answered, self.resent = 0, list[str]()
        self.failed: list[str] = []
        self._releases = releases
        self._sending = httpx.HTTPTransport()
        self._lock, self._stop = Lock(), Event()
        self._is_ready = dict.fromkeys(releases, False)
        self._watching = [Thread(target=self._watch, args=(it,), daemon=True) for it in releases]
        for thread in self._watching:
            thread.start()

    @property
    def ready(self) -> list[Release]:
        """Whose api is."""
        return [each for each in self._releases if self._is_ready[each]]

    def _watch(self, release: Release) -> None:
        while not self._stop.wait(0.25):
            self._is_ready[release] = release.is_ready()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of one of them."""
        body = request.read()
        answer = self._sent(request, body)
        if answer.status_code == 503 and "retry-after" in answer.headers:
            answer.read()
            self.resent.append(f"{request.method} {request.url.path}: {answer.text}")
            answer = self._sent(request, body)
        with self._lock:
            self.answered += 1
        if answer.status_code >= 500:
            answer.read()
            self.failed.append(f"{request.method} {request.url.path}: {answer.text}")
        return answer

    def _sent(self, request: httpx.Request, body: bytes) -> httpx.Response:
        ready = wait_until(lambda: self.ready, "an api that is ready")
        release = ready[self.answered % len(ready)]
        there = httpx.URL(release.url)
        url = request.url.copy_with(host=there.host, port=there.port)
        headers = [(name, it) for name, it in request.headers.raw if name.lower() != b"host"]
        try:
            return self._sending.handle_request(
                httpx.Request(request.method, url, headers=headers, content=body)
            )
        except httpx.ConnectError:
            self._is_ready[release] = False
            return self._sent(request, body)

    def close(self) -> None:
        """Send nothing more."""
        self._stop.set()
        for thread in self._watching:
            thread.join()
        self._sending.close()


class Deployment(Site):
    """A Daybook behind a balancer, of an older and a newer release."""

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        make_keys(folder / "keys.pem")
        settings = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DAYBOOK_SIGNING_KEY": str(folder / "keys.pem"),
            "DAYBOOK_SMTP_URL": f"sink://{folder}/smtp.sock",
            "DAYBOOK_DRAIN_S": "10",
        }
        self.old = Release(ROOT, folder / "old", settings)
        self.new = Release(newer_code(folder / "code"), folder / "new", settings)
        self.balancer = Balancer((self.old, self.new))
        home = {**self.old.settings, "DAYBOOK_HOME": str(folder)}
        super().__init__("http://daybook", home, folder / "output.txt")

    def signed_in(self, principal: Principal) -> httpx.Client:
        """A client of the balancer."""
        auth = SignedIn(self.door, principal)
        return httpx.Client(base_url=self.url, timeout=60, auth=auth, transport=self.balancer)

    def go_to(self, release: Release, *, leave: tuple[str, ...] = ()) -> None:
        """Roll from the other release to this one, as the upgrade chapter says; processes to `leave` stay."""
        other = self.old if release is self.new else self.new
        release.start("projector", "api", "worker")
        wait_until(lambda: release in self.balancer.ready, "the other release")
        other.stop(*[each for each in ("api", "worker", "projector") if each not in leave])

    def close(self) -> None:
        """End everything."""
        self.http.close()
        self.balancer.close()
        self.new.close()
        self.old.close()
