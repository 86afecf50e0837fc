"""Making a batch: which of the payments asked for still wait, the file they make, and their submission."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from application.payments.banking import (
    BankingService,
    Batch,
    BatchFiles,
    BatchTransfer,
    BatchWriter,
)
from application.payments.deciders import BATCHES, PAYMENTS, bank_of
from application.shared.handling import carry_out, fold
from application.shared.lookup import Reference, find
from application.shared.permissions import Principal
from application.shared.ports import Append, Cause, Clock, EventLog, Idempotency, StreamAppend
from application.shared.scopes import of_bank
from domain.banks.banks import Bank
from domain.payments.batches import (
    BATCH_CURRENCY,
    PAYMENTS_MAX,
    CreateBatch,
    CreatedBatch,
    PaymentBatchCreated,
    State,
)
from domain.payments.payments import NoteSubmission, PaymentScheduled, ScheduledPayment
from domain.shared.errors import NotFound, Refused


class MadeBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that was made; `id` is the position of the event that says so, `position` that of the last one."""

    uid: UUID
    id: int
    position: int
    fact: PaymentBatchCreated
    replayed: bool


class _Waiting(msgspec.Struct, frozen=True):
    """A payment that waits, and the version of its stream."""

    uid: UUID
    state: ScheduledPayment
    version: int


class PaymentBatches:
    """The use cases of batches."""

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        new_id: Callable[[], UUID],
        bank: BankingService,
        writer: BatchWriter,
        files: BatchFiles,
    ) -> None:
        self._log = log
        self._clock = clock
        self._new_id = new_id
        self._bank = bank
        self._writer = writer
        self._files = files

    async def create(
        self,
        bank_uid: UUID,
        payments: Sequence[UUID],
        cause: Cause,
        idempotency: Idempotency | None = None,
    ) -> MadeBatch:
        """Put those of these payments that wait for a batch of this bank into a file, at most 500 of them.

        Raises:
            Refused: the rail takes no batches (`no_batches`), or the bank has no IBAN (`bank_without_iban`).
            NothingToPay: none of them waits.
            Invalid: they cannot be written into a file.
            Conflict, KeyReused, Unavailable: as `application.shared.handling.carry_out` says.
        """

        uid = self._new_id()

        async def prepare() -> Append:
            nonlocal uid
            # Another id for every attempt: it may hold other payments, and a file is kept under its id for ever.
            uid = self._new_id()
            bank = await self._paying(bank_uid)
            waiting = await self._waiting(bank_uid, payments[:PAYMENTS_MAX])
            return await self._append(uid, bank_uid, bank, waiting, cause, idempotency)

        appended = await carry_out(self._log, prepare, idempotency)
        uid = UUID(bytes=appended.outcome) if appended.replayed else uid
        return MadeBatch(
            uid=uid,
            id=appended.first_position or 0,
            position=appended.last_position or 0,
            fact=_fact(fold(BATCHES, await self._log.stream(uid))[0]),
            replayed=appended.replayed,
        )

    async def document(
        self, reference: Reference, caller: Principal
    ) -> tuple[PaymentBatchCreated, bytes]:
        """What a batch holds, and its file: the same bytes every time.

        Raises:
            Malformed: the reference is neither an integer nor a UUID.
            NotFound: there is no such batch, or it is another bank's.
            LookupError: its file is lost or was altered.
        """
        found = await find(self._log, BATCHES, reference, PaymentBatchCreated, "payment batch")
        fact = _fact(found.state)
        if of_bank(caller).get("bank_uid", fact.bank_uid) != fact.bank_uid:
            raise NotFound(f"There is no payment batch with the id {reference}.")
        document = await self._files.fetch(found.uid)
        if document is None or _digest(document) != fact.sha256:
            raise LookupError(f"the file of batch {found.uid} is not the one that was made")
        return fact, document

    async def _paying(self, bank_uid: UUID) -> Bank:
        bank = await bank_of(self._log, bank_uid)
        if not self._bank.takes_batches:
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

    async def _waiting(self, bank_uid: UUID, payments: Sequence[UUID]) -> list[_Waiting]:
        loaded = await asyncio.gather(*(self._log.stream(uid) for uid in payments))
        folded = [(uid, *fold(PAYMENTS, one)) for uid, one in zip(payments, loaded, strict=True)]
        return [
            _Waiting(uid, state, version)
            for uid, state, version in folded
            if isinstance(state, ScheduledPayment) and _fits(state.order, bank_uid)
        ]

    async def _append(
        self,
        uid: UUID,
        bank_uid: UUID,
        bank: Bank,
        waiting: Sequence[_Waiting],
        cause: Cause,
        idempotency: Idempotency | None,
    ) -> Append:
        now = self._clock.now()
        orders = tuple(_order(one.state.order) for one in waiting)
        batch = Batch(
            message_id=uid.hex,
            created_at=now,
            debtor_name=bank.name,
            debtor_iban=bank.iban or "",
            transfers=orders,
        )
        document = self._writer.write(batch) if orders else b""
        command = CreateBatch(
            bank_uid=bank_uid,
            message_id=batch.message_id,
            payments=tuple(one.uid for one in waiting),
            total=sum((order.amount for order in orders), Decimal(0)),
            sha256=_digest(document),
            created_at=now,
        )
        made = BATCHES.decide(BATCHES.initial, command, now)
        await self._files.keep(uid, document)
        submission = NoteSubmission(rail=self._bank.rail, rail_reference=batch.message_id)
        streams = [StreamAppend(uid, 0, tuple(made))]
        streams += [
            StreamAppend(one.uid, one.version, tuple(PAYMENTS.decide(one.state, submission, now)))
            for one in waiting
        ]
        return Append(
            streams=tuple(streams), cause=cause, idempotency=idempotency, outcome=uid.bytes
        )


def _fact(state: State) -> PaymentBatchCreated:
    if not isinstance(state, CreatedBatch):
        raise NotFound("There is no such payment batch.")
    return state.fact


def _fits(order: PaymentScheduled, bank_uid: UUID) -> bool:
    return (order.bank_uid, order.currency) == (bank_uid, BATCH_CURRENCY) and order.iban is not None


def _order(order: PaymentScheduled) -> BatchTransfer:
    return BatchTransfer(
        reference=order.reference,
        amount=order.amount,
        creditor_name=order.creditor_name,
        iban=order.iban or "",
        remittance=f"Reimbursement {order.reimbursement_uid}",
    )


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
