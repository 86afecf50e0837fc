"""Sessions and their refresh tokens in `daybook.sessions` and `daybook.refresh_tokens`.

A token is 32 random bytes, so a plain digest of it is safe to keep: there is nothing to guess.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from application.identity.ports import Credential, Session, Sessions
from infrastructure.shared.connections import Connection, Database

_TOKEN_BYTES = 32

END_ALL = """
    UPDATE daybook.sessions SET ended_at = %s, ended_because = %s
    WHERE user_uid = %s AND ended_at IS NULL
"""
_END = """
    UPDATE daybook.sessions SET ended_at = %s, ended_because = %s
    WHERE session_uid = %s AND ended_at IS NULL
"""
# Waits for a change of the password that is under way, and finds nothing once it is done.
_STILL_KNOWN = """
    SELECT 1 FROM daybook.credentials WHERE user_uid = %s AND changed_at = %s FOR SHARE
"""
_FORGET_OLD = "DELETE FROM daybook.sessions WHERE user_uid = %s AND expires_at < %s"
_START = """
    INSERT INTO daybook.sessions (session_uid, user_uid, started_at, expires_at)
    VALUES (%s, %s, %s, %s)
"""
_ADD = """
    INSERT INTO daybook.refresh_tokens (token_hash, session_uid, issued_at, expires_at)
    VALUES (%s, %s, %s, %s)
"""
# Both rows are locked: of two who send the same token at once, the second reads what the first has left.
_FIND = """
    SELECT session_uid, s.user_uid, t.used_at IS NOT NULL, s.ended_at IS NOT NULL, t.expires_at
    FROM daybook.refresh_tokens t JOIN daybook.sessions s USING (session_uid)
    WHERE t.token_hash = %s FOR UPDATE
"""
_USE = "UPDATE daybook.refresh_tokens SET used_at = %s WHERE token_hash = %s"
_PROLONG = "UPDATE daybook.sessions SET expires_at = %s WHERE session_uid = %s"


class PostgresSessions(Sessions):
    """`application.identity.Sessions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(
        self, user_uid: UUID, known: Credential, now: datetime, lifetime: timedelta
    ) -> str | None:
        session_uid = uuid4()
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_STILL_KNOWN, [user_uid, known.changed_at])
            if await cursor.fetchone() is None:
                return None
            await connection.execute(_FORGET_OLD, [user_uid, now])
            await connection.execute(_START, [session_uid, user_uid, now, now + lifetime])
            return await _add_token(connection, session_uid, now, lifetime)

    async def rotate(
        self, token: str, now: datetime, lifetime: timedelta
    ) -> tuple[Session, str] | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_FIND, [_digest(token)])
            row = await cursor.fetchone()
            if row is None:
                return None
            session_uid, user_uid, was_used, has_ended, expires_at = row
            if was_used:
                await connection.execute(_END, [now, "refresh token reused", session_uid])
            if was_used or has_ended or expires_at <= now:
                return None
            await connection.execute(_USE, [now, _digest(token)])
            await connection.execute(_PROLONG, [now + lifetime, session_uid])
            following = await _add_token(connection, session_uid, now, lifetime)
        return Session(session_uid, user_uid), following

    async def end(self, token: str, now: datetime) -> None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_FIND, [_digest(token)])
            if row := await cursor.fetchone():
                await connection.execute(_END, [now, "signed out", row[0]])

    async def end_all(self, user_uid: UUID, now: datetime, because: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(END_ALL, [now, because, user_uid])


async def _add_token(
    connection: Connection, session_uid: UUID, now: datetime, lifetime: timedelta
) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    await connection.execute(_ADD, [_digest(token), session_uid, now, now + lifetime])
    return token


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()
