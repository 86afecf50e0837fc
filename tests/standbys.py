"""A streaming standby of a PostgreSQL of the tests: a copy that goes on by itself."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from infrastructure.backups import tools
from infrastructure.embedded import places
from infrastructure.embedded.postgres import PostgresServer


@contextmanager
def a_standby(
    primary: PostgresServer, home: Path, name: str = "standby", **settings: str
) -> Iterator[PostgresServer]:
    """A standby of this server under `home`, which it calls by this name, until the block ends."""
    standby = PostgresServer(home, {**_SMALL, **settings})
    with psycopg.connect(primary.url(), autocommit=True) as connection:
        version = connection.info.server_version
    copied = ("--checkpoint=fast", "--wal-method=stream", "--no-sync", "--write-recovery-conf")
    program = tools.program("pg_basebackup", version)
    url = f"{primary.url()}&application_name={name}"
    tools.run(program, *copied, f"--pgdata={standby.data}", database_url=url)
    identity = places.server_identity(standby.data)
    if identity is not None:
        for path in (standby.data, *standby.data.rglob("*")):
            os.lchown(path, identity.uid, identity.gid)
    standby.start()
    try:
        yield standby
    finally:
        standby.stop()


_SMALL: Mapping[str, str] = {"shared_buffers": "32MB", "fsync": "off", "max_connections": "150"}
