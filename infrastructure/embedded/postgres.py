"""PostgreSQL as a child process."""

import os
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shlex import quote as quote_for_shell
from typing import Self
from urllib.parse import quote

import psycopg

from infrastructure.embedded import orphans, places, processes
from infrastructure.embedded.child import ChildServer
from infrastructure.embedded.processes import ServerFailed
from infrastructure.shared.roles import PROCESS_ROLES, make_login

# For a machine of two cores that is not PostgreSQL's alone; durability as PostgreSQL ships it.
SETTINGS: Mapping[str, str] = {
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "150",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
}
_ARCHIVE_AFTER = "5min"
_DATA_FOLDER = "postgresql-18"  # named after the major version: another one cannot read it
_LINE_OF_STATUS = 7  # in postmaster.pid, as pg_ctl reads it
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # and no PG… variable of the caller's
_POLL_S = 0.01
_ORPHAN_SIGNALS = ((signal.SIGINT, 8.0), (signal.SIGQUIT, 4.0), (signal.SIGKILL, 4.0))
_LET_IN_ALREADY = """
    SELECT pg_is_in_recovery() OR count(*) = cardinality(%s::text[])
    FROM pg_roles WHERE rolcanlogin AND rolname = ANY(%s)
"""


def archiving(archive: Path | None) -> Mapping[str, str]:
    """The settings of a server that archives what it writes ahead in this folder; none without one.

    A file gets its name when it is whole, and one that is there is never written again.
    """
    if archive is None:
        return {}
    kept = f"{quote_for_shell(str(archive)).replace('%', '%%')}/%f"
    keep = f"cp %p {kept}.unfinished && sync {kept}.unfinished && mv {kept}.unfinished {kept}"
    return {
        "archive_mode": "on",
        "archive_command": f"if test -f {kept}; then cmp -s %p {kept}; else {keep}; fi",
        "archive_timeout": _ARCHIVE_AFTER,
    }


class PostgresServer(ChildServer):
    """One PostgreSQL whose data live under `home`.

    Args:
        home: folder of the data and of the log `postgresql.log`; made if missing.
        settings: server settings over those of `SETTINGS`.

    Attributes:
        data: the data folder (outside `home` where root's folders are closed to PostgreSQL's user).
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(home, "PostgreSQL")
        self._settings = {**SETTINGS, **(settings or {})}
        self.data = places.data_folder(self._home, _DATA_FOLDER)
        self._identity = places.server_identity(self.data)
        self._programs = places.postgres_programs(self._identity)
        self._sockets = places.socket_folder(self.data, self._identity)

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The libpq URI of one of its databases, as superuser or as another login; the same after every restart."""
        return f"postgresql://{user}@/{quote(database)}?host={quote(str(self._sockets), safe='/')}"

    def start(self, timeout_s: float = 60.0) -> Self:
        """Start the server, initialising its data the first time, and return once it takes connections.

        Recovery from a kill -9 is part of that; on a large log it may take longer than the usual 0.1 s.

        Raises:
            ServerFailed: it did not start within `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        if not self.data.exists():
            self._initialise()
        self._clear_orphan(deadline)
        while not self._attempt(deadline):
            time.sleep(_POLL_S)
        self._let_in()
        return self

    def stop(self, patience_s: float = 8.0) -> None:
        """Stop the server, ending open connections; nothing happens if it does not run.

        One that has not written its last checkpoint within `patience_s` is stopped at once, which loses nothing: the
        next start recovers from the log.
        """
        if self._process:
            # PostgreSQL's "fast" and "immediate" shutdown.
            processes.stop(self._process, ((signal.SIGINT, patience_s), (signal.SIGQUIT, 0.5)))
            self._process = None
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _initialise(self) -> None:
        """Make the data folder under another name first: a start killed half-way leaves nothing to trip over."""
        for left in self.data.parent.glob(f"{self.data.name}.unfinished*"):
            shutil.rmtree(left, ignore_errors=True)
        # A name of its own: somebody may still be writing under the other ones.
        unfinished = self.data.with_name(f"{self.data.name}.unfinished-{os.getpid()}")
        places.make_folder(unfinished, mode=0o700, identity=self._identity)
        choices = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        unicode_rules = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        no_sync = ("--no-sync",) if self._settings["fsync"] == "off" else ()
        written = self._log_size()
        initdb = processes.spawn(
            [self._programs / "initdb", "-D", unfinished, *choices, *unicode_rules, *no_sync],
            log=self._log,
            identity=self._identity,
            environment=_ENVIRONMENT,
        )
        if initdb.wait() != 0:
            raise ServerFailed(
                f"PostgreSQL could not make its data folder {self.data}:\n{processes.log_tail(self._log, written)}"
            )
        unfinished.rename(self.data)

    def _let_in(self) -> None:
        """Make the logins of processes, which are no superusers; a server in recovery is left as it was."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            row = connection.execute(_LET_IN_ALREADY, [list(PROCESS_ROLES)] * 2).fetchone()
            for role in () if row == (True,) else PROCESS_ROLES:
                make_login(connection, role)

    def _attempt(self, deadline: float) -> bool:
        """Start once; False if a killed predecessor is not gone yet, its memory or its lock file, which passes."""
        written = self._log_size()
        places.socket_folder(self.data, self._identity)
        self._process = processes.spawn(
            self._command(),
            log=self._log,
            identity=self._identity,
            environment={**_ENVIRONMENT, **orphans.mark(self.data)},
            death_signal=signal.SIGINT,
        )
        while self._process.poll() is None and time.monotonic() < deadline:
            if self._is_ready():
                return True
            time.sleep(_POLL_S)
        problem = processes.log_tail(self._log, written)
        self.stop()
        if _is_passing(problem) and time.monotonic() < deadline:
            return False
        raise ServerFailed(
            f"PostgreSQL did not start on {self.data} (log: {self._log}):\n{problem}"
        )

    def _command(self) -> list[str | Path]:
        options = [part for item in self._settings.items() for part in ("-c", "=".join(item))]
        where = ("-D", self.data, "-k", self._sockets, "-h", "")
        return [self._programs / "postgres", *where, *options]

    def _is_ready(self) -> bool:
        lines = self._pid_file()
        return (
            len(lines) > _LINE_OF_STATUS
            and lines[0] == str(self.pid)
            and lines[_LINE_OF_STATUS].strip() in self._awaited_status()
        )

    def _awaited_status(self) -> tuple[str, ...]:
        """A standby takes connections while it goes on recovering, for as long as it is one."""
        return ("ready", "standby") if (self.data / "standby.signal").exists() else ("ready",)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _clear_orphan(self, deadline: float) -> None:
        """End a server that outlived its parent, and forget a pid that meanwhile belongs to a stranger.

        A server whose parent lives is another Daybook's, met through a copied home: it is waited for and not touched.

        PostgreSQL itself only sees that some process has the pid in its lock file, and would refuse to start.
        """
        if not Path("/proc/self").exists():
            return  # no way to tell: PostgreSQL decides
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].isdigit() else 0  # killed before it wrote it
        if _parent_of(pid) in (os.getpid(), 1) or orphans.is_orphan(pid, self.data):
            self._end(pid)
        while self._works_here(pid):
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"{self.data} is in use by the PostgreSQL of another Daybook (process {pid}); stop that first"
                )
            time.sleep(_POLL_S)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _end(self, pid: int) -> None:
        """End an orphan, by force in the end: one that was told to stop while it recovered may not."""
        for number, patience_s in _ORPHAN_SIGNALS:
            if self._works_here(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            until = time.monotonic() + patience_s
            while self._works_here(pid) and time.monotonic() < until:
                time.sleep(_POLL_S)

    def _works_here(self, pid: int) -> bool:
        """Whether a living process has the data as its working folder, as a PostgreSQL server does."""
        try:
            return Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:  # it is gone, or another user's
            return False

    def _log_size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0


def _parent_of(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return int(status.partition("PPid:")[2].split()[0])


def _is_passing(problem: str) -> bool:
    """Whether a server just killed, perhaps not reaped yet, is all that is in the way.

    A living server on these data was ended before the attempt, and the socket folder is used by no other data.
    """
    return "still in use" in problem or ("lock file" in problem and "already exists" in problem)
