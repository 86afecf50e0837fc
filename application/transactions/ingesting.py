"""Ingesting transactions one by one. What is read out of files is declared in `import_kind`."""

from application.shared.commands import Call, Carried, Commands
from application.shared.permissions import everything
from application.shared.streams import Entity
from domain.transactions import (
    DECIDER,
    IngestTransaction,
    TransactionIngested,
    ingested,
    transaction_uid,
)

TRANSACTION = Entity("transaction", DECIDER, TransactionIngested, everything)
"""Transactions belong to no bank: who may read them at all sees every one."""


class Transactions:
    """The use cases of single transactions; they raise as `Commands` and `domain.transactions` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def ingest(self, new: IngestTransaction, call: Call) -> Carried:
        """Write one transaction into the book; told again with the same values, it changes nothing."""
        normal = ingested(new, self._commands.clock.now())
        uid = transaction_uid(normal.transaction_id)
        return await self._commands.tell(DECIDER, uid, new, call)
