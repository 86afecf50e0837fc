"""The limit on sign-in attempts: per user, and per network address."""

from datetime import datetime, timedelta

from application.identity.ports import Attempts
from application.shared.limits import Limit
from infrastructure.shared.connections import Database
from infrastructure.shared.limits import PostgresLimits

PER_USER = Limit(burst=10, interval=timedelta(minutes=1))
PER_ADDRESS = Limit(burst=100, interval=timedelta(seconds=10))
"""Wider, since many people may share an address."""


class PostgresAttempts(Attempts):
    """`application.identity.Attempts`."""

    def __init__(self, database: Database, per_address: Limit = PER_ADDRESS) -> None:
        self._limits = PostgresLimits(database)
        self._per_address = per_address

    async def pay(self, user: str, address: str, now: datetime) -> timedelta | None:
        for subject, limit in (
            (f"address:{address}", self._per_address),
            (f"user:{user}", PER_USER),
        ):
            wait = await self._limits.pay(subject, limit, now)
            if wait is not None:
                return wait
        return None

    async def refund(self, user: str, address: str) -> None:
        await self._limits.forget(f"user:{user}")
        await self._limits.refund(f"address:{address}", self._per_address)
