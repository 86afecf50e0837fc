"""A dump of the log and of what belongs to it, and a book out of one.

Read models follow from the log, so they are not dumped: their checkpoints are, which vouch for nothing where the tables
are not there, and a projector builds them.
"""

from pathlib import Path

import psycopg
from psycopg import conninfo

from domain.shared.errors import Malformed, Refused
from infrastructure.backups import epochs, manifests, tools
from infrastructure.backups.manifests import Manifest
from infrastructure.migrations import migrate
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.roles import Role, address_of
from infrastructure.shared.settings import Settings

_FILE = "daybook.dump"
_SCHEMAS = ("daybook", "simbank")
_WHAT = """
    SELECT pg_export_snapshot(), daybook.head(), daybook.epoch(), (SELECT version_num FROM daybook.alembic_version)
"""
_THERE = "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(daybook|simbank|read(_v[0-9]+)?)$' ORDER BY 1"


def dump(database_url: str, folder: Path) -> Manifest:
    """Dump the book into a new folder, as it is at one moment; everybody goes on meanwhile.

    Raises:
        Refused: the folder is not empty.
        Unavailable: the database does not answer, or a program is missing or failed.
    """
    began_at = manifests.begin(folder)
    with (
        reaching_the_log(),
        psycopg.connect(careful(database_url, "daybook backup")) as connection,
    ):
        server_version = connection.info.server_version
        pg_dump = tools.program("pg_dump", server_version)
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # What is dumped is what this transaction sees, so the position is that of the dump.
        row = connection.execute(_WHAT).fetchone()
        assert row is not None, "it is one row"  # noqa: S101
        snapshot, position, epoch, revision = row
        wanted = [f"--schema={schema}" for schema in _SCHEMAS]
        options = ("--format=custom", "--no-password", f"--snapshot={snapshot}", *wanted)
        tools.run(pg_dump, *options, f"--file={folder / _FILE}", database_url=database_url)
    (folder / _FILE).chmod(0o600)
    said = Manifest(
        kind="dump",
        position=position,
        epoch=epoch,
        revision=revision,
        server_version=server_version,
        began_at=began_at,
        digest=manifests.digest_of(folder / _FILE),
    )
    return manifests.write(folder, said)


def restore(settings: Settings, folder: Path, manifest: Manifest) -> epochs.Epoch:
    """Make the book of a dump in a database without one: all of it or nothing; answers the epoch that begins.

    Raises:
        Malformed: code `bad_backup`; the dump is not what was written.
        Refused: code `not_empty`; there is a book already.
        Unavailable: the database does not answer, or a program is missing or failed.
    """
    database_url = address_of(settings, Role.OWNER)
    if manifests.digest_of(folder / _FILE) != manifest.digest:
        raise Malformed(
            f"{folder / _FILE} is not what was written: its digest is another", code="bad_backup"
        )
    pg_restore = tools.program("pg_restore", max(_emptied(database_url), manifest.server_version))
    name = str(conninfo.conninfo_to_dict(database_url).get("dbname") or "")
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    tools.run(
        pg_restore,
        *options,
        "--no-password",
        f"--dbname={name}",
        str(folder / _FILE),
        database_url=database_url,
    )
    migrate(database_url, settings)
    return epochs.renew(
        database_url, f"restored from a dump of {manifest.began_at:%Y-%m-%d %H:%M:%SZ}"
    )


def _emptied(database_url: str) -> int:
    """The version of a server whose database has nothing of ours."""
    with (
        reaching_the_log(),
        psycopg.connect(careful(database_url, "daybook restore")) as connection,
    ):
        there = [name for (name,) in connection.execute(_THERE)]
        if there:
            raise Refused(
                f"the database has the schemas {', '.join(there)} already; an empty one was expected, so that nothing "
                "is overwritten",
                code="not_empty",
            )
        return connection.info.server_version
