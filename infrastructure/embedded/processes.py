"""Child processes that never outlive their parent.

On Linux the kernel signals the child when the thread that started it ends (PDEATHSIG), so servers are started from the
main thread. Elsewhere an orphan stays until the next start finds it.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from domain.shared.errors import Unavailable

_PR_SET_PDEATHSIG = 1
_LOG_TAIL_BYTES = 4_000
_LOG_TAIL_LINES = 12


class ServerFailed(Unavailable, code="server_failed"):
    """A server did not start, or not in time; the message ends with the last lines of its log."""


class ServerUser(msgspec.Struct, frozen=True):
    """The user a server runs as where this process is root and the server refuses to be."""

    name: str
    uid: int
    gid: int


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path | None,
    identity: ServerUser | None = None,
    environment: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    sockets: Sequence[socket.socket] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C in the terminal reaches only the parent.

    `log` receives its output (appended); without one the child shares this process's. It has these `sockets`, too,
    under the numbers of their file descriptors.
    """
    if log:
        log.touch(mode=0o600)
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(  # noqa: S603 - our own programs, without a shell
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
            preexec_fn=_tie_to_parent(death_signal),
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
            pass_fds=[each.fileno() for each in sockets],
        )
    finally:
        if output:
            output.close()


def stop(process: subprocess.Popen[bytes], signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """End a child: each signal in turn with the seconds it is given, SIGKILL at the end."""
    for number, patience_s in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()


def log_tail(log: Path, since: int = 0) -> str:
    """The last lines a server wrote after byte `since` of its log."""
    with log.open("rb") as file:
        file.seek(max(since, log.stat().st_size - _LOG_TAIL_BYTES))
        lines = file.read().decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-_LOG_TAIL_LINES:])


def die_with_parent(death_signal: signal.Signals) -> None:
    """Have the kernel send this process `death_signal` when the process that started it ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(death_signal))


def _tie_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return tie
