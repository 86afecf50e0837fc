"""Ingesting transactions one by one, correcting and voiding any; files of them are declared in `import_kind`."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.entries import amend, standing
from application.shared.permissions import everything
from application.shared.streams import Entity, Reference, Stream
from application.shared.views import View
from domain import imports, transactions
from domain.imports import BuildOnImport
from domain.transactions import (
    DECIDER,
    MANUAL_SOURCE,
    CorrectTransaction,
    IngestTransaction,
    TransactionIngested,
    VoidTransaction,
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
        uid = transaction_uid(ingested(new, self._commands.clock.now()).transaction_id)

        async def prepare(view: View) -> Sequence[Write]:
            found = await standing(view, DECIDER, [uid], imports.DECIDER, _run_of)
            return (Write(DECIDER, found[uid].uid, new),)

        return await self._commands.carry_out(call, prepare)

    async def correct(self, which: Reference, change: CorrectTransaction, call: Call) -> Carried:
        """Say anew what is given of a transaction, by a linked entry; no file changes it any more."""
        builds_on = partial(_builds_on, what="corrected")
        return await amend(self._commands, TRANSACTION, which, change, call, builds_on)

    async def void(self, which: Reference, voiding: VoidTransaction, call: Call) -> Carried:
        """Let a transaction stand no longer; no file brings it back."""
        builds_on = partial(_builds_on, what="voided")
        return await amend(self._commands, TRANSACTION, which, voiding, call, builds_on)


def _run_of(stream: Stream[transactions.State]) -> UUID | None:
    """The run that recorded a transaction; None if it came from no file, or there is none."""
    first = stream.facts[0] if stream.facts else None
    if first is None or not isinstance(first.event, TransactionIngested):
        return None
    return None if first.event.source == MANUAL_SOURCE else first.correlation_id


def _builds_on(stream: Stream[transactions.State], what: str) -> Write | None:
    """What a correction of this transaction leaves on the run that recorded it; None if it came from no file."""
    run = _run_of(stream)
    return Write(imports.DECIDER, run, BuildOnImport(by=stream.uid, what=what)) if run else None
