"""A base backup of a whole server, and the embedded server taken back to a moment of what was archived since."""

import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

import psycopg

from domain.shared.errors import Refused, Unavailable
from infrastructure.backups import epochs, manifests, tools
from infrastructure.backups.manifests import Manifest
from infrastructure.embedded.places import server_identity
from infrastructure.embedded.postgres import PostgresServer, archiving
from infrastructure.embedded.processes import ServerFailed
from infrastructure.migrations import migrate
from infrastructure.shared.event_log.connections import careful, reaching_the_log

_BASE = "base"
_ARCHIVED_S_MAX = 60.0
_RECOVERY_S_MAX = 6 * 3600.0
_POLL_S = 0.1
_WHAT = """
    SELECT daybook.head(), daybook.epoch(), (SELECT version_num FROM daybook.alembic_version),
           current_setting('archive_mode') <> 'off'
"""
_ARCHIVED = "SELECT last_archived_wal >= %s, last_failed_wal FROM pg_stat_archiver"


def back_up(database_url: str, folder: Path) -> Manifest:
    """Copy the whole server into a new folder while it works; everybody goes on meanwhile.

    Raises:
        Refused: the folder is not empty, or the server archives nothing (`not_archiving`): this would be of one moment.
        Unavailable: the server does not answer or archives too slowly, or a program is missing or failed.
    """
    with (
        reaching_the_log(),
        psycopg.connect(careful(database_url, "daybook backup"), autocommit=True) as connection,
    ):
        row = connection.execute(_WHAT).fetchone()
        assert row is not None, "it is one row"  # noqa: S101
        position, epoch, revision, is_archiving = row
        if not is_archiving:
            raise Refused(
                "the server does not archive what it writes ahead, so a base backup could not be taken on to any later "
                "moment; set DAYBOOK_ARCHIVE, or `archive_mode` of a server of your own",
                code="not_archiving",
            )
        began_at = manifests.begin(folder)
        version = connection.info.server_version
        pg_basebackup = tools.program("pg_basebackup", version)
        options = ("--checkpoint=fast", "--wal-method=stream", "--no-password")
        tools.run(pg_basebackup, *options, f"--pgdata={folder / _BASE}", database_url=database_url)
        _await_archived(connection)
    said = Manifest(
        kind="base",
        position=position,
        epoch=epoch,
        revision=revision,
        server_version=version,
        began_at=began_at,
    )
    return manifests.write(folder, said)


def _await_archived(connection: psycopg.Connection) -> None:
    """See that what was written up to now gets into the archive."""
    # The byte before: if nothing was written since the last switch, there is none, and a file begins at this place.
    row = connection.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchone()
    deadline = time.monotonic() + _ARCHIVED_S_MAX
    while True:
        found = connection.execute(_ARCHIVED, row).fetchone()
        if found and found[0]:
            return
        if time.monotonic() > deadline:
            failed = f"; {found[1]} failed last" if found and found[1] else ""
            raise Unavailable(
                f"the archive does not take what the server writes{failed}: its log says why",
                code="archive_stuck",
            )
        time.sleep(_POLL_S)


def restore(
    home: Path, folder: Path, manifest: Manifest, archive: Path | None, to: datetime | None
) -> epochs.Epoch:
    """Make the data of the embedded server out of a base backup and an archive, up to a moment or to its end.

    Answers the epoch that begins. What cannot be recovered leaves no data behind.

    Raises:
        Refused: there are data already (`not_empty`), or the archive does not lead to that moment (`no_such_point`).
        Unavailable: the server cannot be started.
    """
    data = PostgresServer(home).data
    if data.exists():
        raise Refused(
            f"there are data in {data} already; move them away, so that nothing is overwritten",
            code="not_empty",
        )
    if to is not None and manifest.ended_at is not None and to < manifest.ended_at:
        raise Refused(
            f"the backup ended at {manifest.ended_at:%Y-%m-%d %H:%M:%SZ} and leads to no moment before that; take an "
            "earlier one",
            code="no_such_point",
        )
    _lay_out(folder / _BASE, data)
    server = PostgresServer(home, {**archiving(archive), **_recovering(archive, to)})
    begun = None
    try:
        begun = _recovered(server, manifest, f"{to:%Y-%m-%d %H:%M:%S%z}" if to else "its end")
    finally:
        server.stop()
        if begun is None:
            shutil.rmtree(data)
    return begun


def _recovered(server: PostgresServer, manifest: Manifest, told: str) -> epochs.Epoch:
    try:
        server.start(timeout_s=_RECOVERY_S_MAX)
    except ServerFailed as error:
        raise Refused(
            f"backup and archive do not lead to {told}: {error.detail}", code="no_such_point"
        ) from error
    migrate(server.url())
    since = f"a base backup of {manifest.began_at:%Y-%m-%d %H:%M:%SZ}"
    return epochs.renew(server.url(), f"the archive was followed from {since} to {told}")


def _recovering(archive: Path | None, to: datetime | None) -> dict[str, str]:
    """The settings of a server that recovers, lets nobody in meanwhile, and then takes up its work."""
    settings = {
        "restore_command": "false",
        "recovery_target_action": "promote",
        "hot_standby": "off",
    }
    if archive is not None:
        settings["restore_command"] = f"cp {quote(str(archive)).replace('%', '%%')}/%f %p"
    if to is not None:
        settings["recovery_target_time"] = to.astimezone(UTC).isoformat(sep=" ")
    return settings


def _lay_out(base: Path, data: Path) -> None:
    """Put a copy of the base where the data are to be, under another name first, owned by whom the server runs as."""
    unfinished = data.with_name(f"{data.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(base, unfinished, symlinks=True)
    (unfinished / "recovery.signal").touch()
    if identity := server_identity(data):
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, identity.uid, identity.gid, follow_symlinks=False)
    unfinished.rename(data)
