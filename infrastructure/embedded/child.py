"""What the embedded servers have in common: each is a child process with a log in the home."""

import subprocess
from pathlib import Path

from infrastructure.embedded import places
from infrastructure.embedded.processes import ServerFailed


class ChildServer:
    """A server that this process starts; `name` is that of its log as well, under `home`."""

    def __init__(self, home: Path, name: str) -> None:
        self._home = home.absolute()
        self._name = name
        places.make_folder(self._home, mode=0o755)
        self._log = self._home / f"{name.lower()}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        return self._running().pid

    @property
    def exit_code(self) -> int | None:
        """How the server ended (negative: by that signal), or None while it runs."""
        return self._running().poll()

    def kill(self) -> None:
        """Kill the server as a fault would (kill -9), without any clean-up."""
        self._running().kill()
        self._running().wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ServerFailed(f"the {self._name} server was not started")
        return self._process
