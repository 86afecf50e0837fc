"""Files that wait to be imported, kept in PostgreSQL: any process can take them up, and none takes one twice.

Whoever keeps or imports a file holds a session's advisory lock for it. The lock ends with the process, so a file whose
process was killed is free for the next one at once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from uuid import UUID

import psycopg

from application.imports.ports import Readable, Upload, Uploads
from infrastructure.shared.event_log.connections import careful, reaching_the_log

_CHUNK_BYTES = 1 << 20


class PostgresUploads(Uploads):
    """`application.imports.Uploads` in the tables `daybook.uploads` and `daybook.upload_chunks`.

    Every method raises `Unavailable` if the database cannot be reached.
    """

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    @contextmanager
    def keep(self, import_id: UUID, cause: bytes, file: Readable) -> Iterator[None]:
        with self._connected() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_lock_key(import_id)])
            with connection.transaction():
                _store(connection, import_id, cause, file)
            try:
                yield
            except BaseException:
                self.discard(import_id)
                raise

    def waiting(self) -> Sequence[UUID]:
        with self._connected() as connection:
            rows = connection.execute("SELECT import_id FROM daybook.uploads ORDER BY created_at")
            return [import_id for (import_id,) in rows]

    @contextmanager
    def claim(self, import_id: UUID) -> Iterator[Upload | None]:
        with self._connected() as connection:
            yield _claimed(connection, import_id)

    def discard(self, import_id: UUID) -> None:
        with self._connected() as connection:
            connection.execute("DELETE FROM daybook.uploads WHERE import_id = %s", [import_id])

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        url = careful(self._database_url, "daybook uploads")
        with reaching_the_log(), psycopg.connect(url, autocommit=True) as connection:
            yield connection
            # The server lets go of locks some time after a connection is closed, and by then somebody may have asked.
            connection.execute("SELECT pg_advisory_unlock_all()")


class _Chunks:
    """A kept file, read chunk by chunk."""

    def __init__(self, connection: psycopg.Connection, import_id: UUID) -> None:
        self._connection = connection
        self._import_id = import_id
        self._next = count()
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        if not self._rest:
            self._rest = self._fetch(next(self._next))
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _fetch(self, chunk: int) -> bytes:
        row = self._connection.execute(
            "SELECT data FROM daybook.upload_chunks WHERE import_id = %s AND chunk = %s",
            [self._import_id, chunk],
            binary=True,
        ).fetchone()
        return row[0] if row else b""


def _lock_key(import_id: UUID) -> int:
    return int.from_bytes(import_id.bytes[8:], signed=True)


def _store(connection: psycopg.Connection, import_id: UUID, cause: bytes, file: Readable) -> None:
    # `request` is what older versions kept; what was asked is in the first event of the run.
    connection.execute(
        "INSERT INTO daybook.uploads (import_id, request, cause) VALUES (%s, '{}', %s)",
        [import_id, cause.decode()],
    )
    chunks = enumerate(iter(lambda: file.read(_CHUNK_BYTES), b""))
    for chunk, data in chunks:
        connection.execute(
            "INSERT INTO daybook.upload_chunks (import_id, chunk, data) VALUES (%s, %s, %b)",
            [import_id, chunk, data],
        )


def _claimed(connection: psycopg.Connection, import_id: UUID) -> Upload | None:
    locked = connection.execute("SELECT pg_try_advisory_lock(%s)", [_lock_key(import_id)])
    if locked.fetchone() != (True,):
        return None
    # Read under the lock: whoever had it before may have ended the import.
    row = connection.execute(
        "SELECT cause::text FROM daybook.uploads WHERE import_id = %s", [import_id]
    ).fetchone()
    if row is None:
        return None
    return Upload(import_id=import_id, cause=row[0].encode(), file=_Chunks(connection, import_id))
