"""Where the documents of workflows lie, as the installation sets it."""

from pathlib import Path
from typing import Annotated

from infrastructure.shared.settings import Setting, SettingsGroup


def _read_folder(text: str) -> Path:
    path = Path(text).expanduser().absolute() if "\0" not in text else Path()
    if not path.is_dir() or "\0" in text:
        raise ValueError("the path of a folder with documents of workflows")
    return path


class WorkflowSettings(SettingsGroup, frozen=True, kw_only=True):
    """Where an installation keeps documents of its own."""

    folder: Annotated[
        Path | None,
        Setting(
            "DAYBOOK_WORKFLOWS_FOLDER",
            _read_folder,
            "a folder with workflows of the installation's own, `*.yaml`",
            "none",
        ),
    ] = None


SETTINGS = (WorkflowSettings,)
