"""What is done with what mail servers send back, and the folder into which one of them may put it.

Rules upheld here:
- a report is done with once what it says is recorded: one that comes again, or is met half-way, changes nothing;
- what is no report about mail that we sent changes nothing either.
"""

import asyncio
import os
import stat
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

import structlog

from application.mail.use_cases import Mail
from domain.shared.errors import Malformed, Unavailable
from infrastructure.mail.reports import READ_BYTES_MAX, read_report

LOOK_S = 5.0
"""Seconds between two looks into the folder."""

_AT_ONCE = 100

_logger = structlog.get_logger("daybook.bounces")


class Heard(Enum):
    """What became of a message that came in: it is noted, says nothing to note, or is no report about ours."""

    NOTED = auto()
    NO_BOUNCE = auto()
    NOT_OURS = auto()


class ReportDesk:
    """Reads what comes in, and has it noted."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    async def take(self, raw: bytes) -> Heard:
        """What a message says is noted, if it is a report about mail of ours that came back.

        Raises:
            Unavailable: it cannot be noted now.
        """
        report = await asyncio.to_thread(read_report, raw)
        if report is None:
            return Heard.NOT_OURS
        if report.bounced is None:
            return Heard.NO_BOUNCE
        is_ours = await self._mail.heard(report.message_id, report.bounced)
        _logger.info("report_heard", message_id=report.message_id[:200], is_ours=is_ours)
        return Heard.NOTED if is_ours else Heard.NOT_OURS


class ReportFolder:
    """A Maildir: what is new is read, and lies among what was seen afterwards."""

    def __init__(self, folder: Path, desk: ReportDesk) -> None:
        """Raises `Malformed` if the folder is no Maildir."""
        self._new, self._seen = folder / "new", folder / "cur"
        self._desk = desk
        if not (self._new.is_dir() and self._seen.is_dir()):
            raise Malformed(
                f"DAYBOOK_BOUNCES_FOLDER is {folder}; a Maildir with the folders new and cur was expected"
            )

    async def watch(self, stop: asyncio.Event) -> None:
        """Look every few seconds until `stop` is set."""
        while not stop.is_set():
            try:
                await self.look()
            except (OSError, Unavailable) as error:
                _logger.warning("folder_not_read", error=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_S)

    async def look(self) -> None:
        """Take what is new."""
        for path in await asyncio.to_thread(self._oldest):
            raw = await asyncio.to_thread(_start_of, path)
            if raw is not None:
                await self._desk.take(raw)
                with suppress(FileNotFoundError):  # whoever else looks here was faster
                    await asyncio.to_thread(path.rename, self._seen / f"{path.name}:2,S")

    def _oldest(self) -> list[Path]:
        return sorted(self._new.iterdir())[:_AT_ONCE]


def _start_of(path: Path) -> bytes | None:
    """What is read of a file; None for what is none, or is gone."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        return None
    with os.fdopen(opened, "rb") as file:
        return file.read(READ_BYTES_MAX)
