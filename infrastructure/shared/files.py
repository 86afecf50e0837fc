"""Files that are written once, such as secrets and archives: whole or not at all, and for their owner alone."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from domain.shared.errors import Refused, Unavailable

_SECRET_BYTES_MAX = 64_000


def read_secret(path: Path) -> str:
    """The text of a file that holds a secret, without the newline that editors put behind it.

    Raises:
        ValueError: it is no regular file, or empty.
        OSError: it cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
        raise ValueError("it is no regular file")
    with path.open("rb") as opened:
        text = opened.read(_SECRET_BYTES_MAX).decode("utf-8").rstrip("\r\n")
    if not text:
        raise ValueError("it is empty")
    return text


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


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A new file for nobody else to look into, to be written in the block; then it has its name and is on the disk.

    What a killed process has left of it is overwritten; nothing is left of it if the block fails.

    Raises:
        Refused: code `file_exists`.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    if path.exists():
        raise Refused(f"{path} is there already; it is not overwritten", code="file_exists")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name, too
    finally:
        os.close(folder)
