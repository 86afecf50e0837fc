"""Payments: the money that an approved claim moves, from the order to what became of it.

Rules upheld here:
- a payment is one attempt to pay a claim; its id is derived from the claim's and the attempt's number, so it is
  scheduled once (whether it may be is a matter of the obligation, `domain.payments.obligations`);
- money is sent to an IBAN, or to a routing number with an account number, never to both and never to neither;
- what a rail reports twice is recorded once; what contradicts an outcome recorded before is refused, not swallowed;
- only money that arrived can come back: a return of which no settlement was heard records the settlement first;
- a payment is in one batch at a time, and what is in a batch leaves with it or is taken out of it;
- what no rail has taken can be cancelled, and is never paid then;
- what was said to have failed, or to have come back, is settled after all only by the closing of its case.

```
no payment ──scheduled──► scheduled ──submitted──► submitted ──settled──► settled ──returned──► returned
                           │  ▲ ├──────failed────────┴──► failed
                           └──┘ └──cancelled──► cancelled
              batched, unbatched
                            failed, returned ──reinstated──► submitted (and settled with it)
```
"""

import datetime as dt
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.payments.payment_facts import (
    AboutMoney,
    Batching,
    CancelPayment,
    Command,
    DenyReturn,
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    NoteSubmission,
    PaymentBatched,
    PaymentCancelled,
    PaymentFailed,
    PaymentReinstated,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
    PaymentUnbatched,
    Report,
    SchedulePayment,
    SettleAfterAll,
    TakeOutOfBatch,
)
from domain.payments.refusals import (
    InAnotherBatch,
    NotCancellable,
    NotScheduled,
    NotSubmitted,
    OutcomeContradicted,
)
from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid
from domain.shared.events import Event
from domain.shared.money import check_amount
from domain.shared.rules import checked, clean_text, fields_in

# States; `status` is the phase in one word


class NoPayment(msgspec.Struct, frozen=True):
    """Nothing is ordered on this stream."""

    status: ClassVar[str] = "none"


class ScheduledPayment(msgspec.Struct, frozen=True):
    """Ordered, and not yet known to a rail; `batch_uid` is the batch with which it is to leave."""

    status: ClassVar[str] = "scheduled"
    order: PaymentScheduled
    batch_uid: UUID | None = None


class _WithRail(msgspec.Struct, frozen=True):
    order: PaymentScheduled
    submission: PaymentSubmitted


class SubmittedPayment(_WithRail, frozen=True):
    """With a rail, on its way."""

    status: ClassVar[str] = "submitted"


class SettledPayment(_WithRail, frozen=True):
    """Arrived."""

    status: ClassVar[str] = "settled"


class FailedPayment(msgspec.Struct, frozen=True):
    """Over without the money having arrived; `submission` is None if no rail ever took it."""

    status: ClassVar[str] = "failed"
    order: PaymentScheduled
    submission: PaymentSubmitted | None


class ReturnedPayment(_WithRail, frozen=True):
    """Over: the money arrived and came back."""

    status: ClassVar[str] = "returned"


class CancelledPayment(msgspec.Struct, frozen=True):
    """Over: it was taken back before a rail had it."""

    status: ClassVar[str] = "cancelled"
    order: PaymentScheduled


Ordered = (
    ScheduledPayment
    | SubmittedPayment
    | SettledPayment
    | FailedPayment
    | ReturnedPayment
    | CancelledPayment
)
State = NoPayment | Ordered
INITIAL = NoPayment()


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it is recorded already.

    Raises:
        NotScheduled, NotSubmitted, NotCancellable, OutcomeContradicted: the command cannot follow what is recorded.
        InAnotherBatch: it cannot be put into this batch.
        Invalid: the order has no or two destinations, or an amount that cannot be paid; a reason is blank or too long;
            a settlement lies in the future, or before the submission.
    """
    if isinstance(command, SchedulePayment):
        return [_ordered(command)] if isinstance(state, NoPayment) else []
    if isinstance(state, NoPayment):
        raise NotScheduled("a payment is reported on only after it was scheduled")
    if isinstance(command, Batching):
        return _batched(state, command)
    if isinstance(command, CancelPayment):
        return _cancelled(state, command)
    if isinstance(command, DenyReturn):
        if isinstance(state, ReturnedPayment):
            raise _contradicted(state, NOT_RETURNED)
        return []
    if isinstance(command, SettleAfterAll):
        return _reinstated(state, command, now)
    reported = _REPORTED[type(command)]
    return [] if reported in _history(state) else _reported(state, command, reported, now)


def _cancelled(state: Ordered, command: CancelPayment) -> list[Event]:
    if isinstance(state, CancelledPayment):
        return []
    if not isinstance(state, ScheduledPayment):
        raise NotCancellable(
            f"this payment is {state.status}; only one that no rail has taken is cancelled",
            payment_status=state.status,
        )
    about = fields_in(state.order, AboutMoney)
    return [PaymentCancelled(**about, reason=clean_reason(command.reason))]


def _reinstated(state: Ordered, command: SettleAfterAll, now: dt.datetime) -> list[Event]:
    if not isinstance(state, FailedPayment | ReturnedPayment):
        raise _contradicted(state, SettledPayment.status)
    if state.submission is None:
        raise NotSubmitted("no rail has taken this payment, so that it cannot have arrived")
    about = fields_in(state.order, AboutMoney)
    day = _on_its_way(command.settled_on, state.submission, now)
    reinstated = PaymentReinstated(**about, case_uid=command.case_uid)
    return [reinstated, PaymentSettled(**about, settled_on=day)]


NOT_RETURNED = "not_returned"
"""What is reported by whoever denies a return."""

_REPORTED: dict[type[Report], str] = {
    NoteSubmission: "submitted",
    NoteSettlement: "settled",
    NoteFailure: "failed",
    NoteReturn: "returned",
}


def _history(state: Ordered) -> set[str]:
    """What the payment is, and what it was on the way there, as far as it can be reported."""
    history = {state.status}
    if isinstance(state, ReturnedPayment):
        history.add("settled")
    return history | {"submitted"} if getattr(state, "submission", None) else history


def _reported(state: Ordered, command: Report, reported: str, now: dt.datetime) -> list[Event]:
    about = fields_in(state.order, AboutMoney)
    match command, state:
        case NoteSubmission(), ScheduledPayment():
            said = msgspec.structs.asdict(command)
            return [PaymentSubmitted(**about, **said, submitted_at=now)]
        case NoteSettlement(settled_on=day), SubmittedPayment(submission=submission):
            return [PaymentSettled(**about, settled_on=_on_its_way(day, submission, now))]
        case NoteFailure(reason=reason), ScheduledPayment() | SubmittedPayment():
            was_submitted = isinstance(state, SubmittedPayment)
            reason = clean_reason(reason)
            return [PaymentFailed(**about, reason=reason, was_submitted=was_submitted)]
        case NoteReturn(reason=reason), SubmittedPayment() | SettledPayment():
            returned = PaymentReturned(**about, reason=clean_reason(reason))
            settled = PaymentSettled(**about, settled_on=now.date())
            return [settled, returned] if isinstance(state, SubmittedPayment) else [returned]
        case NoteSettlement() | NoteReturn(), ScheduledPayment():
            raise NotSubmitted(f"a payment is {reported} only after a rail has taken it")
        case _:
            raise _contradicted(state, reported)


def _contradicted(state: Ordered, reported: str) -> OutcomeContradicted:
    detail = f"this payment is {state.status}; it cannot be {reported} any more"
    return OutcomeContradicted(detail, payment_status=state.status, reported=reported)


def _ordered(command: SchedulePayment) -> Event:
    check_amount(command.amount, command.currency)
    if command.amount <= 0:
        raise _invalid("amount", f"{command.amount} cannot be paid; more than 0 was expected")
    by_number = (command.routing_number is not None, command.account_number is not None)
    if by_number not in ((True, True), (False, False)) or (command.iban is None) != all(by_number):
        raise _invalid("iban", "either an IBAN or a routing number with an account number is paid")
    return PaymentScheduled(**msgspec.structs.asdict(command))


def _batched(state: Ordered, command: Batching) -> list[Event]:
    batch_uid = command.batch_uid
    held_by = state.batch_uid if isinstance(state, ScheduledPayment) else None
    if isinstance(command, TakeOutOfBatch):
        return [PaymentUnbatched(batch_uid=batch_uid)] if held_by == batch_uid else []
    if held_by == batch_uid:
        return []
    if held_by or not isinstance(state, ScheduledPayment):
        raise InAnotherBatch(f"this payment is {state.status} and waits for no batch")
    return [PaymentBatched(batch_uid=batch_uid)]


def _on_its_way(day: dt.date, submission: PaymentSubmitted, now: dt.datetime) -> dt.date:
    # The day has begun already further east of here, and the day before goes on further west.
    a_day = dt.timedelta(days=1)
    if day > now.date() + a_day:
        raise _invalid("settled_on", f"{day} lies in the future; the day it settled was expected")
    since = submission.submitted_at
    if since and day < since.astimezone(dt.UTC).date() - a_day:
        raise _invalid("settled_on", f"{day} lies before {since:%Y-%m-%d}, when it was submitted")
    return day


def clean_reason(reason: str) -> str:
    """Why a payment failed or came back, in its normal form.

    Raises:
        Invalid: it is blank or too long.
    """
    clean: str = checked("the outcome", reason=(clean_text, reason))["reason"]
    return clean


def _invalid(field: str, detail: str) -> Invalid:
    return Invalid(detail, faults=[Fault(detail=detail, pointer=f"/{field}")])


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoPayment(), PaymentScheduled():
            return ScheduledPayment(fact)
        case ScheduledPayment(order), PaymentBatched() | PaymentUnbatched():
            leaves_with = fact.batch_uid if isinstance(fact, PaymentBatched) else None
            return ScheduledPayment(order, leaves_with)
        case ScheduledPayment(order), PaymentSubmitted():
            return SubmittedPayment(order, fact)
        case SubmittedPayment(order, submission), PaymentSettled():
            return SettledPayment(order, submission)
        case ScheduledPayment(order), PaymentFailed():
            return FailedPayment(order, None)
        case ScheduledPayment(order), PaymentCancelled():
            return CancelledPayment(order)
        case SubmittedPayment(order, submission), PaymentFailed():
            return FailedPayment(order, submission)
        case (
            FailedPayment(order, PaymentSubmitted() as submission)
            | ReturnedPayment(order, submission),
            PaymentReinstated(),
        ):
            return SubmittedPayment(order, submission)
        case SettledPayment(order, submission), PaymentReturned():
            return ReturnedPayment(order, submission)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
