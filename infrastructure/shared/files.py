"""Files that are written once, such as secrets: whole or not at all, whoever else writes them at the same time."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from domain.shared.errors import Unavailable


def write_once(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Make a file of this mode, and the folders above it, unless there is one of that name.

    It is written under a name of its own and then given the right one: of two processes one succeeds.

    Raises:
        Unavailable: it cannot be written (`file_unwritable`).
    """
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, mode)
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be written ({error.strerror})", code="file_unwritable"
        ) from error
