"""What the embedded servers keep beside their data, as the installation sets it."""

from pathlib import Path
from typing import Annotated

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


SETTINGS = (ArchiveSettings,)
