"""Cases of payments: opening one where a rail contradicts what is recorded, and closing it."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

import msgspec

from application.payments.facts import check_no_part
from application.payments.owing import owing
from application.shared.commands import Call, Carried, Commands, Write, of_itself
from application.shared.permissions import of_bank, user_of
from application.shared.ports import Cause
from application.shared.streams import Entity, Reference
from application.shared.views import View
from domain.banks import policies
from domain.payments import cases, payments
from domain.payments.cases import (
    CaseOutcome,
    CloseCase,
    NoteContradiction,
    PaymentCaseOpened,
    case_uid,
)
from domain.payments.obligation_facts import CancelAttempt, OweAgain
from domain.payments.obligations import PaymentUnderWay, WrittenOffObligation, last_payment
from domain.payments.payment_facts import SettleAfterAll
from domain.payments.payments import NoPayment, Ordered
from domain.payments.refusals import OwnReport
from domain.shared.errors import Fault, Invalid

CASE = Entity("payment case", cases.DECIDER, PaymentCaseOpened, of_bank)


async def open_case(
    commands: Commands, state: Ordered, reported: str, detail: str, cause: Cause
) -> UUID:
    """Have somebody look at what was reported of this payment; answers the case. Again, it is the same one."""
    order, submission = state.order, getattr(state, "submission", None)
    payment_uid = UUID(order.reference)
    command = NoteContradiction(
        payment_uid=payment_uid,
        reimbursement_uid=order.reimbursement_uid,
        bank_uid=order.bank_uid,
        amount=order.amount,
        currency=order.currency,
        rail=submission.rail if submission else "",
        rail_reference=submission.rail_reference if submission else "",
        payment_status=state.status,
        reported=reported,
        detail=detail,
    )
    uid = case_uid(payment_uid)
    await commands.tell(cases.DECIDER, uid, command, of_itself(cause))
    return uid


class CaseFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a case, in 1 to 500 characters; `settled_on` is the day the money arrived, if it did after all."""

    note: str
    outcome: CaseOutcome = CaseOutcome.STANDS
    settled_on: date | None = None


class PaymentCases:
    """The use cases of cases."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def close(self, case: Reference, looked: CaseFinding, call: Call) -> Carried:
        """Say what came of a case; nothing happens if that was said.

        A payment that is settled after all ends another attempt that is scheduled, and takes back a write-off.

        Raises:
            NotFound: there is no such case, or it is another bank's.
            OwnPayment: as `check_no_part` says.
            OwnReport: the caller reported the failure or the return, and the bank's policy asks for a second person.
            PaymentUnderWay: a rail has another attempt, or may have it; what becomes of that comes first.
            NotSubmitted, OutcomeContradicted: the payment is none that a rail took and that failed or came back.
            Invalid: the note is blank or too long, or the day is missing, out of place or impossible.
        """
        settled_on = _day(looked)

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(CASE, case)
            opened, by = cast(PaymentCaseOpened, found.facts[0].event), call.principal.user_uid
            payment = (await view.stream(payments.DECIDER, opened.payment_uid)).state
            if not isinstance(payment, NoPayment):
                await check_no_part(view, payment.order)
            command = CloseCase(note=looked.note, outcome=looked.outcome, closed_by=by)
            close = Write(cases.DECIDER, found.uid, command)
            if settled_on is None or not cases.DECIDER.decide(found.state, command, view.now):
                return [close]
            settle = SettleAfterAll(settled_on=settled_on, case_uid=found.uid)
            return [
                close,
                *await _without_others(view, opened, by),
                Write(payments.DECIDER, opened.payment_uid, settle),
            ]

        return await self._commands.carry_out(call, prepare)


def _day(looked: CaseFinding) -> date | None:
    is_settled = looked.outcome is CaseOutcome.SETTLED
    if is_settled is (looked.settled_on is not None):
        return looked.settled_on
    detail = f"{looked.outcome} {'needs' if is_settled else 'has no'} settled_on"
    code = "missing" if is_settled else "out_of_place"
    raise Invalid(detail, faults=[Fault(detail=detail, code=code, pointer="/settled_on")])


async def _without_others(
    view: View, opened: PaymentCaseOpened, by: UUID | None
) -> Sequence[Write]:
    """The end of another attempt that is scheduled, or of the write-off, if this payment arrived."""
    payment = await view.stream(payments.DECIDER, opened.payment_uid)
    policy = (await view.stream(policies.DECIDER, policies.policy_uid(opened.bank_uid))).state
    if policy.four_eyes and by is not None and user_of(payment.facts[-1].actor) == by:
        raise OwnReport("Somebody else than who reported it says that it was not so.")
    owed = await owing(view, opened.reimbursement_uid)
    if isinstance(owed.state, WrittenOffObligation):
        return [owed.says(OweAgain(payment_status=owed.status, asked_by=by))]
    if last_payment(owed.state, opened.reimbursement_uid) == opened.payment_uid:
        return []
    if owed.is_free:
        why = "an earlier payment is settled after all"
        command = CancelAttempt(payment_status=owed.status, reason=why, asked_by=by)
        return [owed.says(command), *owed.cancelled(why)]
    if owed.status in ("scheduled", "submitted"):
        raise PaymentUnderWay(
            "a rail has another payment of this claim, or may have it: what becomes of it comes first",
            payment_status=owed.status,
        )
    return []
