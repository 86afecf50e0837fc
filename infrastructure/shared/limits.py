"""How often something is done, in `daybook.sign_in_attempts`: one row per subject, moved by one statement.

Each time costs an interval, and may be paid for in advance up to a number of times (the generic cell rate algorithm).
Counting and allowing are one atomic step, so what is sent all at once is limited like anything else. Subjects carry
what is limited in their names; the table is called after what was first.
"""

from datetime import datetime, timedelta

from application.shared.limits import Limit, UseLimits
from infrastructure.shared.connections import Database

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
_KEEP = """
    INSERT INTO daybook.sign_in_attempts (subject, paid_until) VALUES (%s, %s)
    ON CONFLICT (subject) DO UPDATE SET paid_until = excluded.paid_until
"""
_FORGET = "DELETE FROM daybook.sign_in_attempts WHERE subject = %s"
# What is paid off need not be remembered; a few at a time, and none that somebody else is at.
_TIDY = """
    DELETE FROM daybook.sign_in_attempts WHERE subject IN (
        SELECT subject FROM daybook.sign_in_attempts WHERE paid_until < %s
        ORDER BY paid_until LIMIT 20 FOR UPDATE SKIP LOCKED
    )
"""


class PostgresLimits(UseLimits):
    """`application.shared.limits.UseLimits`. What is paid has a transaction of its own: locks on rows taken by many
    would meet in a deadlock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pay(self, subject: str, limit: Limit, now: datetime) -> timedelta | None:
        advance = limit.interval * limit.burst
        told = {"subject": subject, "now": now, "interval": limit.interval, "advance": advance}
        async with self._database.transaction() as connection:
            await connection.execute(_TIDY, [now])
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_PAY, told)
            if await cursor.fetchone():
                return None
            cursor = await connection.execute(_PAID_UNTIL, [subject])
            row = await cursor.fetchone()
        # The row may be gone by now, paid off or refunded: then there is nothing to wait for but the next try.
        return max(row[0] + limit.interval - advance - now, timedelta()) if row else timedelta()

    async def refund(self, subject: str, limit: Limit) -> None:
        """Take back what one time cost."""
        async with self._database.transaction() as connection:
            await connection.execute(_REFUND, [limit.interval, subject])

    async def keep(self, subject: str, until: datetime) -> None:
        """Remember a subject that is not limited until then."""
        async with self._database.transaction() as connection:
            await connection.execute(_KEEP, [subject, until])

    async def is_kept(self, subject: str, now: datetime) -> bool:
        """Whether a subject is remembered."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_PAID_UNTIL, [subject])
            row = await cursor.fetchone()
        return row is not None and row[0] > now

    async def forget(self, subject: str) -> None:
        """Let a subject begin anew."""
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET, [subject])
