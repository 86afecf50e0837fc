"""Keeps the processes of `daybook up` running, and leaves none behind.

Rules upheld here:
- a process that ends by itself, kill -9 included, is started again after a pause that doubles from death to death;
- one that dies `DEATHS_MAX` times without having run `STEADY_S` in between ends everything, with its last words;
- what listens to the world listens in the supervisor, so that nobody is refused while a program is started again;
- all of it stops as soon as what is in hand has ended: the programs first and together, then the servers they use.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Self

from domain.shared.errors import Unavailable
from infrastructure.embedded import processes
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.listening import listen

DEATHS_MAX = 6
STEADY_S = 10.0
_PAUSE_S_FIRST = 0.1
_PAUSE_S_MAX = 5.0
_POLL_S = 0.1
_STOP_POLL_S = 0.02
_PROGRAM_PATIENCE_S = 1.2
_SERVER_PATIENCE_S = 1.2


Server = PostgresServer | ValkeyServer
"""What the programs stand on: started before them, stopped after them."""


class Program:
    """One of our own processes, with its output in a log file, or in the terminal if it has none."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        log: Path | None = None,
        *,
        sockets: Sequence[socket.socket] = (),
        patience_s: float = _PROGRAM_PATIENCE_S,
    ) -> None:
        """`sockets` are handed to it, and `patience_s` is how long it may take to end."""
        self._argv = argv
        self._environment = environment
        self._log = log
        self._sockets = sockets
        self.patience_s = patience_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by that signal), None while it runs or before it was started."""
        return self._process.poll() if self._process else None

    def start(self) -> Self:
        """Start it, without waiting until it is of use."""
        self._process = processes.spawn(
            self._argv, log=self._log, environment=self._environment, sockets=self._sockets
        )
        return self

    def ask_to_stop(self) -> None:
        """Send SIGTERM and return."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def stop(self, patience_s: float | None = None) -> None:
        """Stop it and whatever it started itself; by force after `patience_s`, or its own patience."""
        if self._process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self.patience_s if patience_s is None else patience_s)
        self.sweep()
        self._process.wait()

    def sweep(self) -> None:
        """Kill what is left of its process group: the workers of one that was killed itself."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The end of its log."""
        return processes.log_tail(self._log) if self._log and self._log.exists() else ""


class Supervisor:
    """Starts, watches and stops.

    Args:
        report: receives one line for people per death and restart, and what a stop waits for.
        listening: what programs were handed; closed before they are stopped.
        hurry: once it is set, a stop waits for nobody.
        tend: called every now and then, as long as it watches.
    """

    def __init__(
        self,
        report: Callable[[str], None],
        listening: Sequence[socket.socket] = (),
        hurry: Event | None = None,
        tend: Callable[[], None] = lambda: None,
    ) -> None:
        self._report = report
        self._listening = listening
        self._hurry = hurry or Event()
        self._tend = tend
        self._watched: dict[str, _Watched] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, child: "Server | Program") -> None:
        """Start `child` and watch over it from now on."""
        watched = self._watched[name] = _Watched(name, child)
        watched.start()

    def run(self, program: Program) -> int:
        """Run a program that ends by itself, watching over the others; its exit code (negative: by that signal)."""
        program.start()
        try:
            self.watch(until=lambda: program.exit_code is not None)
        finally:
            program.stop()
        return program.exit_code or 0

    def watch(
        self,
        until: Callable[[], bool] = lambda: False,
        timeout_s: float | None = None,
        what: str = "what was waited for",
    ) -> None:
        """Restart what dies until `until` holds.

        Raises:
            Unavailable: code `gave_up`, a process keeps dying; code `timed_out`, `until` did not hold in `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s if timeout_s is not None else None
        while not until():
            for watched in self._watched.values():
                watched.look(self._report)
            self._tend()
            if deadline is not None and time.monotonic() > deadline:
                raise Unavailable(f"{what} did not come within {timeout_s:.0f} s", code="timed_out")
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """Stop everything, the latest first."""
        for each in self._listening:
            each.close()
        children = [watched.child for watched in reversed(self._watched.values())]
        programs = [child for child in children if isinstance(child, Program)]
        for program in programs:
            program.ask_to_stop()
        self._wait_for(programs)
        for program in programs:
            program.stop(0)
        for child in children:
            if not isinstance(child, Program):
                child.stop(_SERVER_PATIENCE_S)
        self._watched.clear()

    def _wait_for(self, programs: Sequence[Program]) -> None:
        """Give each program its time, and tell once that somebody takes longer than most."""
        began, told = time.monotonic(), False
        while not self._hurry.is_set():
            passed_s = time.monotonic() - began
            left = [it for it in programs if it.exit_code is None and passed_s < it.patience_s]
            if not left:
                return
            if passed_s > _PROGRAM_PATIENCE_S and not told:
                longest = max(it.patience_s for it in left)
                self._report(
                    f"Requests in hand have up to {longest:.0f} s; Ctrl-C breaks them off."
                )
                told = True
            time.sleep(_STOP_POLL_S)


class _Watched:
    """A child, how often it has died in succession, and when it is to be started again."""

    def __init__(self, name: str, child: Server | Program) -> None:
        self.name = name
        self.child = child
        self._started_at = 0.0
        self._deaths = 0
        self._due_at: float | None = None

    def start(self) -> None:
        """Start it; it is steady from when it is up."""
        self.child.start()
        self._started_at = time.monotonic()

    def look(self, report: Callable[[str], None]) -> None:
        """Notice a death, and start again what is due."""
        now = time.monotonic()
        if self._due_at is None and self.child.exit_code is not None:
            self._died(now, report)
        if self._due_at is not None and now >= self._due_at:
            self._due_at = None
            self.start()

    def _died(self, now: float, report: Callable[[str], None]) -> None:
        code, words = self.child.exit_code or 0, ""
        ending = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        if isinstance(self.child, Program):
            self.child.sweep()
            words = self.child.last_words()
        self._deaths = 1 if now - self._started_at > STEADY_S else self._deaths + 1
        if self._deaths >= DEATHS_MAX:
            raise Unavailable(
                f"{self.name} {ending} {self._deaths} times in a row\n{words}".rstrip(),
                code="gave_up",
            )
        pause_s = min(_PAUSE_S_MAX, _PAUSE_S_FIRST * 2 ** (self._deaths - 1))
        report(f"{self.name} {ending}; starting it again in {pause_s:.1f} s")
        self._due_at = now + pause_s


def check_port(host: str, port: int, setting: str = "DAYBOOK_PORT") -> None:
    """See that somebody will be able to listen there.

    Raises:
        Unavailable: as `listen`.
    """
    listen(host, port, setting).close()
