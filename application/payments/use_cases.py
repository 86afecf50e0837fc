"""The use cases of single payments."""

from collections.abc import Awaitable, Callable, Sequence
from typing import assert_never
from uuid import UUID

import msgspec

from application.payments.banking import (
    FILE_RAILS,
    REASON_LENGTH_MAX,
    BankingService,
    BankSimulator,
    Transfer,
    TransferRefused,
    TransferState,
    TransferStatus,
)
from application.payments.owing import owing
from application.shared.commands import Call, Carried, Commands, View, Write, of_itself
from application.shared.permissions import Principal, own_as_member
from application.shared.ports import Cause
from application.shared.streams import Entity, Reference, Stream, fold
from domain.payments import obligations, payments
from domain.payments.obligation_facts import CommitAttempt
from domain.payments.obligations import last_payment, may_be_at_rail
from domain.shared.errors import NotFound, Refused
from domain.shared.ids import derived
from domain.shared.rules import of_same_fields

_NO_REASON = "the bank gave no reason"

PAYMENT = Entity("payment", payments.DECIDER, payments.PaymentScheduled, own_as_member)

Report = payments.NoteSettlement | payments.NoteFailure | payments.NoteReturn
"""What can become of a payment that was submitted."""


class ReportedByRail(Refused, code="reported_by_rail"):
    """The rail of this payment reports by itself what becomes of it."""


class Payments:
    """Handing payments to the rail and recording what becomes of them."""

    def __init__(self, commands: Commands, bank: BankingService) -> None:
        self._commands = commands
        self._bank = bank

    async def submit(self, uid: UUID, cause: Cause) -> None:
        """Hand a scheduled payment to the rail, unless the rail has it already; record that, or that it refused.

        On a rail that takes batches, nothing happens until one is made; nor does it where the payment was cancelled.

        Raises:
            NotScheduled: there is no such payment.
            OutcomeUnknown, Unavailable: nobody knows, or the rail is not there; again, and the rail is asked first.
        """
        state = await self._commands.state(payments.DECIDER, uid)
        if isinstance(state, payments.NoPayment):
            raise payments.NotScheduled("there is no such payment")
        if not isinstance(state, payments.ScheduledPayment):
            return
        # A rail that takes files is handed nothing here; it only says what it cannot carry.
        takes_it = self._bank.rail not in FILE_RAILS
        if takes_it and not await self._committed(uid, state.order.reimbursement_uid, cause):
            return
        try:
            rail_reference = await self._handed_over(of_same_fields(Transfer, state.order))
        except TransferRefused as refusal:
            await self._note(uid, payments.NoteFailure(reason=_reason(refusal.detail)), cause)
            return
        if rail_reference is not None:
            command = payments.NoteSubmission(rail=self._bank.rail, rail_reference=rail_reference)
            await self._note(uid, command, cause)

    async def _committed(self, uid: UUID, claim_uid: UUID, cause: Cause) -> bool:
        """Note that the rail may have the payment from now on; whether it is so: it may have been cancelled before."""

        async def prepare(view: View) -> Sequence[Write]:
            owed = await owing(view, claim_uid)
            command = CommitAttempt(
                payment_status=owed.status, payment_uid=uid, rail=self._bank.rail
            )
            return [owed.says(command)]

        step = derived("payment commitment", cause.causation_id)
        call = of_itself(msgspec.structs.replace(cause, causation_id=step))
        state = fold(obligations.DECIDER, (await self._commands.carry_out(call, prepare)).facts)
        return may_be_at_rail(state) == self._bank.rail and last_payment(state, claim_uid) == uid

    async def _handed_over(self, transfer: Transfer) -> str | None:
        """What the rail calls the order that it has now; None if it waits for a batch."""
        known = await self._bank.status(transfer.reference)
        if known.state not in (TransferState.UNKNOWN, TransferState.UNREPORTED):
            return known.rail_reference
        return await self._bank.submit(transfer)

    async def follow(self, uid: UUID, cause: Cause) -> TransferState:
        """Ask the rail what became of a payment and record it; answers what the rail said.

        `UNREPORTED` where nothing is to be asked: no rail has the payment, it is over, or its rail reports nothing.

        Raises:
            Unavailable: the rail cannot be reached.
        """
        state = await self._commands.state(payments.DECIDER, uid)
        if (
            not isinstance(state, payments.SubmittedPayment | payments.SettledPayment)
            or state.submission.rail != self._bank.rail  # submitted before the setting was changed
        ):
            return TransferState.UNREPORTED
        status = await self._bank.status(state.order.reference)
        command = self._noted(status)
        if command is not None:
            # One command per outcome, each with an id of its own in the log.
            step = msgspec.structs.replace(
                cause, causation_id=derived("payment outcome", cause.causation_id, status.state)
            )
            await self._note(uid, command, step)
        return status.state

    def _noted(self, status: TransferStatus) -> payments.Command | None:
        match status.state:
            case TransferState.SETTLED:
                return payments.NoteSettlement(
                    settled_on=(status.at or self._commands.clock.now()).date()
                )
            case TransferState.FAILED:
                return payments.NoteFailure(reason=_reason(status.reason))
            case TransferState.RETURNED:
                return payments.NoteReturn(reason=_reason(status.reason))
            case TransferState.UNKNOWN | TransferState.SUBMITTED | TransferState.UNREPORTED:
                return None
            case _:
                assert_never(status.state)

    async def report(self, payment: Reference, report: Report, call: Call) -> Carried:
        """Record what an administrator knows of a payment whose rail reports nothing by itself.

        Raises:
            ReportedByRail: its rail does.
            NotSubmitted, OutcomeContradicted, Invalid: as `domain.payments.decide` says.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(PAYMENT, payment)
            if isinstance(found.state, payments.ScheduledPayment):
                raise payments.NotSubmitted(
                    "an outcome is reported of a payment that a rail has taken"
                )
            submission = getattr(found.state, "submission", None)
            if submission and submission.rail not in FILE_RAILS:
                raise ReportedByRail("this payment's rail reports what becomes of it by itself")
            return [Write(payments.DECIDER, found.uid, report)]

        return await self._commands.carry_out(call, prepare)

    async def find(self, reference: Reference, caller: Principal) -> Stream[payments.State]:
        """The payment with this integer id or uid, if the caller may see it.

        Raises:
            Malformed: the reference is neither an integer nor a UUID.
            NotFound: there is no such payment, or it is another bank's, or, for a plain member, another member's.
        """
        return await self._commands.view(caller).find(PAYMENT, reference)

    async def _note(self, uid: UUID, command: payments.Command, cause: Cause) -> None:
        await self._commands.tell(payments.DECIDER, uid, command, of_itself(cause))


class Simulations:
    """Making something happen at the simulated bank, and hearing of it at once; each answers the payment as it is then.

    Raises (all):
        NotFound: the bank is not simulated (`not_simulated`), or there is no such payment.
        Refused: the payment is not submitted, or the bank's order is in no state from which that follows.
    """

    def __init__(self, payments: Payments, simulator: BankSimulator | None) -> None:
        self._payments = payments
        self._simulator = simulator

    async def settle(self, payment: Reference, call: Call) -> Carried:
        """The money arrives."""
        return await self._happen(payment, call, lambda bank, it: bank.settle(it))

    async def fail(self, payment: Reference, reason: str, call: Call) -> Carried:
        """The order is not carried out; `Invalid` for a reason that is none."""
        clean = payments.clean_reason(reason)
        return await self._happen(payment, call, lambda bank, it: bank.fail(it, clean))

    async def send_back(self, payment: Reference, reason: str, call: Call) -> Carried:
        """The money comes back; errors as for `fail`."""
        clean = payments.clean_reason(reason)
        return await self._happen(payment, call, lambda bank, it: bank.send_back(it, clean))

    async def _happen(
        self,
        payment: Reference,
        call: Call,
        act: Callable[[BankSimulator, str], Awaitable[TransferStatus]],
    ) -> Carried:
        if self._simulator is None:
            raise NotFound(
                "No bank is simulated here: DAYBOOK_RAIL is another.", code="not_simulated"
            )
        uid = (await self._payments.find(payment, call.principal)).uid
        await act(self._simulator, uid.hex)
        # What a bank would send us a message about. Should this process die here, asking again hears of it.
        await self._payments.follow(uid, call.cause)
        found = await self._payments.find(uid, call.principal)
        return Carried(facts=found.facts, position=found.position)


def _reason(told: str) -> str:
    """What a rail says, as a reason of ours: banks write more than fits, other characters, or nothing."""
    printable = "".join(it if it.isprintable() else " " for it in told)
    return " ".join(printable.split())[:REASON_LENGTH_MAX].strip() or _NO_REASON
