"""Batches: making one of the payments that wait, having it released by a second person, giving it up."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from application.payments.banking import BankingService, BatchFiles, BatchWriter
from application.payments.facts import check_not_own, may_be_elsewhere
from application.payments.filing import Filing, Outline, digest
from application.payments.use_cases import PAYMENT
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import Principal, of_bank
from application.shared.streams import Entity, Facts, Reference
from application.shared.views import View
from domain.banks import policies
from domain.payments import batches, payments
from domain.payments.batches import (
    PAYMENTS_MAX,
    CreateBatch,
    LeftOut,
    MadeBatch,
    PaymentBatchCreated,
    ReleaseBatch,
    ReleasedBatch,
    VoidBatch,
)
from domain.payments.payment_facts import NoteSubmission, PutIntoBatch, TakeOutOfBatch
from domain.payments.payments import ScheduledPayment
from domain.shared.errors import Fault, Invalid, NotFound, Refused
from domain.shared.ids import derived

BATCH = Entity("payment batch", batches.DECIDER, PaymentBatchCreated, of_bank)


class NewBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Which payments are to leave, by id or uid: all that wait if none are named.

    `execution_on` is the day on which the bank is to pay, a TARGET business day; the next one if it is not given.
    """

    payments: Sequence[int | UUID] | None = None
    execution_on: date | None = None


class BatchOutdated(Refused, code="batch_outdated"):
    """None of the payments of the batch can leave with it any more."""


class NotReleased(Refused, code="batch_not_released"):
    """The file of a batch can be had once somebody has released it."""


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
        self._rail = bank.rail
        self._filing = Filing(bank, writer)
        self._files = files

    async def preview(
        self, bank_uid: UUID, waiting: Sequence[UUID], new: NewBatch, caller: Principal
    ) -> Outline:
        """What `create` would put into a file now, and what it would leave out; nothing is recorded.

        Raises:
            Refused, NotFound, Invalid: as `create` does; what cannot leave is told, not refused.
        """
        view = self._commands.view(caller)
        return await self._outline(view, bank_uid, self._commands.new_id(), waiting, new)

    async def create(
        self, bank_uid: UUID, waiting: Sequence[UUID], new: NewBatch, call: Call
    ) -> Carried:
        """Put those of these payments that wait for a batch of this bank, or those that `new` names, into a file.

        At most 500. Of all that wait, what cannot leave by file stays out; what is named and cannot is refused.

        Raises:
            Refused: as `Filing.paying` says.
            NothingToPay: none of them waits.
            NotFound: something that is named is no payment of this bank.
            Invalid: a payment that is named cannot leave, or the day is none on which banks pay.
        """

        async def prepare(view: View) -> Sequence[Write]:
            uid = self._commands.new_id()
            outline = await self._outline(view, bank_uid, uid, waiting, new)
            if new.payments is not None and outline.left_out:
                raise _cannot_leave(outline.left_out)
            command = CreateBatch(
                bank_uid=bank_uid,
                message_id=uid.hex,
                payments=outline.payments,
                total=outline.total,
                sha256=outline.sha256,
                created_at=view.now,
                execution_on=outline.execution_on,
                created_by=call.principal.user_uid,
            )
            put = PutIntoBatch(batch_uid=uid)
            return [
                Write(batches.DECIDER, uid, command, is_new=True),
                *(Write(payments.DECIDER, each, put) for each in outline.payments),
            ]

        return await self._commands.carry_out(call, prepare)

    async def release(self, batch: Reference, call: Call) -> Carried:
        """Let the file of a batch be handed in: its payments count as submitted.

        Those that cannot leave any more stay out of it; what became of none of them waits for another one.

        The file is written now, and asks for payment on the next day that is left if the one that was meant has passed.

        Raises:
            OwnBatch: the caller made it, and the bank's policy asks for a second person.
            OwnPayment: it pays a claim of the caller's own.
            BatchOutdated: nothing of it can leave any more.
            BatchVoided, Refused: as `domain.payments.batches` and `Filing.paying` say.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(BATCH, batch)
            outline = await self._leaving(view, found.uid, found.state)
            await view.load(*(order.reimbursement_uid for order in outline.orders))
            for order in outline.orders:
                await check_not_own(view, order.reimbursement_uid, call.principal.user_uid)
            policy_uid = policies.policy_uid(created(found.facts).bank_uid)
            command = ReleaseBatch(
                released_by=call.principal.user_uid,
                four_eyes=(await view.stream(policies.DECIDER, policy_uid)).state.four_eyes,
                sha256=outline.sha256,
                execution_on=outline.execution_on,
                left_out=tuple(outline.left_out),
                total=outline.total,
            )
            if outline.orders:
                await self._files.keep(_file_uid(found.uid, outline.sha256), outline.document)
            note = NoteSubmission(rail=self._rail, rail_reference=created(found.facts).message_id)
            taken_out = TakeOutOfBatch(batch_uid=found.uid)
            return [
                Write(batches.DECIDER, found.uid, command),
                *(Write(payments.DECIDER, each, note) for each in outline.payments),
                *(Write(payments.DECIDER, each.uid, taken_out) for each in outline.left_out),
            ]

        return await self._commands.carry_out(call, prepare)

    async def void(self, batch: Reference, reason: str, call: Call) -> Carried:
        """Give a batch up that was not released: its payments wait again.

        Raises:
            BatchReleased: the bank may have the file.
            Invalid: the reason is blank or too long.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(BATCH, batch)
            command = VoidBatch(voided_by=call.principal.user_uid, reason=reason)
            taken_out = TakeOutOfBatch(batch_uid=found.uid)
            in_it = found.state.created.payments if isinstance(found.state, MadeBatch) else ()
            return [
                Write(batches.DECIDER, found.uid, command),
                *(Write(payments.DECIDER, each, taken_out) for each in in_it),
            ]

        return await self._commands.carry_out(call, prepare)

    async def document(
        self, reference: Reference, caller: Principal
    ) -> tuple[PaymentBatchCreated, str, bytes]:
        """What a batch holds, its file (the same bytes every time), and the digest of that.

        Raises:
            Malformed: the reference is neither an integer nor a UUID.
            NotFound: there is no such batch, or it is another bank's.
            NotReleased: nobody has released it.
            LookupError: its file is lost or was altered.
        """
        found = await self._commands.view(caller).find(BATCH, reference)
        state = found.state
        if not isinstance(state, ReleasedBatch):
            raise NotReleased("the file of this batch can be had once it is released")
        uid = _file_uid(found.uid, state.sha256) if state.released else found.uid
        document = await self._files.fetch(uid)
        if document is None or digest(document) != state.sha256:
            raise LookupError(f"the file of batch {found.uid} is not the one that was made")
        return state.created, state.sha256, document

    async def _outline(
        self, view: View, bank_uid: UUID, uid: UUID, waiting: Sequence[UUID], new: NewBatch
    ) -> Outline:
        if new.payments is not None:
            waiting = await _named(view, bank_uid, new.payments)
        await view.load(bank_uid, *waiting)
        bank = await self._filing.paying(view, bank_uid)
        day = self._filing.day(new.execution_on, view.now)
        orders, left_out = await self._filing.sorted_out(view, bank_uid, waiting)
        outline = self._filing.filed(uid.hex, bank, view.now, day, orders[:PAYMENTS_MAX])
        return msgspec.structs.replace(outline, left_out=[*left_out, *outline.left_out])

    async def _leaving(self, view: View, uid: UUID, state: batches.State) -> Outline:
        """The batch as it leaves now, with its file; nothing of one that does not wait for its release."""
        if not isinstance(state, MadeBatch):
            return Outline(orders=(), left_out=(), execution_on=view.now.date())
        batch = state.created
        await view.load(batch.bank_uid, policies.policy_uid(batch.bank_uid), *batch.payments)
        bank = await self._filing.paying(view, batch.bank_uid)
        orders, left_out = [], []
        for each in batch.payments:
            payment = (await view.stream(payments.DECIDER, each)).state
            if not isinstance(payment, ScheduledPayment) or payment.batch_uid != uid:
                reason = f"it is {payment.status} now, and not in this batch any more"
                left_out.append(LeftOut(uid=each, reason=reason))
            elif await may_be_elsewhere(view, payment.order.reimbursement_uid):
                left_out.append(LeftOut(uid=each, reason="its claim may be paid already"))
            else:
                orders.append(payment.order)
        if not orders:
            raise BatchOutdated(f"nothing of this batch can leave: {left_out[0].reason}")
        day = self._filing.day_left(batch.execution_on, view.now)
        try:
            outline = self._filing.filed(batch.message_id, bank, batch.created_at, day, orders)
        except Invalid as spoilt:
            raise BatchOutdated(f"nothing of this batch can leave: {spoilt.detail}") from spoilt
        return msgspec.structs.replace(outline, left_out=[*left_out, *outline.left_out])


async def _named(view: View, bank_uid: UUID, names: Sequence[int | UUID]) -> list[UUID]:
    if len(names) > PAYMENTS_MAX:
        detail = f"at most {PAYMENTS_MAX} payments were expected, got {len(names)}"
        raise Invalid(detail, faults=[Fault(detail=detail, code="too_many", pointer="/payments")])
    await view.load(*names)
    found = [await view.find(PAYMENT, name, bank_uid=bank_uid) for name in names]
    return list(dict.fromkeys(each.uid for each in found))


def _cannot_leave(left_out: Sequence[LeftOut]) -> Invalid:
    faults = [
        Fault(
            detail=f"{each.uid} cannot leave: {each.reason}",
            code="cannot_leave",
            pointer="/payments",
            got=str(each.uid),
        )
        for each in left_out
    ]
    return Invalid("; ".join(each.detail for each in faults[:3]), faults=faults)


def created(facts: Facts) -> PaymentBatchCreated:
    """What the batch with these facts holds.

    Raises:
        NotFound: they are of no batch.
    """
    fact = facts[0].event
    if not isinstance(fact, PaymentBatchCreated):
        raise NotFound("There is no such payment batch.")
    return fact


def _file_uid(batch_uid: UUID, sha256: str) -> UUID:
    # Released at another moment it may ask for another day: the one that is recorded is found by what it says.
    return derived("payment file", batch_uid, sha256)
