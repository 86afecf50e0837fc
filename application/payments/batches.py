"""Making a batch: which of the payments asked for still wait, the file they make, and their submission."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from application.payments.banking import (
    FILE_RAILS,
    BankingService,
    BatchFiles,
    BatchTransfer,
    BatchWriter,
    TransferBatch,
)
from application.payments.facts import bank_of
from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.permissions import Principal, of_bank
from application.shared.streams import Entity, Facts, Reference
from domain.banks.banks import Bank
from domain.payments import batches, obligations, payments
from domain.payments.batches import (
    BATCH_CURRENCY,
    PAYMENTS_MAX,
    CreateBatch,
    PaymentBatchCreated,
)
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payments import NoteSubmission, PaymentScheduled, ScheduledPayment
from domain.shared.errors import NotFound, Refused

BATCH = Entity("payment batch", batches.DECIDER, PaymentBatchCreated, of_bank)

_Waiting = tuple[UUID, PaymentScheduled]
"""A payment that waits, and its order."""


class PaymentBatches:
    """The use cases of batches."""

    def __init__(
        self,
        commands: Commands,
        bank: BankingService,
        writer: BatchWriter,
        files: BatchFiles,
    ) -> None:
        self._commands = commands
        self._bank = bank
        self._writer = writer
        self._files = files

    async def create(self, bank_uid: UUID, wanted: Sequence[UUID], call: Call) -> Carried:
        """Put those of these payments that wait for a batch of this bank into a file, at most 500 of them.

        Raises:
            Refused: the rail takes no batches (`no_batches`), or the bank has no IBAN (`bank_without_iban`).
            NothingToPay: none of them waits.
            Invalid: they cannot be written into a file.
        """

        async def prepare(view: View) -> Sequence[Write]:
            # Another id for every attempt: it may hold other payments, and a file is kept under its id for ever.
            uid = self._commands.new_id()
            await view.load(bank_uid, *wanted[:PAYMENTS_MAX])
            bank = await self._paying(view, bank_uid)
            waiting = [
                (each, state.order)
                for each in wanted[:PAYMENTS_MAX]
                if isinstance(
                    state := (await view.stream(payments.DECIDER, each)).state, ScheduledPayment
                )
                and _fits(state.order, bank_uid)
                and not await _may_be_elsewhere(view, state.order.reimbursement_uid)
            ]
            command = await self._filed(uid, bank_uid, bank, waiting, view.now)
            submission = NoteSubmission(rail=self._bank.rail, rail_reference=command.message_id)
            return [
                Write(batches.DECIDER, uid, command, is_new=True),
                *(Write(payments.DECIDER, each, submission) for each, _ in waiting),
            ]

        return await self._commands.carry_out(call, prepare)

    async def document(
        self, reference: Reference, caller: Principal
    ) -> tuple[PaymentBatchCreated, bytes]:
        """What a batch holds, and its file: the same bytes every time.

        Raises:
            Malformed: the reference is neither an integer nor a UUID.
            NotFound: there is no such batch, or it is another bank's.
            LookupError: its file is lost or was altered.
        """
        found = await self._commands.view(caller).find(BATCH, reference)
        fact = created(found.facts)
        document = await self._files.fetch(found.uid)
        if document is None or _digest(document) != fact.sha256:
            raise LookupError(f"the file of batch {found.uid} is not the one that was made")
        return fact, document

    async def _paying(self, view: View, bank_uid: UUID) -> Bank:
        bank = await bank_of(view, bank_uid)
        if self._bank.rail not in FILE_RAILS:
            raise Refused(
                f"the rail {self._bank.rail} takes every payment by itself; DAYBOOK_RAIL=sepa_file takes batches",
                code="no_batches",
                rail=self._bank.rail,
            )
        if bank.iban is None:
            raise Refused(
                "the bank has no IBAN that the payments could come from", code="bank_without_iban"
            )
        return bank

    async def _filed(
        self, uid: UUID, bank_uid: UUID, bank: Bank, waiting: Sequence[_Waiting], now: datetime
    ) -> CreateBatch:
        """The command that makes this batch, whose file is kept."""
        orders = tuple(
            BatchTransfer(
                reference=order.reference,
                amount=order.amount,
                creditor_name=order.creditor_name,
                iban=order.iban or "",
                remittance=f"Reimbursement {order.reimbursement_uid}",
            )
            for _, order in waiting
        )
        batch = TransferBatch(
            message_id=uid.hex,
            created_at=now,
            debtor_name=bank.name,
            debtor_iban=bank.iban or "",
            transfers=orders,
        )
        document = self._writer.write(batch) if orders else b""
        if orders:
            await self._files.keep(uid, document)
        return CreateBatch(
            bank_uid=bank_uid,
            message_id=batch.message_id,
            payments=tuple(each for each, _ in waiting),
            total=sum((order.amount for order in orders), Decimal(0)),
            sha256=_digest(document),
            created_at=now,
        )


def created(facts: Facts) -> PaymentBatchCreated:
    """What the batch with these facts holds.

    Raises:
        NotFound: they are of no batch.
    """
    fact = facts[0].event
    if not isinstance(fact, PaymentBatchCreated):
        raise NotFound("There is no such payment batch.")
    return fact


def _fits(order: PaymentScheduled, bank_uid: UUID) -> bool:
    return (order.bank_uid, order.currency) == (bank_uid, BATCH_CURRENCY) and order.iban is not None


async def _may_be_elsewhere(view: View, claim_uid: UUID) -> bool:
    """Whether a rail that takes orders one by one may have the payment of this claim."""
    obligation = await view.stream(obligations.DECIDER, obligation_uid(claim_uid))
    return obligations.may_be_at_rail(obligation.state) is not None


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
