"""Tokens of links to choose a password with, in `daybook.password_links`: hashes, as of refresh tokens."""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from application.identity.ports import Link, Links
from infrastructure.shared.connections import Database

_TOKEN_BYTES = 32

USE = "DELETE FROM daybook.password_links WHERE token_hash = %s AND user_uid = %s AND number = %s"
VOID = "DELETE FROM daybook.password_links WHERE user_uid = %s"

_VOID_EARLIER = "DELETE FROM daybook.password_links WHERE user_uid = %s AND number < %s"
_ADD = """
    INSERT INTO daybook.password_links (token_hash, user_uid, number, expires_at)
    VALUES (%s, %s, %s, %s)
"""
_FIND = """
    SELECT user_uid, number FROM daybook.password_links WHERE token_hash = %s AND expires_at > %s
"""
_TIDY = "DELETE FROM daybook.password_links WHERE expires_at <= %s"


class PostgresLinks(Links):
    """`application.identity.ports.Links`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user_uid: UUID, number: int, expires_at: datetime, now: datetime) -> str:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        async with self._database.transaction() as connection:
            await connection.execute(_TIDY, [now])
            await connection.execute(_VOID_EARLIER, [user_uid, number])
            await connection.execute(_ADD, [digest(token), user_uid, number, expires_at])
        return token

    async def find(self, token: str, now: datetime) -> Link | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_FIND, [digest(token), now])
            row = await cursor.fetchone()
        return Link(*row) if row else None


def digest(token: str) -> bytes:
    """What is kept of a token: there is nothing to guess, so a plain digest is safe."""
    return sha256(token.encode(errors="replace")).digest()
