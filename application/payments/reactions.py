"""The reactions that move money and write down what it was for."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from application.payments.banking import OutcomeUnknown, TransferState
from application.payments.facts import approved_claim, bank_of
from application.payments.obligations import Obligations
from application.payments.scheduled import ScheduledPayments
from application.payments.use_cases import Payments
from application.shared.commands import Write, of_itself
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import NotYet, Reaction, Retryable
from application.shared.services import Services
from application.shared.views import View
from domain import expenses
from domain.expenses import REIMBURSEMENT_SOURCE, RecordExpense
from domain.payments import payments
from domain.payments.payment_facts import PaymentReturned, PaymentSettled
from domain.payments.payments import NoPayment
from domain.payments.refusals import NotScheduled
from domain.shared.events import Event
from domain.shared.ids import derived

FOLLOW_S_MIN, FOLLOW_S_MAX = 2.0, 600.0
"""Seconds between two questions what became of a payment: a tenth of how long it is on its way, within these."""

DEPARTMENT = "Reimbursements"
"""The department of expenses that follow from claims, which name none."""


async def schedule_payment(reaction: Reaction, services: Services) -> None:
    """Owe what the claim says that was approved, and order its payment; or note what stands in the way."""
    await services.of(Obligations).incur(reaction.subject, reaction.cause())


async def end_hold(reaction: Reaction, services: Services) -> None:
    """Pay what is held, once its time is over."""
    claim = UUID(reaction.payload["claim"])
    until = await services.of(Obligations).end_hold(claim, reaction.cause())
    if until is not None:
        after_s = max(0.0, (until - services.clock.now()).total_seconds())
        raise NotYet(after_s, f"it is held until {until}")


async def follow_payee(reaction: Reaction, services: Services) -> None:
    """Hold, block or change what is scheduled to be paid to an account that was changed or closed."""
    waiting = await services.of(ScheduledPayments).to(reaction.subject, reaction.position)
    for claim in waiting:
        await services.of(Obligations).follow_payee(claim, reaction.cause(str(claim)))


async def submit_payment(reaction: Reaction, services: Services) -> None:
    """Hand the payment to the rail."""
    try:
        await services.of(Payments).submit(reaction.subject, reaction.cause())
    except OutcomeUnknown as unknown:
        raise Retryable(f"{unknown.detail}; it is asked by reference next time") from unknown


async def follow_payment(reaction: Reaction, services: Services) -> None:
    """Ask the rail until it says what became of the payment."""
    state = await services.of(Payments).follow(reaction.subject, reaction.cause())
    if state is TransferState.SUBMITTED:
        after_s = await _patience_s(reaction.subject, services)
        raise NotYet(after_s, "the rail has it, and the money has not arrived yet")
    if state is TransferState.UNKNOWN:
        after_s = await _patience_s(reaction.subject, services)
        raise NotYet(after_s, "the rail took this payment and does not know it now: a case is open")


async def watch_payment(reaction: Reaction, services: Services) -> None:
    """Keep asking the rail of a payment that is over: money comes back late, and rails contradict themselves."""
    after_s = await services.of(Payments).watch(reaction.subject, reaction.cause())
    if after_s is not None:
        raise NotYet(after_s, "the money is where it was")


async def _patience_s(payment_uid: UUID, services: Services) -> float:
    since = (await services.log.stream(payment_uid))[-1].recorded_at
    age_s = (services.clock.now() - since).total_seconds()
    return min(max(age_s / 10, FOLLOW_S_MIN), FOLLOW_S_MAX)


async def record_settled_expense(reaction: Reaction, services: Services) -> None:
    """Write the reimbursement among the bank's expenses, on the day the member spent the money."""
    await _record_expense(reaction, services, "expense", PaymentSettled, sign=Decimal(1))


async def record_returned_expense(reaction: Reaction, services: Services) -> None:
    """Write that the money came back: the same expense with a negative amount, on the day it did."""
    day = date.fromisoformat(reaction.payload["recorded_on"])
    await _record_expense(
        reaction, services, "expense return", PaymentReturned, sign=Decimal(-1), day=day
    )


async def _record_expense(
    reaction: Reaction,
    services: Services,
    what: str,
    kind: type[Event],
    *,
    sign: Decimal,
    day: date | None = None,
) -> None:
    """Once, however often: the claim gives the expense its uid, with the number of the attempt if it is a later one.

    A payment that was settled after a return was denied, or came back once more, is another expense.
    """

    async def prepare(view: View) -> Sequence[Write]:
        found = await view.stream(payments.DECIDER, reaction.subject)
        if isinstance(found.state, NoPayment):
            raise NotScheduled("there is no such payment")
        order = found.state.order
        await view.load(order.reimbursement_uid, order.bank_uid)
        claim = await approved_claim(view, order.reimbursement_uid)
        command = RecordExpense(
            source=REIMBURSEMENT_SOURCE,
            departments=DEPARTMENT,
            project_name=(await bank_of(view, order.bank_uid)).name,
            amount=sign * order.amount,
            currency=order.currency,
            date=day or claim.details.incurred_on,
            member_name=claim.submitted.member_name,
            bank_uid=order.bank_uid,
        )
        later = [] if order.attempt == 1 else [str(order.attempt)]
        so_far = [it for it in found.facts if it.position <= reaction.position]
        number = sum(isinstance(it.event, kind) for it in so_far)
        later += [] if number <= 1 else ["again", str(number)]
        return [Write(expenses.DECIDER, derived(what, order.reimbursement_uid, *later), command)]

    await services.commands.carry_out(of_itself(reaction.cause()), prepare)


HANDLERS: Mapping[str, Handler] = {
    "schedule_payment": schedule_payment,
    "end_hold": end_hold,
    "follow_payee": follow_payee,
    "submit_payment": submit_payment,
    "follow_payment": follow_payment,
    "watch_payment": watch_payment,
    "record_settled_expense": record_settled_expense,
    "record_returned_expense": record_returned_expense,
}
"""The kinds of reactions that concern payments."""
