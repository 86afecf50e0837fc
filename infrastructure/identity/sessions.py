"""Sessions and their refresh tokens in `daybook.sessions` and `daybook.refresh_tokens`.

A token is 32 random bytes, so a plain digest of it is safe to keep: there is nothing to guess.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from application.identity.ports import Credential, OpenSession, Rotated, Session, Sessions
from domain.identity.sessions import LIFETIME_MAX, SignInWay
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
    INSERT INTO daybook.sessions (session_uid, user_uid, client, way, started_at, used_at, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_ADD = """
    INSERT INTO daybook.refresh_tokens (token_hash, session_uid, issued_at, expires_at)
    VALUES (%s, %s, %s, %s)
"""
# Both rows are locked: of two who send the same token at once, the second reads what the first has left.
_FIND = """
    SELECT session_uid, s.user_uid, t.used_at, s.ended_at IS NOT NULL, t.expires_at, s.started_at
    FROM daybook.refresh_tokens t JOIN daybook.sessions s USING (session_uid)
    WHERE t.token_hash = %s FOR UPDATE
"""
_USE = "UPDATE daybook.refresh_tokens SET used_at = %s WHERE token_hash = %s"
# What followed a token that came again counts as used when that was, unless any of it was used since.
_STEP_BACK = """
    UPDATE daybook.refresh_tokens SET used_at = %(used_at)s
    WHERE session_uid = %(session_uid)s AND used_at IS NULL AND NOT EXISTS (
        SELECT FROM daybook.refresh_tokens WHERE session_uid = %(session_uid)s AND used_at > %(used_at)s
    )
"""
_PROLONG = "UPDATE daybook.sessions SET used_at = %s, expires_at = %s WHERE session_uid = %s"
_SESSION = """
    SELECT session_uid, s.user_uid
    FROM daybook.refresh_tokens t JOIN daybook.sessions s USING (session_uid) WHERE t.token_hash = %s
"""
_LISTED = """
    SELECT session_uid, coalesce(client, ''), coalesce(way, 'password'), started_at, coalesce(used_at, started_at),
        expires_at
    FROM daybook.sessions WHERE user_uid = %s AND ended_at IS NULL AND expires_at > %s
    ORDER BY started_at DESC, session_uid
"""


class PostgresSessions(Sessions):
    """`application.identity.Sessions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(
        self,
        session: Session,
        known: Credential | None,
        client: str,
        way: SignInWay,
        now: datetime,
        lifetime: timedelta,
    ) -> str | None:
        uid, user_uid = session.session_uid, session.user_uid
        async with self._database.transaction() as connection:
            if known is not None:
                cursor = await connection.execute(_STILL_KNOWN, [user_uid, known.changed_at])
                if await cursor.fetchone() is None:
                    return None
            await connection.execute(_FORGET_OLD, [user_uid, now])
            told = [uid, user_uid, client, way, now, now, now + lifetime]
            await connection.execute(_START, told)
            return await _add_token(connection, uid, now, now + lifetime)

    async def rotate(
        self, token: str, now: datetime, lifetime: timedelta, leeway: timedelta
    ) -> Rotated | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_FIND, [_digest(token)])
            row = await cursor.fetchone()
            if row is None:
                return None
            session_uid, user_uid, used_at, has_ended, expires_at, started_at = row
            session = Session(session_uid, user_uid)
            may_be_lost = bool(used_at and leeway) and now - used_at < leeway
            if used_at and not (may_be_lost and await _step_back(connection, session_uid, used_at)):
                await connection.execute(_END, [now, "refresh token reused", session_uid])
                return Rotated(session, None)
            if has_ended or expires_at <= now:
                return None
            until = min(now + lifetime, started_at + LIFETIME_MAX)
            await connection.execute(_USE, [used_at or now, _digest(token)])
            await connection.execute(_PROLONG, [now, until, session_uid])
            following = await _add_token(connection, session_uid, now, until)
        return Rotated(session, following)

    async def of_token(self, token: str) -> Session | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_SESSION, [_digest(token)])
            row = await cursor.fetchone()
        return Session(*row) if row else None

    async def end(self, session_uid: UUID, now: datetime, because: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_END, [now, because, session_uid])

    async def end_all(self, user_uid: UUID, now: datetime, because: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(END_ALL, [now, because, user_uid])

    async def listed(self, user_uid: UUID, now: datetime) -> Sequence[OpenSession]:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_LISTED, [user_uid, now])
            rows = await cursor.fetchall()
        names = OpenSession.__struct_fields__
        return [msgspec.convert(dict(zip(names, row, strict=True)), OpenSession) for row in rows]


async def _add_token(
    connection: Connection, session_uid: UUID, now: datetime, expires_at: datetime
) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    await connection.execute(_ADD, [_digest(token), session_uid, now, expires_at])
    return token


async def _step_back(connection: Connection, session_uid: UUID, used_at: datetime) -> bool:
    asked = {"session_uid": session_uid, "used_at": used_at}
    return bool((await connection.execute(_STEP_BACK, asked)).rowcount)


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()
