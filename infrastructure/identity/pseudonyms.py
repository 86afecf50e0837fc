"""What stands for a network address: a keyed hash, by a key that is another one each month and then gone.

The key of a month follows from the signing key, which is not in the database, and from 32 random bytes in
`daybook.address_salts`, which are removed two months on. Whoever has only one of the two, or comes later, cannot try
all addresses; and what stands for an address in one month tells nothing of another.
"""

import hmac
from collections.abc import Callable
from datetime import date, datetime
from secrets import token_bytes

from application.identity.ports import Pseudonyms
from infrastructure.identity.keys import SigningKeys
from infrastructure.shared.connections import Database

_DIGITS = 32

# Of several who begin a month at once the first one's salt is everybody's.
_BEGIN = "INSERT INTO daybook.address_salts (month, salt) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_FORGET = "DELETE FROM daybook.address_salts WHERE month < %s - interval '1 month'"
_SALT = "SELECT salt FROM daybook.address_salts WHERE month = %s"


class KeyedPseudonyms(Pseudonyms):
    """`application.identity.ports.Pseudonyms`; the keys are read when the first is asked for."""

    def __init__(self, database: Database, read_keys: Callable[[], SigningKeys]) -> None:
        self._database, self._read_keys = database, read_keys
        self._known: tuple[date, bytes] | None = None

    async def of(self, address: str, now: datetime) -> str:
        month = now.date().replace(day=1)
        known = self._known
        if known is None or known[0] != month:
            known = self._known = month, await self._key(month)
        return hmac.digest(known[1], address.encode(), "sha256").hex()[:_DIGITS]

    async def _key(self, month: date) -> bytes:
        async with self._database.transaction() as connection:
            await connection.execute(_BEGIN, [month, token_bytes(32)])
            await connection.execute(_FORGET, [month])
            cursor = await connection.execute(_SALT, [month])
            (salt,) = await cursor.fetchone() or (b"",)
        signing = self._read_keys().signing.private_bytes_raw()
        return hmac.digest(signing, b"network addresses" + salt, "sha256")
