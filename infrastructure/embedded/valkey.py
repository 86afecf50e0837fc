"""Valkey, which speaks Redis, as a child process. It only carries work to the workers: nothing in it is kept."""

import os
import signal
import time
from pathlib import Path
from typing import Self

import redis

from infrastructure.embedded import orphans, places, processes
from infrastructure.embedded.child import ChildServer
from infrastructure.embedded.processes import ServerFailed

_POLL_S = 0.01


class ValkeyServer(ChildServer):
    """One Valkey with its log `valkey.log` under `home`, on a Unix socket in a short folder of its own."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, "Valkey")
        self._sockets = places.socket_folder(self._home / "valkey", None)
        self._socket = self._sockets / "valkey.sock"

    def url(self) -> str:
        """The address for redis-py and arq; the same after every restart."""
        return f"unix://{self._socket}"

    def start(self, timeout_s: float = 10.0) -> Self:
        """Start the server and return once it answers.

        Raises:
            ServerFailed: it did not answer within `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        places.socket_folder(self._home / "valkey", None)
        self._socket.unlink(missing_ok=True)
        marked = {**os.environ, **orphans.mark(self._home)}
        self._process = processes.spawn(self._command(), log=self._log, environment=marked)
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(
                    f"Valkey did not start (log: {self._log}):\n{processes.log_tail(self._log)}"
                )
            time.sleep(_POLL_S)
        return self

    def stop(self, patience_s: float = 2.0) -> None:
        """Stop the server; nothing happens if it does not run."""
        if self._process:
            processes.stop(self._process, ((signal.SIGTERM, patience_s),))
            self._process = None
        self._socket.unlink(missing_ok=True)
        if self._sockets.exists():
            self._sockets.rmdir()

    def _command(self) -> list[str | Path]:
        listening = ("--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700")
        keeping = ("--save", "", "--appendonly", "no", "--dir", self._sockets)
        return [places.valkey_program(), *listening, *keeping]

    def _answers(self) -> bool:
        with redis.Redis(unix_socket_path=str(self._socket)) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False
