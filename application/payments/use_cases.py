"""The use cases of single payments."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
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
from application.payments.cases import open_case
from application.payments.facts import check_no_part, may_be_elsewhere
from application.payments.owing import DISPUTED, owing
from application.shared import tracing
from application.shared.commands import Call, Carried, Commands, Write, of_itself
from application.shared.permissions import THE_LOCAL_OPERATOR, Principal, own_as_member
from application.shared.ports import Cause
from application.shared.streams import Entity, Reference, Stream, fold
from application.shared.tracing import SpanPart
from application.shared.views import View
from domain.payments import cases, obligations, payment_facts, payments
from domain.payments.obligation_facts import CommitAttempt
from domain.payments.obligations import last_payment, may_be_at_rail
from domain.payments.refusals import NotScheduled, NotSubmitted, OutcomeContradicted
from domain.shared.errors import Invalid, NotFound, Refused
from domain.shared.ids import derived
from domain.shared.rules import of_same_fields, only_seen

WATCH_S_MIN, WATCH_S_MAX = 60.0, 21_600.0
"""Seconds between two questions whether money came back: a tenth of how long it is there, within these."""

_CAN_MOVE = payments.SubmittedPayment | payments.SettledPayment | payments.FailedPayment
_MAY_BE = {
    TransferState.SUBMITTED: payments.SubmittedPayment,
    TransferState.UNKNOWN: payments.FailedPayment,
}
"""What a payment may have come to of which a rail says this; anything where it is not named."""

_LAST_WORDS = (TransferState.UNREPORTED, TransferState.RETURNED)
_NO_REASON = "the bank gave no reason"

PAYMENT = Entity("payment", payments.DECIDER, payment_facts.PaymentScheduled, own_as_member)

Report = (
    payment_facts.NoteSettlement
    | payment_facts.NoteFailure
    | payment_facts.NoteReturn
    | payment_facts.DenyReturn
)
"""What can become of a payment that was submitted."""


class ReportedByRail(Refused, code="reported_by_rail"):
    """The rail of this payment reports by itself what becomes of it."""


class Payments:
    """Handing payments to the rail and recording what becomes of them."""

    def __init__(self, commands: Commands, bank: BankingService, watched: timedelta) -> None:
        """`watched` is how long after it was over a payment is still asked for at a rail that reports by itself."""
        self._commands = commands
        self._bank = bank
        self._watched = watched

    async def submit(self, uid: UUID, cause: Cause) -> None:
        """Hand a scheduled payment to the rail, unless the rail has it already; record that, or that it refused.

        On a rail that takes batches, nothing happens until one is made; nor does it where the payment was cancelled.

        Raises:
            NotScheduled: there is no such payment.
            OutcomeUnknown, Unavailable: nobody knows, or the rail is not there; again, and the rail is asked first.
        """
        state = await self._commands.state(payments.DECIDER, uid)
        if isinstance(state, payments.NoPayment):
            raise NotScheduled("there is no such payment")
        if not isinstance(state, payments.ScheduledPayment) or state.batch_uid is not None:
            return
        claim_uid, transfer = state.order.reimbursement_uid, of_same_fields(Transfer, state.order)
        try:
            if self._bank.rail in FILE_RAILS:
                if not await may_be_elsewhere(self._commands.view(THE_LOCAL_OPERATOR), claim_uid):
                    self._bank.check(transfer)
                return
            if not await self._committed(uid, claim_uid, cause):
                return
            rail_reference = await self._handed_over(transfer)
        except TransferRefused as refusal:
            await self._note(uid, payment_facts.NoteFailure(reason=_reason(refusal.detail)), cause)
            return
        if rail_reference is not None:
            command = payment_facts.NoteSubmission(
                rail=self._bank.rail, rail_reference=rail_reference
            )
            await self._note(uid, command, cause)

    async def _committed(self, uid: UUID, claim_uid: UUID, cause: Cause) -> bool:
        """Note that the rail may have the payment from now on; whether it is so: it may have been cancelled before."""

        async def prepare(view: View) -> Sequence[Write]:
            owed = await owing(view, claim_uid)
            if getattr(owed.payment, "batch_uid", None):  # it leaves with its batch
                return [owed.says()]
            if owed.is_disputed and owed.is_free:
                return [owed.says(owed.hindered(DISPUTED)), *owed.cancelled(DISPUTED.reason)]
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
        with tracing.span(
            "rail submit", part=SpanPart.CLIENT, told={"daybook.rail": self._bank.rail}
        ):
            return await self._bank.submit(transfer)

    async def follow(self, uid: UUID, cause: Cause) -> TransferState:
        """Ask the rail what became of a payment and record it; answers what the rail said.

        What contradicts what is recorded opens a case. `UNREPORTED` where nothing is to be asked: no rail took the
        payment, the money came back, or its rail reports nothing.

        Raises:
            Unavailable: the rail cannot be reached.
        """
        state = await self._commands.state(payments.DECIDER, uid)
        if not isinstance(state, _CAN_MOVE) or not self._reports(state):
            return TransferState.UNREPORTED
        status = await self._bank.status(state.order.reference)
        # One command per outcome, each with an id of its own in the log.
        step = msgspec.structs.replace(
            cause, causation_id=derived("payment outcome", cause.causation_id, status.state)
        )
        try:
            await self._hear(state, status, step)
        except (Refused, Invalid) as contradiction:
            await open_case(self._commands, state, status.state, contradiction.detail, step)
        return status.state

    async def _hear(self, state: payments.Ordered, status: TransferStatus, cause: Cause) -> None:
        command, told = self._noted(status), status.state
        if command is not None:
            await self._note(UUID(state.order.reference), command, cause)
        elif not isinstance(state, _MAY_BE.get(told, payments.Ordered)):
            raise Refused(f"this payment is {state.status}, and to the rail it is {told}")

    def _reports(self, state: payments.Ordered) -> bool:
        """Whether the rail that has this payment tells by itself what becomes of it."""
        submission = getattr(state, "submission", None)
        # One that was submitted under other settings has a rail that nobody asks any more.
        rail = submission.rail if submission else None
        return rail == self._bank.rail and rail not in FILE_RAILS

    async def watch(self, uid: UUID, cause: Cause) -> float | None:
        """Ask the rail once more of a payment that is over; answers the seconds until it is worth asking again.

        None once it is not: the money came back, the rail reports nothing, or it was asked for long enough.
        """
        found = await self._commands.view(THE_LOCAL_OPERATOR).stream(payments.DECIDER, uid)
        left = self._left(found)
        if left <= timedelta(0) or await self.follow(uid, cause) in _LAST_WORDS:
            return None
        age_s = (self._watched - left).total_seconds()
        return min(max(age_s / 10, WATCH_S_MIN), WATCH_S_MAX, left.total_seconds())

    def _left(self, payment: Stream[payments.State]) -> timedelta:
        """How long the rail is still asked of a payment that is over."""
        return self._watched - (self._commands.clock.now() - payment.facts[-1].recorded_at)

    def _noted(self, status: TransferStatus) -> payment_facts.Command | None:
        match status.state:
            case TransferState.SETTLED:
                return payment_facts.NoteSettlement(
                    settled_on=(status.at or self._commands.clock.now()).date()
                )
            case TransferState.FAILED:
                return payment_facts.NoteFailure(reason=_reason(status.reason))
            case TransferState.RETURNED:
                return payment_facts.NoteReturn(reason=_reason(status.reason))
            case TransferState.UNKNOWN | TransferState.SUBMITTED | TransferState.UNREPORTED:
                return None
            case _:
                assert_never(status.state)

    async def report(self, payment: Reference, report: Report, call: Call) -> Carried:
        """Record what an administrator knows of a payment: where its rail reports nothing by itself, where that is not
        asked any more, and where a case is open since it contradicts itself.

        What contradicts what is recorded is refused, and opens a case, which the refusal names.

        Raises:
            ReportedByRail: its rail tells.
            OwnPayment: as `check_no_part` says.
            NotSubmitted, OutcomeContradicted, Invalid: as `domain.payments.decide` says.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(PAYMENT, payment)
            if not isinstance(found.state, payments.NoPayment):
                await check_no_part(view, found.state.order)
            if isinstance(found.state, payments.ScheduledPayment):
                raise NotSubmitted("an outcome is reported of a payment that a rail has taken")
            case = await view.stream(cases.DECIDER, cases.case_uid(found.uid))
            if not case.state.is_open and self._tells(found):
                raise ReportedByRail("this payment's rail reports what becomes of it by itself")
            return [Write(payments.DECIDER, found.uid, report)]

        try:
            return await self._commands.carry_out(call, prepare)
        except OutcomeContradicted as contradiction:
            state = (await self.find(payment, call.principal)).state
            if isinstance(state, payments.NoPayment):
                raise
            detail, facts = contradiction.detail, contradiction.facts
            case = await open_case(self._commands, state, facts["reported"], detail, call.cause)
            raise OutcomeContradicted(detail, **facts, case_uid=case) from None

    def _tells(self, payment: Stream[payments.State]) -> bool:
        """Whether the rail is still asked what becomes of this payment, or was the last to say so."""
        state = payment.state
        if isinstance(state, payments.NoPayment) or not self._reports(state):
            return False
        return isinstance(state, payments.SubmittedPayment) or self._left(payment) > timedelta(0)

    async def find(self, reference: Reference, caller: Principal) -> Stream[payments.State]:
        """The payment with this integer id or uid, if the caller may see it.

        Raises:
            Malformed: the reference is neither an integer nor a UUID.
            NotFound: there is no such payment, or it is another bank's, or, for a plain member, another member's.
        """
        return await self._commands.view(caller).find(PAYMENT, reference)

    async def checked(self, reference: Reference, caller: Principal) -> UUID:
        """The uid of a payment of which the caller may say what becomes; raises as `find` and `check_no_part` do."""
        view = self._commands.view(caller)
        found = await view.find(PAYMENT, reference)
        if not isinstance(found.state, payments.NoPayment):
            await check_no_part(view, found.state.order)
        return found.uid

    async def _note(self, uid: UUID, command: payment_facts.Command, cause: Cause) -> None:
        await self._commands.tell(payments.DECIDER, uid, command, of_itself(cause))


class Simulations:
    """Making something happen at the simulated bank, and hearing of it at once; each answers the payment as it is then.

    Raises (all):
        NotFound: the bank is not simulated (`not_simulated`), or there is no such payment.
        OwnPayment: as `check_no_part` says.
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
        uid = await self._payments.checked(payment, call.principal)
        await act(self._simulator, uid.hex)
        # What a bank would send us a message about. Should this process die here, asking again hears of it.
        await self._payments.follow(uid, call.cause)
        found = await self._payments.find(uid, call.principal)
        return Carried(facts=found.facts, position=found.position)


def _reason(told: str) -> str:
    """What a rail says, as a reason of ours: banks write more than fits, other characters, or nothing."""
    return " ".join(only_seen(told).split())[:REASON_LENGTH_MAX].strip() or _NO_REASON
