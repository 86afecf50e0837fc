"""Password hashes in the table `daybook.credentials`."""

from datetime import datetime
from uuid import UUID

from application.identity.ports import Credential, CredentialStore
from infrastructure.identity.links import USE, VOID, digest
from infrastructure.identity.sessions import END_ALL
from infrastructure.shared.connections import Connection, Database

# Without `seen` whatever password there is is replaced. Two changes within one tick of the clock are still two.
_REPLACE = """
    INSERT INTO daybook.credentials AS kept (user_uid, password_hash, changed_at)
    VALUES (%(user)s, %(hash)s, %(now)s) ON CONFLICT (user_uid) DO UPDATE
    SET password_hash = excluded.password_hash,
        changed_at = greatest(excluded.changed_at, kept.changed_at + interval '1 microsecond')
    WHERE %(seen)s::timestamptz IS NULL OR kept.changed_at = %(seen)s
"""


class PostgresCredentials(CredentialStore):
    """`application.identity.ports.CredentialStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, user_uid: UUID) -> Credential | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "SELECT password_hash, changed_at FROM daybook.credentials WHERE user_uid = %s",
                [user_uid],
            )
            row = await cursor.fetchone()
        return Credential(*row) if row else None

    async def give(self, user_uid: UUID, password_hash: str, now: datetime) -> bool:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "INSERT INTO daybook.credentials (user_uid, password_hash, changed_at)"
                " VALUES (%s, %s, %s) ON CONFLICT (user_uid) DO NOTHING",
                [user_uid, password_hash, now],
            )
            return cursor.rowcount == 1

    async def rehash(self, user_uid: UUID, known: Credential, password_hash: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                "UPDATE daybook.credentials SET password_hash = %s"
                " WHERE user_uid = %s AND password_hash = %s",
                [password_hash, user_uid, known.password_hash],
            )

    async def replace(
        self, user_uid: UUID, password_hash: str, now: datetime, known: Credential | None = None
    ) -> bool:
        seen = known.changed_at if known else None
        async with self._database.transaction() as connection:
            return await _replace(connection, user_uid, password_hash, now, seen)

    async def revoke(self, user_uid: UUID, before: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                "DELETE FROM daybook.credentials WHERE user_uid = %s AND changed_at < %s",
                [user_uid, before],
            )
            await connection.execute(
                END_ALL + " AND started_at < %s", [before, "password reset", user_uid, before]
            )

    async def redeem(
        self, token: str, user_uid: UUID, number: int, password_hash: str, now: datetime
    ) -> bool:
        async with self._database.transaction() as connection:
            # Of two who send the same token at once, the second finds nothing left.
            cursor = await connection.execute(USE, [digest(token), user_uid, number])
            if cursor.rowcount != 1:
                return False
            await connection.execute(VOID, [user_uid])
            return await _replace(connection, user_uid, password_hash, now, None)


async def _replace(
    connection: Connection, user_uid: UUID, password_hash: str, now: datetime, seen: datetime | None
) -> bool:
    cursor = await connection.execute(
        _REPLACE, {"user": user_uid, "hash": password_hash, "now": now, "seen": seen}
    )
    if cursor.rowcount != 1:
        return False
    await connection.execute(END_ALL, [now, "password changed", user_uid])
    return True
