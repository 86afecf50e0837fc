"""What a backup says about itself: a file beside it that is written last, so that one without it is not whole."""

from datetime import UTC, datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec

from domain.shared.errors import Malformed, Refused

_FILE = "backup.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A backup: `dump` of the log and what belongs to it, or `base` of the whole server.

    `position` and `epoch` are those of the log then (of a base: when it began); `digest` is of the dump, in hex.
    """

    kind: Literal["dump", "base"]
    position: int
    epoch: str
    revision: str
    server_version: int
    began_at: datetime
    ended_at: datetime | None = None
    daybook: str = ""
    digest: str = ""


def begin(folder: Path) -> datetime:
    """Make the folder of a backup, for nobody else to look into; answers the moment.

    Raises:
        Refused: code `not_empty`; something is in it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; a folder that is new was expected", code="not_empty")
    return datetime.now(UTC)


def write(folder: Path, manifest: Manifest) -> Manifest:
    """Say that the backup is whole."""
    whole = msgspec.structs.replace(
        manifest, ended_at=datetime.now(UTC), daybook=version("daybook")
    )
    unfinished = folder / f"{_FILE}.unfinished"
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(whole)) + b"\n")
    unfinished.rename(folder / _FILE)
    return whole


def read(folder: Path) -> Manifest:
    """What is said of the backup in this folder.

    Raises:
        Malformed: code `bad_backup`; there is none, or it was not finished.
    """
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Manifest)
    except OSError as error:
        detail = f"there is no whole backup in {folder}: {_FILE} cannot be read"
        raise Malformed(detail, code="bad_backup") from error
    except msgspec.DecodeError as error:
        raise Malformed(f"{folder / _FILE}: {error}", code="bad_backup") from error


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
