"""What the embedded servers keep beside their data, as the installation sets it."""

from pathlib import Path
from typing import Annotated

from infrastructure.shared.forms import whole_number
from infrastructure.shared.settings import Setting, SettingsGroup


def _read_folder(text: str) -> Path:
    if "\0" in text or "\n" in text:
        raise ValueError("the path of a folder")
    return Path(text).expanduser().absolute()


class ArchiveSettings(SettingsGroup, frozen=True, kw_only=True):
    """Where the embedded PostgreSQL archives what it writes ahead."""

    archive: Annotated[
        Path | None,
        Setting(
            "DAYBOOK_ARCHIVE",
            _read_folder,
            "a folder, best on another disk, to which the embedded PostgreSQL archives what it writes ahead, so that "
            "a base backup can be restored to any moment since",
            "none",
        ),
    ] = None


class LogSettings(SettingsGroup, frozen=True, kw_only=True):
    """How much of its logs `daybook up` keeps."""

    log_mb_max: Annotated[
        int,
        Setting(
            "DAYBOOK_LOG_MB_MAX",
            whole_number(1, 100_000),
            "size of a log in the home, in MB of 1,000,000 bytes, from which on it is put aside",
            "20",
        ),
    ] = 20
    logs_kept: Annotated[
        int,
        Setting(
            "DAYBOOK_LOGS_KEPT",
            whole_number(1, 1_000),
            "how many logs of each process that were put aside are kept, as `api.log.1` and so on",
            "3",
        ),
    ] = 3


SETTINGS = (ArchiveSettings, LogSettings)
