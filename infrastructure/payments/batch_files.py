"""Files of payment batches in PostgreSQL (`daybook.payment_files`)."""

from uuid import UUID

from application.payments.banking import BatchFiles
from infrastructure.payments.connections import connected

_KEEP = """
    INSERT INTO daybook.payment_files (batch_uid, document) VALUES (%s, %s)
    ON CONFLICT (batch_uid) DO NOTHING
"""
_FETCH = "SELECT document FROM daybook.payment_files WHERE batch_uid = %s"


class PostgresBatchFiles(BatchFiles):
    """`application.payments.banking.BatchFiles` over this database."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    async def keep(self, file_uid: UUID, document: bytes) -> None:
        async with connected(self._database_url, "store of payment files") as connection:
            await connection.execute(_KEEP, (file_uid, document))

    async def fetch(self, file_uid: UUID) -> bytes | None:
        async with connected(self._database_url, "store of payment files") as connection:
            cursor = await connection.execute(_FETCH, (file_uid,), binary=True)
            row = await cursor.fetchone()
            return None if row is None else bytes(row[0])
