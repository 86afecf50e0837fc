"""The limit on sign-in attempts, in `daybook.sign_in_attempts`: one row per subject, moved by one statement.

Every attempt costs an interval, and may be paid for in advance up to a number of attempts (the generic cell rate
algorithm). Counting and allowing are one atomic step, so attempts sent all at once are limited like any others.
"""

from datetime import datetime, timedelta

import msgspec

from application.identity.ports import Attempts
from infrastructure.shared.connections import Connection, Database


class Limit(msgspec.Struct, frozen=True):
    """So many attempts at once, and one more for each interval that passes."""

    burst: int
    interval: timedelta


PER_USER = Limit(burst=10, interval=timedelta(minutes=1))
PER_ADDRESS = Limit(burst=100, interval=timedelta(seconds=10))
"""Wider, since many people may share an address."""

# The row stays as it is, and none is returned, when too much was paid in advance already.
_PAY = """
    INSERT INTO daybook.sign_in_attempts AS known (subject, paid_until)
    VALUES (%(subject)s, %(now)s + %(interval)s)
    ON CONFLICT (subject) DO UPDATE
    SET paid_until = greatest(known.paid_until, %(now)s) + %(interval)s
    WHERE greatest(known.paid_until, %(now)s) + %(interval)s <= %(now)s + %(advance)s
    RETURNING paid_until
"""
_PAID_UNTIL = "SELECT paid_until FROM daybook.sign_in_attempts WHERE subject = %s"
_REFUND = """
    UPDATE daybook.sign_in_attempts SET paid_until = paid_until - %s WHERE subject = %s
"""
_FORGET = "DELETE FROM daybook.sign_in_attempts WHERE subject = %s"
# What is paid off need not be remembered; a few at a time, and none that somebody else is at.
_TIDY = """
    DELETE FROM daybook.sign_in_attempts WHERE subject IN (
        SELECT subject FROM daybook.sign_in_attempts WHERE paid_until < %s
        ORDER BY paid_until LIMIT 20 FOR UPDATE SKIP LOCKED
    )
"""


class PostgresAttempts(Attempts):
    """`application.identity.Attempts`."""

    def __init__(self, database: Database, per_address: Limit = PER_ADDRESS) -> None:
        self._database = database
        self._per_address = per_address

    async def pay(self, user: str, address: str, now: datetime) -> timedelta | None:
        async with self._database.transaction() as connection:
            await connection.execute(_TIDY, [now])
        limits = ((f"address:{address}", self._per_address), (f"user:{user}", PER_USER))
        for subject, limit in limits:
            # A transaction each: locks on two rows taken by many would meet in a deadlock.
            async with self._database.transaction() as connection:
                wait = await _pay(connection, subject, limit, now)
            if wait is not None:
                return wait
        return None

    async def refund(self, user: str, address: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET, [f"user:{user}"])
        async with self._database.transaction() as connection:
            await connection.execute(_REFUND, [self._per_address.interval, f"address:{address}"])


async def _pay(
    connection: Connection, subject: str, limit: Limit, now: datetime
) -> timedelta | None:
    advance = limit.interval * limit.burst
    cursor = await connection.execute(
        _PAY, {"subject": subject, "now": now, "interval": limit.interval, "advance": advance}
    )
    if await cursor.fetchone():
        return None
    cursor = await connection.execute(_PAID_UNTIL, [subject])
    row = await cursor.fetchone()
    # The row may be gone by now, paid off or refunded: then there is nothing to wait for but the next try.
    return max(row[0] + limit.interval - advance - now, timedelta()) if row else timedelta()
