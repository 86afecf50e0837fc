"""The reactions that move money and write down what it was for."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from application.payments.banking import OutcomeUnknown, TransferState
from application.payments.deciders import approved_claim, bank_of
from application.shared.reactions.ports import Handler, NotYet, Reaction, Retryable
from domain.expenses import REIMBURSEMENT_SOURCE, RecordExpense
from domain.payments.payments import NoPayment, NotScheduled, PaymentScheduled
from domain.shared.ids import derived

if TYPE_CHECKING:
    from application.services import Services

FOLLOW_S_MIN, FOLLOW_S_MAX = 2.0, 600.0
"""Seconds between two questions what became of a payment: a tenth of how long it is on its way, within these."""

DEPARTMENT = "Reimbursements"
"""The department of expenses that follow from claims, which name none."""


async def schedule_payment(reaction: Reaction, services: "Services") -> None:
    """Order the payment of the claim that was approved."""
    await services.payments.schedule(reaction.subject, reaction.cause())


async def submit_payment(reaction: Reaction, services: "Services") -> None:
    """Hand the payment to the rail."""
    try:
        await services.payments.submit(reaction.subject, reaction.cause())
    except OutcomeUnknown as unknown:
        raise Retryable(f"{unknown.detail}; it is asked by reference next time") from unknown


async def follow_payment(reaction: Reaction, services: "Services") -> None:
    """Ask the rail until it says what became of the payment."""
    state = await services.payments.follow(reaction.subject, reaction.cause())
    if state is TransferState.SUBMITTED:
        after_s = await _patience_s(reaction.subject, services)
        raise NotYet(after_s, "the rail has it, and the money has not arrived yet")
    if state is TransferState.UNKNOWN:
        raise Retryable("the rail took this payment and does not know it now")


async def _patience_s(payment_uid: UUID, services: "Services") -> float:
    since = (await services.log.stream(payment_uid))[-1].recorded_at
    age_s = (services.clock.now() - since).total_seconds()
    return min(max(age_s / 10, FOLLOW_S_MIN), FOLLOW_S_MAX)


async def record_settled_expense(reaction: Reaction, services: "Services") -> None:
    """Write the reimbursement among the bank's expenses, on the day the member spent the money."""
    order = await _order_of(reaction.subject, services)
    claim = await approved_claim(services.log, order.reimbursement_uid)
    expense = await _expense(
        order, claim.submitted.member_name, claim.details.incurred_on, services
    )
    uid = derived("expense", order.reimbursement_uid)
    await services.expenses.record_derived(uid, expense, reaction.cause())


async def record_returned_expense(reaction: Reaction, services: "Services") -> None:
    """Write that the money came back: the same expense with a negative amount, on the day it did."""
    order = await _order_of(reaction.subject, services)
    claim = await approved_claim(services.log, order.reimbursement_uid)
    expense = await _expense(
        order,
        claim.submitted.member_name,
        date.fromisoformat(reaction.payload["recorded_on"]),
        services,
        sign=Decimal(-1),
    )
    uid = derived("expense return", order.reimbursement_uid)
    await services.expenses.record_derived(uid, expense, reaction.cause())


async def _order_of(payment_uid: UUID, services: "Services") -> PaymentScheduled:
    state = await services.payments.state(payment_uid)
    if isinstance(state, NoPayment):
        raise NotScheduled("there is no such payment")
    return state.order


async def _expense(
    order: PaymentScheduled,
    member_name: str,
    day: date,
    services: "Services",
    *,
    sign: Decimal = Decimal(1),
) -> RecordExpense:
    bank = await bank_of(services.log, order.bank_uid)
    return RecordExpense(
        source=REIMBURSEMENT_SOURCE,
        departments=DEPARTMENT,
        project_name=bank.name,
        amount=sign * order.amount,
        currency=order.currency,
        date=day,
        member_name=member_name,
        bank_uid=order.bank_uid,
    )


PAYMENT_HANDLERS: Mapping[str, Handler] = {
    "schedule_payment": schedule_payment,
    "submit_payment": submit_payment,
    "follow_payment": follow_payment,
    "record_settled_expense": record_settled_expense,
    "record_returned_expense": record_returned_expense,
}
"""The kinds of reactions that concern payments."""
