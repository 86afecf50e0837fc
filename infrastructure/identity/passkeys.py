"""Passkeys in the table `daybook.passkeys`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from application.identity.way_ports import KeptPasskey, Passkey, Passkeys
from infrastructure.shared.connections import Database

_ADD = """
    INSERT INTO daybook.passkeys (credential_id, passkey_uid, user_uid, public_key, sign_count, added_at)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_FIND = """
    SELECT credential_id, user_uid, public_key, sign_count FROM daybook.passkeys
    WHERE credential_id = %s
"""
_NOTE_USE = """
    UPDATE daybook.passkeys SET sign_count = %s, used_at = %s
    WHERE credential_id = %s AND sign_count = %s
"""
_OF = """
    SELECT passkey_uid, added_at, used_at FROM daybook.passkeys WHERE user_uid = %s
    ORDER BY added_at, passkey_uid
"""


class PostgresPasskeys(Passkeys):
    """`application.identity.way_ports.Passkeys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, passkey_uid: UUID, passkey: Passkey, now: datetime) -> bool:
        told = [passkey.credential_id, passkey_uid, passkey.user_uid, passkey.public_key]
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_ADD, [*told, passkey.sign_count, now])
            return cursor.rowcount == 1

    async def find(self, credential_id: bytes) -> Passkey | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_FIND, [credential_id])
            row = await cursor.fetchone()
        return Passkey(*row) if row else None

    async def note_use(self, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                _NOTE_USE, [sign_count, now, passkey.credential_id, passkey.sign_count]
            )
            return cursor.rowcount == 1

    async def of(self, user_uid: UUID) -> Sequence[KeptPasskey]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_OF, [user_uid])
            return [KeptPasskey(*row) for row in await cursor.fetchall()]

    async def credentials(self, user_uid: UUID) -> Sequence[bytes]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "SELECT credential_id FROM daybook.passkeys WHERE user_uid = %s", [user_uid]
            )
            return [row[0] for row in await cursor.fetchall()]

    async def remove(self, passkey_uid: UUID) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                "DELETE FROM daybook.passkeys WHERE passkey_uid = %s", [passkey_uid]
            )

    async def remove_all(self, user_uid: UUID) -> None:
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM daybook.passkeys WHERE user_uid = %s", [user_uid])
