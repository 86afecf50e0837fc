"""A disk that can be full: it is in memory, and how much it holds is said anew as often as one likes."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.facts import eventually


class Disk:
    """What is mounted on a folder; `may_fill` says whether this machine lets a test do that."""

    def __init__(self, folder: Path, *, may_fill: bool) -> None:
        self.folder = folder
        self.may_fill = may_fill

    def fill(self) -> None:
        """Let nothing more go onto it."""
        eventually(lambda: self._holds(self._used()))

    def empty(self) -> None:
        """Let everything go onto it."""
        assert self._holds(_PLENTY)

    def _used(self) -> str:
        at = os.statvfs(self.folder)
        return str((at.f_blocks - at.f_bfree) * at.f_frsize)

    def _holds(self, size: str) -> bool:
        """Whether it does from now on: less than is in use it cannot."""
        return _mount("-o", f"remount,size={size}", str(self.folder))


_PLENTY = "8g"


def _mount(*arguments: str) -> bool:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def a_disk(folder: Path) -> Iterator[Disk]:
    """A disk of its own for a new folder until the block ends; it takes root to have one."""
    folder.mkdir()
    may_fill = _mount("-t", "tmpfs", "-o", f"size={_PLENTY},mode=755", "tmpfs", str(folder))
    try:
        yield Disk(folder, may_fill=may_fill)
    finally:
        if may_fill:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
