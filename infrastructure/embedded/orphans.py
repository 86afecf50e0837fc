"""Processes that outlived whoever started them: every child is marked in its environment, and so is what it starts.

The mark says where the child belongs and who started it, by process id and the moment that process began, so that a
number given anew means nobody else. Where there is no `/proc` nobody is found.
"""

import os
import select
import signal
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic

_MARK = "SUPERVISED_BY"
_PATIENCE_S = 3.0


def mark(place: Path) -> Mapping[str, str]:
    """The variable that tells the children of this process from others; `place` is where they belong."""
    return {_MARK: f"{os.getpid()} {_began(os.getpid())} {place}"}


def is_orphan(pid: int, place: Path) -> bool:
    """Whether this process belongs to `place`, and whoever started it is no more."""
    starter, _, rest = _marked(pid).partition(" ")
    began, _, where = rest.partition(" ")
    return where == str(place) and _began(int(starter)) != began


def end_orphans(place: Path) -> None:
    """End all orphans of `place`: SIGTERM, and SIGKILL for who is still there after three seconds."""
    with ExitStack() as stack:
        handles = []
        for entry in Path("/proc").glob("[0-9]*"):
            pid = int(entry.name)
            if is_orphan(pid, place):
                with suppress(ProcessLookupError):
                    stack.callback(os.close, handle := os.pidfd_open(pid))
                    # The handle is of this process for good; its number may have been given anew before.
                    handles += [handle] if is_orphan(pid, place) else []
        for number in (signal.SIGTERM, signal.SIGKILL):
            for handle in handles:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, number)
            deadline = monotonic() + _PATIENCE_S
            while handles and monotonic() < deadline:
                ended, _, _ = select.select(handles, [], [], _PATIENCE_S)
                handles = [one for one in handles if one not in ended]


def is_gone(pid: int) -> bool:
    """Whether no such process lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return Path("/proc/self").exists() and not _began(pid)


def _marked(pid: int) -> str:
    """The mark of a process; "" of none, of one that is gone, and of another user's."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    start = f"{_MARK}=".encode()
    found = next((each for each in variables if each.startswith(start)), start)
    return os.fsdecode(found.removeprefix(start))


def _began(pid: int) -> str:
    """When a living process began, in ticks since the machine did; "" of one that is gone."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if told[0] == "Z" else told[19]
