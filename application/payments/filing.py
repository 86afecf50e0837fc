"""What may leave in a file: the payments that wait and that such a file can carry, and the file they make."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from application.payments.banking import (
    FILE_RAILS,
    BankingService,
    BatchTransfer,
    BatchWriter,
    Transfer,
    TransferBatch,
    TransferRefused,
)
from application.payments.facts import bank_of, may_be_elsewhere
from application.shared.views import View
from domain.banks.banks import Bank
from domain.payments import payments
from domain.payments.batches import LeftOut, check_execution, execution_fault
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import PaymentScheduled
from domain.payments.payments import ScheduledPayment
from domain.shared.errors import Invalid, Refused
from domain.shared.rules import of_same_fields


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch holds, or would hold if it were made now; the file is empty if nothing is in it."""

    orders: Sequence[PaymentScheduled]
    left_out: Sequence[LeftOut]
    execution_on: date
    document: bytes = b""

    @property
    def payments(self) -> tuple[UUID, ...]:
        """The uids of its payments."""
        return tuple(map(uid_of, self.orders))

    @property
    def total(self) -> Decimal:
        """What its orders come to."""
        return sum((order.amount for order in self.orders), Decimal(0))

    @property
    def sha256(self) -> str:
        """The digest of its file."""
        return digest(self.document)


def digest(document: bytes) -> str:
    """What tells a file from any other one, in hexadecimal."""
    return hashlib.sha256(document).hexdigest()


def uid_of(order: PaymentScheduled) -> UUID:
    """The payment whose order this is."""
    return UUID(order.reference)


class Filing:
    """Puts payments into files, as far as the rail carries them by file."""

    def __init__(self, bank: BankingService, writer: BatchWriter) -> None:
        self._bank = bank
        self._writer = writer

    async def paying(self, view: View, bank_uid: UUID) -> Bank:
        """The bank that pays.

        Raises:
            Refused: the rail takes no batches (`no_batches`), or the bank has no IBAN (`bank_without_iban`) or one that
                no such file pays from (`bank_outside_sepa`).
        """
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
        if not self._writer.pays_from(bank.iban):
            raise Refused(
                f"the bank's account is in {bank.iban[:2]}, from which no SEPA file pays",
                code="bank_outside_sepa",
            )
        return bank

    def day(self, wanted: date | None, now: datetime) -> date:
        """The day on which to ask for payment: the one that is wanted, else the first one from now on.

        Raises:
            Invalid: the one that is wanted is past, too far ahead, or none on which banks pay.
        """
        first = self._writer.banking_day(wanted or now.astimezone(UTC).date())
        if wanted is not None:
            check_execution(wanted, now)
            if first != wanted:
                raise execution_fault(f"no bank pays on {wanted}; the next day they do is {first}")
        return first

    def day_left(self, meant: date | None, now: datetime) -> date:
        """The day that was meant, or the first one that is left."""
        return self._writer.banking_day(max(meant or date.min, now.astimezone(UTC).date()))

    async def sorted_out(
        self, view: View, bank_uid: UUID, wanted: Sequence[UUID]
    ) -> tuple[list[PaymentScheduled], list[LeftOut]]:
        """The orders of those that can leave now, and why the others cannot; what is another bank's is passed over."""
        orders: list[PaymentScheduled] = []
        left_out: list[LeftOut] = []
        found = [(await view.stream(payments.DECIDER, uid)).state for uid in wanted]
        of_bank = [
            state
            for state in found
            if not isinstance(state, payments.NoPayment) and state.order.bank_uid == bank_uid
        ]
        await view.load(*(obligation_uid(state.order.reimbursement_uid) for state in of_bank))
        for state in of_bank:
            against = self._against(state)
            if against is None and await may_be_elsewhere(view, state.order.reimbursement_uid):
                against = "another rail may have it, or a case of the claim is open"
            if against is None:
                orders.append(state.order)
            else:
                left_out.append(LeftOut(uid=uid_of(state.order), reason=against))
        return orders, left_out

    def _against(self, state: payments.Ordered) -> str | None:
        if not isinstance(state, ScheduledPayment):
            return f"it is {state.status}"
        if state.batch_uid is not None:
            return f"it is in the batch {state.batch_uid}"
        try:
            self._bank.check(of_same_fields(Transfer, state.order))
        except TransferRefused as refusal:
            return refusal.detail
        return None

    def filed(
        self,
        message_id: str,
        bank: Bank,
        now: datetime,
        day: date,
        orders: Sequence[PaymentScheduled],
    ) -> Outline:
        """These orders in a file, without those that would spoil it.

        Raises:
            Invalid: no order at all can be written.
        """

        def write(some: Sequence[PaymentScheduled]) -> bytes:
            return self._writer.write(_batch(message_id, bank, now, day, some))

        outline = Outline(orders=orders, left_out=(), execution_on=day)
        if not orders:
            return outline
        try:
            document = write(orders)
        except Invalid:
            spoiling = [it for order in orders if (it := _spoiling(write, order))]
            if len(spoiling) == len(orders):
                raise
            bad = {it.uid for it in spoiling}
            fit = [order for order in orders if uid_of(order) not in bad]
            outline = Outline(orders=fit, left_out=spoiling, execution_on=day)
            document = write(fit)
        return msgspec.structs.replace(outline, document=document)


def _spoiling(
    write: Callable[[Sequence[PaymentScheduled]], bytes], order: PaymentScheduled
) -> LeftOut | None:
    try:
        write([order])
    except Invalid as error:
        return LeftOut(uid=uid_of(order), reason=error.detail)
    return None


def _batch(
    message_id: str, bank: Bank, now: datetime, day: date, orders: Sequence[PaymentScheduled]
) -> TransferBatch:
    return TransferBatch(
        message_id=message_id,
        created_at=now,
        execution_on=day,
        debtor_name=bank.name,
        debtor_iban=bank.iban or "",
        transfers=tuple(
            BatchTransfer(
                reference=order.reference,
                amount=order.amount,
                creditor_name=order.creditor_name,
                iban=order.iban or "",
                remittance=f"Reimbursement {order.reimbursement_uid}",
            )
            for order in orders
        ),
    )
