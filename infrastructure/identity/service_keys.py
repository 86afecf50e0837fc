"""Keys of service accounts in `daybook.service_keys`. A key is 32 random bytes, so a plain digest is safe to keep."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from application.identity.service_accounts import KEY_START, DrawnKey, KnownKey, ServiceKeys
from infrastructure.shared.connections import Database

_PREFIX_BYTES, _KEY_BYTES = 6, 32
_KEY = re.compile(rf"{KEY_START}[A-Za-z0-9_-]{{51}}")
_NOTED_EVERY = timedelta(minutes=1)

_KEEP = "INSERT INTO daybook.service_keys (key_hash, key_uid, account_uid) VALUES (%s, %s, %s)"
_FIND = "SELECT account_uid, key_uid FROM daybook.service_keys WHERE key_hash = %s"
_NOTE = "UPDATE daybook.service_keys SET used_at = greatest(used_at, %s) WHERE key_uid = %s"
_USED = """
    SELECT key_uid, used_at FROM daybook.service_keys
    WHERE account_uid = %s AND used_at IS NOT NULL
"""


class PostgresServiceKeys(ServiceKeys):
    """`application.identity.service_accounts.ServiceKeys`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted = dict[UUID, datetime]()

    def draw(self) -> DrawnKey:
        prefix = KEY_START + secrets.token_urlsafe(_PREFIX_BYTES)
        return DrawnKey(prefix + secrets.token_urlsafe(_KEY_BYTES), prefix)

    async def keep(self, key: str, known: KnownKey) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_KEEP, [_digest(key), known.key_uid, known.account_uid])

    async def find(self, key: str) -> KnownKey | None:
        if not _KEY.fullmatch(key):
            return None
        async with self._database.connection() as connection:
            cursor = await connection.execute(_FIND, [_digest(key)])
            row = await cursor.fetchone()
        return KnownKey(*row) if row else None

    async def note_use(self, key_uid: UUID, now: datetime) -> None:
        noted = self._noted.get(key_uid)
        if noted is None or now >= noted + _NOTED_EVERY:
            self._noted[key_uid] = now
            async with self._database.connection() as connection:
                await connection.execute(_NOTE, [now, key_uid])

    async def used(self, account_uid: UUID) -> Mapping[UUID, datetime]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_USED, [account_uid])
            return dict(await cursor.fetchall())


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()
