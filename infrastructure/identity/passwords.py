"""Argon2id hashes of passwords, made outside the event loop and a few at a time."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from application.identity.ports import Passwords

# Each hash takes 64 MiB and as many threads as `parallelism` says: more at once would only exhaust the machine.
_AT_ONCE = 2


class Argon2Passwords(Passwords):
    """`application.identity.Passwords` with the parameters of RFC 9106's second recommendation.

    Hashes carry their parameters, so those made with others still verify; `is_outdated` finds them.
    """

    def __init__(
        self, *, time_cost: int = 3, memory_cost_kib: int = 65536, parallelism: int = 4
    ) -> None:
        self._hasher = Argon2Hasher(
            time_cost=time_cost, memory_cost=memory_cost_kib, parallelism=parallelism
        )
        self._hashing = PasswordHash((self._hasher,))
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hashing.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody's password")
        async with self._turns:
            is_right = await asyncio.to_thread(
                self._hashing.verify, password, password_hash or self._nobodys
            )
        return is_right and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)
