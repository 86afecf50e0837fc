"""Keeps the logs of child processes short, while they write them: a child holds its file open, so it is emptied."""

import shutil
import time
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from infrastructure.embedded.settings import LogSettings
from infrastructure.shared.settings import Settings

_LOOK_S = 5.0


class Logs:
    """The logs in the folders of a home, looked after every now and then."""

    def __init__(self, settings: Settings) -> None:
        kept = settings.of(LogSettings)
        self._folders = (settings.home, settings.home / "airflow")
        self._bytes_max, self._kept = kept.log_mb_max * 1_000_000, kept.logs_kept
        self._due_at = 0.0

    def look(self) -> None:
        """Put aside what is too long, unless that was looked for just now."""
        if time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + _LOOK_S
        for log in self._logs():
            if log.stat().st_size > self._bytes_max:
                self._put_aside(log)

    def _logs(self) -> Iterable[Path]:
        return (log for folder in self._folders for log in folder.glob("*.log"))

    def _put_aside(self, log: Path) -> None:
        handler = RotatingFileHandler(log, backupCount=self._kept, delay=True)
        handler.rotator = _empty_into
        handler.doRollover()
        handler.close()


def _empty_into(log: str, aside: str) -> None:
    """Copy and empty: whoever appends goes on at the beginning. What is written in between the two is lost."""
    Path(aside).touch(mode=0o600)
    shutil.copyfile(log, aside)
    with Path(log).open("r+b") as emptied:
        emptied.truncate()
