"""The limits on sign-in attempts, and from where users are known to sign in, both in `daybook.sign_in_attempts`."""

from datetime import datetime, timedelta

from application.identity.ports import Attempt, Attempts, Lock
from application.shared.limits import Limit
from domain.identity.attempts import LimitedBy
from infrastructure.shared.connections import Database
from infrastructure.shared.limits import PostgresLimits

PER_PLACE = Limit(burst=10, interval=timedelta(minutes=1))
"""Guesses at one user from one address, or on one device of theirs."""

PER_ADDRESS = Limit(burst=100, interval=timedelta(seconds=10))
"""Guesses from one address at anybody; wide, since many people may share it."""

BEGUN_PER_ADDRESS = Limit(burst=300, interval=timedelta(seconds=1))
"""What is begun at one address, and proven by secrets that nobody guesses."""

PER_USER = Limit(burst=100, interval=timedelta(minutes=1))
"""Guesses at one user from wherever they are not known."""

PLACE_KNOWN = timedelta(days=30)
"""How long an address is known to a user who signed in from there."""


class PostgresAttempts(Attempts):
    """`application.identity.ports.Attempts`."""

    def __init__(self, database: Database, per_address: Limit = PER_ADDRESS) -> None:
        self._limits = PostgresLimits(database)
        self._per_address = per_address

    async def pay(self, attempt: Attempt, now: datetime) -> Lock | None:
        paid = list[tuple[str, Limit]]()
        for by, subject, limit in await self._limited(attempt, now):
            wait = await self._limits.pay(subject, limit, now)
            if wait is not None:
                # What is refused costs nothing: neither do those at the same address pay for it.
                for each in paid:
                    await self._limits.refund(*each)
                return Lock(by, wait)
            paid.append((subject, limit))
        return None

    async def passed(self, attempt: Attempt, now: datetime) -> None:
        (_, own, _), *others = await self._limited(attempt, now)
        await self._limits.forget(own)
        for _, subject, limit in others:
            await self._limits.refund(subject, limit)

    async def know(self, attempt: Attempt, now: datetime) -> None:
        await self._limits.keep(_place(attempt), now + PLACE_KNOWN)

    async def begin(self, address: str, now: datetime, secret: str = "") -> Lock | None:
        wait = await self._limits.pay(f"begun:{address}", BEGUN_PER_ADDRESS, now)
        if wait is None and secret:
            wait = await self._limits.pay(f"begun:{secret} {address}", PER_PLACE, now)
        return None if wait is None else Lock(LimitedBy.ADDRESS, wait)

    async def finish(self, address: str) -> None:
        await self._limits.refund(f"begun:{address}", BEGUN_PER_ADDRESS)

    async def _limited(self, attempt: Attempt, now: datetime) -> list[tuple[LimitedBy, str, Limit]]:
        """What an attempt counts for. Its own place comes first, so that hammering there uses up nothing else."""
        if attempt.device is not None:
            return [(LimitedBy.DEVICE, f"device:{attempt.device}", PER_PLACE)]
        own = (LimitedBy.PLACE, f"place:{attempt.who} {attempt.address}", PER_PLACE)
        if await self._limits.is_kept(_place(attempt), now):
            return [own]
        return [
            own,
            (LimitedBy.ADDRESS, f"address:{attempt.address}", self._per_address),
            (LimitedBy.USER, f"user:{attempt.who}", PER_USER),
        ]


def _place(attempt: Attempt) -> str:
    return f"known:{attempt.who} {attempt.epoch} {attempt.address}"
