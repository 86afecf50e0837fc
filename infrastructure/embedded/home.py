"""The folder one Daybook lives in: who uses it now, and where its servers listen.

One process at a time holds a home. `daybook up` says there where its servers are, so that other commands meet them; a
command that finds nobody starts the servers for itself and holds the home meanwhile.
"""

import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec
import psycopg
import redis

from domain.shared.errors import Refused, Unavailable
from infrastructure.embedded.orphans import end_orphans, is_gone
from infrastructure.embedded.places import make_folder, server_identity
from infrastructure.embedded.postgres import PostgresServer, archiving
from infrastructure.embedded.settings import ArchiveSettings
from infrastructure.embedded.supervisor import Server
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.identity.keys import KEY_FILE, make_keys
from infrastructure.mail.settings import MailSettings
from infrastructure.shared.addresses import reason
from infrastructure.shared.roles import DatabaseRole
from infrastructure.shared.settings import Settings

_PATIENCE_S = 5
_POLL_S = 0.05
_POSTGRESQL_OLDEST = 150_000


class Addresses(msgspec.Struct, frozen=True):
    """Where the servers of a running `daybook up` are: those that it started, and no others."""

    database_url: str | None
    redis_url: str | None
    smtp_url: str | None = None
    identity_url: str | None = None
    projector_url: str | None = None
    migrate_url: str | None = None


@contextmanager
def hold(home: Path, purpose: str) -> Iterator[None]:
    """Be the only user of `home` until the block ends; the kernel lets go of it if the process is killed.

    Raises:
        Refused: code `home_in_use`; another process holds it (`facts`: holder).
        Unavailable: code `home_unusable`; the folder cannot be made or written.
    """
    with _open_lock(home) as lock:
        _close_to_others(home)
        _lock(home, lock)
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, daybook {purpose}")
        lock.flush()
        end_orphans(home.absolute())
        yield


def _lock(home: Path, lock: IO[str]) -> None:
    """Lock it. What a holder was about to start when it was killed has the lock for a moment, too."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _is_held(lock) or time.monotonic() > deadline:
                raise _in_use(home, lock) from None
        time.sleep(_POLL_S)


def _is_held(lock: IO[str]) -> bool:
    """Whether the process that wrote itself down lives; true as well if none did."""
    lock.seek(0)
    found = re.match(r"process (\d+),", lock.read())
    return found is None or not is_gone(int(found[1]))


@contextmanager
def published(home: Path, addresses: Addresses) -> Iterator[None]:
    """Tell other commands where the servers of the held `home` are, until the block ends.

    What somebody else's server is called, and the password to it, stay in the settings.
    """
    unfinished = home / "servers.json.unfinished"
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(msgspec.json.encode(addresses))
    unfinished.rename(home / "servers.json")
    try:
        yield
    finally:
        (home / "servers.json").unlink(missing_ok=True)


@contextmanager
def servers(settings: Settings, purpose: str, *, queue: bool = True) -> Iterator[Settings]:
    """The settings with both addresses set, and both servers up until the block ends.

    An address that is set is taken as it is. Otherwise the servers of a running `daybook up` on the same home are used,
    or embedded ones started. Without `queue` it is no matter whether the Redis that is set answers now.

    Raises:
        Refused, Unavailable: as `hold`.
        ServerFailed: an embedded server did not start.
        Unavailable: as `check_servers`.
    """
    check_servers(settings, queue=queue)
    if settings.database_url and settings.redis_url:
        yield settings
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(settings.home, purpose))
        except Refused as refused:
            found = with_addresses(settings, _published_addresses(settings.home, refused))
            if not (found.database_url and found.redis_url):
                raise Unavailable(
                    f"the Daybook that runs in {settings.home} uses servers of yours; set DATABASE_URL and REDIS_URL "
                    "as they were set for it",
                    code="servers_unknown",
                ) from refused
            yield found
            return

        def start(_: str, server: Server) -> None:
            stack.callback(server.stop)
            server.start()

        yield with_addresses(settings, start_missing(settings, start))


def check_servers(settings: Settings, *, queue: bool = True) -> None:
    """See that the servers whose addresses are set answer (Redis for a `queue`), and that PostgreSQL is new enough.

    Raises:
        Unavailable: code `database_unreachable`, `bad_database_address`, `database_too_old` or `redis_unreachable`.
    """
    if url := settings.migrate_url or settings.database_url:
        _check_database(url, "DAYBOOK_MIGRATE_URL" if settings.migrate_url else "DATABASE_URL")
    if settings.redis_url and queue:
        _check_redis(settings.redis_url)


def check_read_server(settings: Settings) -> None:
    """See that the server which the read models have of their own answers, and is new enough.

    Raises:
        Unavailable: as `check_servers`.
    """
    if url := settings.read_migrate_url or settings.read_url:
        own = settings.read_migrate_url is not None
        _check_database(url, "DAYBOOK_READ_MIGRATE_URL" if own else "READ_DATABASE_URL")


def _check_database(url: str, name: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE_S) as connection:
            server_version = connection.info.server_version
    except psycopg.Error as error:
        raise Unavailable(
            f"the PostgreSQL of {name} cannot be reached: {reason(error)}",
            # What is no address at all does not become one by waiting.
            code="database_unreachable"
            if isinstance(error, psycopg.OperationalError)
            else "bad_database_address",
        ) from error
    if server_version < _POSTGRESQL_OLDEST:
        raise Unavailable(
            f"{name} is a PostgreSQL {server_version // 10_000}; 15 or later was expected",
            code="database_too_old",
        )


def _check_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=_PATIENCE_S) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise Unavailable(
            f"the server of REDIS_URL cannot be reached: {reason(error)}", code="redis_unreachable"
        ) from error


def with_addresses(settings: Settings, addresses: Addresses) -> Settings:
    """The settings with the addresses filled in that were not set."""
    mail = settings.of(MailSettings)
    smtp_url = mail.smtp_url or addresses.smtp_url
    return msgspec.structs.replace(
        settings,
        database_url=settings.database_url or addresses.database_url,
        identity_url=settings.identity_url or addresses.identity_url,
        projector_url=settings.projector_url or addresses.projector_url,
        migrate_url=settings.migrate_url or addresses.migrate_url,
        redis_url=settings.redis_url or addresses.redis_url,
    ).with_group(msgspec.structs.replace(mail, smtp_url=smtp_url))


def start_missing(
    settings: Settings, start: Callable[[str, Server], None], smtp_url: str | None = None
) -> Addresses:
    """Where the servers are that `start` was called with, by name: those whose addresses are not set.

    A book on a database of its own has a signing key of its own. `smtp_url` is where mail goes if that is not set.
    """
    given = Addresses(None, None, None if settings.of(MailSettings).smtp_url else smtp_url)
    if not settings.database_url:
        start("PostgreSQL", postgres := _postgres(settings))
        given = msgspec.structs.replace(
            given,
            database_url=postgres.url(user=DatabaseRole.APPLICATION),
            identity_url=postgres.url(user=DatabaseRole.IDENTITY),
            projector_url=postgres.url(user=DatabaseRole.PROJECTOR),
            migrate_url=postgres.url(),
        )
        make_keys(settings.home / KEY_FILE)
    if not settings.redis_url:
        start("Valkey", valkey := ValkeyServer(settings.home))
        given = msgspec.structs.replace(given, redis_url=valkey.url())
    return given


def _postgres(settings: Settings) -> PostgresServer:
    archive = settings.of(ArchiveSettings).archive
    server = PostgresServer(settings.home, archiving(archive))
    if archive is not None:
        make_folder(archive, mode=0o700, identity=server_identity(server.data))
    return server


def _open_lock(home: Path) -> IO[str]:
    try:
        home.mkdir(mode=_home_mode(), parents=True, exist_ok=True)
        return (home / "lock").open("a+")
    except OSError as error:
        raise Unavailable(
            f"{home} cannot be used as Daybook's home ({error.strerror}); set DAYBOOK_HOME to a folder of yours",
            code="home_unusable",
        ) from error


def _home_mode() -> int:
    """As root the home is passed through by the user that PostgreSQL runs as, and still not looked into."""
    return 0o711 if os.geteuid() == 0 else 0o700


def _close_to_others(home: Path) -> None:
    """Take what others may do from the home, if it is ours, and from what an earlier Daybook wrote there."""
    found = home.stat()
    if found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
        home.chmod(found.st_mode & _home_mode())
    for path in (home / "lock", home / "servers.json", *home.glob("*.log*")):
        with suppress(OSError):
            path.chmod(0o600, follow_symlinks=False)


def _in_use(home: Path, lock: IO[str]) -> Refused:
    lock.seek(0)
    holder = lock.read() or "another process"
    return Refused(
        f"{home} is in use by {holder}; stop it, or set DAYBOOK_HOME to another folder",
        code="home_in_use",
        holder=holder,
    )


def _published_addresses(home: Path, refused: Refused) -> Addresses:
    try:
        return msgspec.json.decode((home / "servers.json").read_bytes(), type=Addresses)
    except FileNotFoundError:
        raise refused from None
