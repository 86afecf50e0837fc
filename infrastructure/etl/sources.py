"""Fetching the file of a day from wherever fsspec can open it, byte by byte and whole.

Rules upheld here:
- an address and what a server says of it are not repeated in full: they may hold credentials;
- fewer bytes than were announced are a file that was cut off, not a shorter one;
- nothing is read without an end: only regular files of this machine, no more bytes and no longer silence than set.
"""

import datetime as dt
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import aiohttp
import msgspec
from fsspec.core import url_to_fs

from application.imports.staging import HashedFile
from domain.etl import without_secrets
from domain.shared.errors import Malformed

_CHUNK_BYTES = 1 << 20
_WEB = ("http", "https")
_GONE = (404, 410)
_OF_THIS_MACHINE = re.compile(r"(?:(?:file|local)://)?((?:/|\.|~|[^:]*$).*)", re.DOTALL)
_SILENT = (TimeoutError, aiohttp.ServerTimeoutError)
_NO_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


class Limits(msgspec.Struct, frozen=True):
    """How large a file may be, and for how many seconds a web server may be silent."""

    bytes_max: int
    silence_s: float


class Copied(HashedFile):
    """What was fetched, with an address of it that may be shown."""

    shown = ""


def fetch(address: str, day: dt.date, target: IO[bytes], limits: Limits) -> Copied:
    """Copy the file at an address, or that of a day if a folder is there: `transactions-YYYY-MM-DD.csv`.

    Raises:
        Malformed: `no_file`, `no_regular_file`, `file_too_large`, `source_unreachable`, `truncated_file` (fewer bytes
            than announced).
    """
    with _told_without_secrets(without_secrets(address)):
        for part in address.split("::"):
            _check_local(part)
        # An instance that is kept would answer with what it listed before.
        system, path = url_to_fs(address, skip_instance_cache=True, **_patience(address, limits))
        folder, mark, query = path.partition("?") if _is_web(system) else (path, "", "")
        if _is_folder(system, folder):
            path = f"{folder.rstrip('/')}/transactions-{day}.csv{mark}{query}"
        whole = system.unstrip_protocol(path)
        shown = without_secrets(whole)
        with _told_without_secrets(shown):
            _check_local(whole)
            return _copied(system, path, shown, target, limits)


def _copied(system: Any, path: str, shown: str, target: IO[bytes], limits: Limits) -> Copied:
    announced = system.info(path).get("size")
    if announced is not None and announced > limits.bytes_max:
        raise _too_large(shown, limits)
    # A stream of the web is read from front to back; asking for parts of it would take a request each.
    options = {"block_size": 0} if _is_web(system) else {}
    with system.open(path, "rb", **options) as opened:
        file = Copied(opened)
        while data := file.read(_CHUNK_BYTES):
            if file.size_bytes > limits.bytes_max:
                raise _too_large(shown, limits)
            target.write(data)
    file.shown = shown
    if announced is not None and file.size_bytes < announced:
        raise _cut_off(shown, f"{file.size_bytes} of {announced} bytes came")
    return file


def _patience(address: str, limits: Limits) -> dict[str, Any]:
    """The time-outs of the web, for each part of an address that is of it; the whole may take as long as it takes."""
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=limits.silence_s, sock_read=limits.silence_s
    )
    of_web = {"client_kwargs": {"timeout": timeout}}
    return {scheme: of_web for scheme in _WEB if f"{scheme}://" in address}


def _check_local(part: str) -> None:
    """Refuses what is no file of this machine but a pipe or a device, whose opening or end may never come."""
    found = _OF_THIS_MACHINE.fullmatch(part)
    if found is None:
        return
    with suppress(OSError):  # what is not there is told by whoever opens it
        mode = Path(found[1]).expanduser().stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise Malformed(f"{part} is no regular file", code="no_regular_file")


def _is_web(system: Any) -> bool:
    own = system.protocol
    return not {*((own,) if isinstance(own, str) else own)}.isdisjoint(_WEB)


def _is_folder(system: Any, path: str) -> bool:
    # A web server has pages and no folders: only the address can tell.
    return path.endswith("/") if _is_web(system) else bool(system.isdir(path))


@contextmanager
def _told_without_secrets(shown: str) -> Iterator[None]:
    """Turns whatever a file system raises into a reason that names the address as it may be shown."""
    try:
        yield
    except Malformed:
        raise
    except Exception as error:  # noqa: BLE001 - each file system has errors of its own
        raise _reason(error, shown) from None


def _reason(error: Exception, shown: str) -> Malformed:
    # fsspec says of whatever a web server answers that there is no such file; the cause knows better.
    told = error.__cause__ if isinstance(error, FileNotFoundError) and error.__cause__ else error
    if isinstance(told, _NO_FILE) or getattr(told, "status", None) in _GONE:
        return Malformed(f"there is no file at {shown}", code="no_file")
    if isinstance(told, _SILENT):
        return _unreachable(shown, "the server is silent")
    if isinstance(told, aiohttp.ClientPayloadError):
        return _cut_off(shown, "the connection ended before the file did")
    if isinstance(told, aiohttp.ClientResponseError):
        return _unreachable(shown, f"the server answers {told.status}")
    if isinstance(told, ImportError):
        return _unreachable(shown, _lacks(told))
    return _unreachable(shown, type(told).__name__)


def _lacks(error: ImportError) -> str:
    """Which package is missing, in the words of fsspec if they are only about that."""
    told = str(error)
    return told if re.fullmatch(r"[\w ,.'()-]*", told) else type(error).__name__


def _unreachable(shown: str, why: str) -> Malformed:
    return Malformed(f"{shown} cannot be read: {why}", code="source_unreachable")


def _too_large(shown: str, limits: Limits) -> Malformed:
    return Malformed(
        f"{shown} has more than {limits.bytes_max:,} bytes (DAYBOOK_ETL_MB_MAX)",
        code="file_too_large",
    )


def _cut_off(shown: str, why: str) -> Malformed:
    return Malformed(f"{shown} is cut off: {why}", code="truncated_file")
