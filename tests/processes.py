"""Real processes for tests: starting `daybook`, watching its family, waiting for conditions."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx

from infrastructure.shared.roles import DatabaseRole
from tests.facts import PATIENCE_S, eventually
from tests.signed_in import Door, SignedIn

ROOT = Path(__file__).parents[1]
PROGRAM = "interfaces.cli"
"""The module that is run as `daybook`."""
SUPERUSER = "postgresql://postgres@"
OWN_VARIABLES = ("DAYBOOK_", "DATABASE_URL", "READ_DATABASE_URL", "REDIS_URL")
LOGINS = {
    "": {
        "DATABASE_URL": DatabaseRole.APPLICATION,
        "DAYBOOK_IDENTITY_URL": DatabaseRole.IDENTITY,
        "DAYBOOK_PROJECTOR_URL": DatabaseRole.PROJECTOR,
    },
    "READ_": {
        "READ_DATABASE_URL": DatabaseRole.APPLICATION,
        "DAYBOOK_READ_PROJECTOR_URL": DatabaseRole.PROJECTOR,
    },
}
"""Of the log, and of read models on a server of their own."""


wait_until = eventually
"""By the name by which it is known where processes are waited for."""


def lives(url: str) -> bool:
    """Whether an api answers at this address."""
    try:
        return httpx.get(f"{url}/health/live").status_code == 200
    except httpx.TransportError:
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Tell a process to end, and fail if it does not; it is gone afterwards in any case."""
    process.send_signal(signal.SIGTERM)  # nothing, if it has ended
    try:
        process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without any setting of Daybook's, then `changes`.

    What a test knows as the address of a database is its owner's; processes have logins of their own.
    """
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)
    }
    return others | with_logins(changes)


def with_logins(settings: Mapping[str, str]) -> dict[str, str]:
    """These settings with the logins of processes, where the address of a database is that of a superuser."""
    told = dict(settings)
    for read, logins in LOGINS.items():
        url = settings.get(f"{read}DATABASE_URL", "")
        if url.startswith(SUPERUSER):
            told.setdefault(f"DAYBOOK_{read}MIGRATE_URL", url)
            told |= {
                name: url.replace(SUPERUSER, f"postgresql://{role}@")
                for name, role in logins.items()
            }
    return told


def daybook(
    *arguments: str,
    settings: Mapping[str, str],
    stdin: bytes | None = None,
    program: str = PROGRAM,
    tree: Path = ROOT,
) -> subprocess.CompletedProcess[str]:
    """Run a `daybook` command of the code in this tree to its end."""
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        env=environment(**settings),
        cwd=tree,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def family(pid: int) -> dict[int, str]:
    """The living descendants of a process, each with its command line."""
    found: dict[int, str] = {}
    parents = _parents()
    generation = {pid}
    while generation:
        generation = {child for child, parent in parents.items() if parent in generation}
        found |= {child: _command(child) for child in generation}
    return found


def alive(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be reaped."""
    return pid in _parents()


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            parents[int(entry.parent.name)] = int(parent)
    return parents


def _command(pid: int) -> str:
    try:
        return (
            Path(f"/proc/{pid}/cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
            .strip()
        )
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Up:
    """A running `daybook up` on a home of its own."""

    def __init__(
        self,
        home: Path,
        *options: str,
        python: str = sys.executable,
        user: str | None = None,
        **settings: str,
    ) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._output = home.parent / f"{home.name}.{self.port}.txt"
        self._output.parent.mkdir(parents=True, exist_ok=True)
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [python, "-m", "interfaces.cli", "up", *options],
                env=environment(
                    DAYBOOK_HOME=str(home),
                    DAYBOOK_PORT=str(self.port),
                    **{"DAYBOOK_ADMIN_PORT": "0", **settings},
                ),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                group=user and _group_of(user),
                extra_groups=[] if user else None,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self._output.read_text()

    def ready(self) -> Self:
        """Wait for its greeting, and until every read model has read the whole log.

        On a busy machine the greeting does not wait for that.
        """

        def greeted() -> bool:
            assert self.process.poll() is None, self.output
            return "Daybook is ready" in self.output

        wait_until(greeted, "the greeting")
        wait_until(self._has_caught_up, "the read models")
        return self

    def _has_caught_up(self) -> bool:
        projections = self.get("/health/ready")["projections"]
        return all(each["state"] == "live" and each["lag"] == 0 for each in projections)

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(PATIENCE_S)

    def get(self, path: str) -> Any:
        """The JSON at a path of its API, for an operator."""
        # The home is there by now, and its key was made by the api, which may run as another user.
        auth = SignedIn(Door({"DAYBOOK_HOME": str(self.home)}))
        return httpx.get(self.url + path, timeout=PATIENCE_S, auth=auth).raise_for_status().json()

    def healthy(self) -> bool:
        """Whether its API can serve requests now."""
        try:
            ready = httpx.get(f"{self.url}/health/ready", timeout=PATIENCE_S).raise_for_status()
            return bool(ready.json()["status"] == "ok")
        except httpx.HTTPError:
            return False

    def member(self, word: str) -> int:
        """The process of its family whose command line has this word, the eldest if several have."""

        def found() -> int | None:
            return next(
                (pid for pid, command in family(self.process.pid).items() if word in command), None
            )

        return int(wait_until(found, f"a process {word}"))


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid
