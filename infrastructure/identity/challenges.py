"""Challenges in `daybook.sign_in_challenges`: hashes, as of refresh tokens."""

from datetime import datetime

import msgspec

from application.identity.way_ports import Challenge, Challenges
from infrastructure.identity.links import digest
from infrastructure.shared.connections import Database

_TIDY = """
    DELETE FROM daybook.sign_in_challenges WHERE challenge_hash IN (
        SELECT challenge_hash FROM daybook.sign_in_challenges WHERE expires_at <= %s
        ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED
    )
"""
_ADD = """
    INSERT INTO daybook.sign_in_challenges (challenge_hash, purpose, kept, expires_at)
    VALUES (%s, %s, %s, %s)
"""
# Of two who send the same at once, the second finds nothing left.
_TAKE = """
    DELETE FROM daybook.sign_in_challenges WHERE challenge_hash = %s AND purpose = %s
    RETURNING kept::text, expires_at
"""


class PostgresChallenges(Challenges):
    """`application.identity.way_ports.Challenges`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, text: str, purpose: str, kept: Challenge, expires_at: datetime) -> None:
        told = msgspec.json.encode(kept).decode()
        async with self._database.transaction() as connection:
            await connection.execute(_TIDY, [kept.since])
            await connection.execute(_ADD, [digest(text), purpose, told, expires_at])

    async def take(self, text: str, purpose: str, now: datetime) -> Challenge | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_TAKE, [digest(text), purpose])
            row = await cursor.fetchone()
        return msgspec.json.decode(row[0], type=Challenge) if row and now < row[1] else None
