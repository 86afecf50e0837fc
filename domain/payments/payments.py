"""Payments: the money that an approved claim moves, from the order to what became of it.

Rules upheld here:
- a payment is one attempt to pay a claim; its id is derived from the claim's and the attempt's number, so it is
  scheduled once (whether it may be is a matter of the obligation, `domain.payments.obligations`);
- money is sent to an IBAN, or to a routing number with an account number, never to both and never to neither;
- what a rail reports twice is recorded once; what contradicts an outcome recorded before is refused, not swallowed;
- only money that arrived can come back: a return of which no settlement was heard records the settlement first;
- a payment is in one batch at a time, and what is in a batch leaves with it or is taken out of it;
- what no rail has taken can be cancelled, and is never paid then;
- what a rail took and was said to have failed is settled after all only by the closing of its case.

```
no payment ──scheduled──► scheduled ──submitted──► submitted ──settled──► settled ──returned──► returned
                           │  ▲ ├──────failed────────┴──► failed
                           └──┘ └──cancelled──► cancelled
              batched, unbatched
                                      failed ──reinstated──► submitted (and settled with it)
```
"""

import datetime as dt
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.payments.refusals import (
    InAnotherBatch,
    NotCancellable,
    NotScheduled,
    NotSubmitted,
    OutcomeContradicted,
)
from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.money import check_amount
from domain.shared.rules import checked, clean_text, fields_in


def payment_uid(reimbursement_uid: UUID, attempt: int = 1) -> UUID:
    """The id of the payment that is the attempt of this number to pay a claim."""
    # The first has the id that it had when there was no other.
    parts = () if attempt == 1 else (str(attempt),)
    return derived("payment", reimbursement_uid, *parts)


# Commands


class _Order(msgspec.Struct, frozen=True, kw_only=True):
    reimbursement_uid: UUID
    bank_uid: UUID
    bank_account_uid: UUID
    member_uid: UUID
    amount: Decimal
    currency: str
    creditor_name: str
    iban: str | None
    routing_number: str | None
    account_number: str | None
    reference: str
    attempt: int = 1
    payee_version: int | None = None
    was_owed: bool = False


class SchedulePayment(_Order, frozen=True, kw_only=True):
    """Order the payment of a claim. `reference` names it to the bank: the payment's uid as 32 hexadecimal digits.

    `payee_version` is that of the account (None: from before this was noted). `was_owed` says that the ledger has what
    is owed from before this attempt.
    """


class NoteSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """The rail has taken the order; `rail_reference` is the rail's own name for it."""

    rail: str
    rail_reference: str


class NoteSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """The money arrived on this day."""

    settled_on: dt.date


class NoteFailure(msgspec.Struct, frozen=True, kw_only=True):
    """The rail did not carry the order out, and will not."""

    reason: str


class NoteReturn(msgspec.Struct, frozen=True, kw_only=True):
    """The money arrived and was sent back."""

    reason: str


class SettleAfterAll(msgspec.Struct, frozen=True, kw_only=True):
    """It had not failed, as the case of the payment found: the money arrived on this day."""

    settled_on: dt.date
    case_uid: UUID


class PutIntoBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Let the order leave with this batch, and with no other."""

    batch_uid: UUID


class TakeOutOfBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Let the order wait again: the batch will not leave."""

    batch_uid: UUID


class CancelPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Do not carry the order out, which no rail has taken."""

    reason: str


Report = NoteSubmission | NoteSettlement | NoteFailure | NoteReturn
Batching = PutIntoBatch | TakeOutOfBatch
Command = SchedulePayment | CancelPayment | Report | Batching | SettleAfterAll


# Events


@event("payment.scheduled.v1")
class PaymentScheduled(_Order, Event, frozen=True, omit_defaults=True):
    """A payment was ordered, to be handed to a rail."""

    @property
    def incurs(self) -> bool:
        """Whether what is owed came into being with it."""
        return not self.was_owed


class _AboutPayment(Event, frozen=True, kw_only=True):
    """What every later event repeats, so that a read model needs no look-up."""

    reimbursement_uid: UUID
    bank_uid: UUID
    amount: Decimal
    currency: str


@event("payment.submitted.v1")
class PaymentSubmitted(_AboutPayment, frozen=True, kw_only=True, omit_defaults=True):
    """The rail took the order: the money is on its way. `submitted_at` is None where that was not kept yet."""

    rail: str
    rail_reference: str
    submitted_at: dt.datetime | None = None


@event("payment.batched.v1")
class PaymentBatched(Event, frozen=True, kw_only=True):
    """The order leaves with this batch, once it is released."""

    batch_uid: UUID


@event("payment.unbatched.v1")
class PaymentUnbatched(Event, frozen=True, kw_only=True):
    """The batch was given up, and the order waits again."""

    batch_uid: UUID


@event("payment.settled.v1")
class PaymentSettled(_AboutPayment, frozen=True, kw_only=True):
    """The money arrived."""

    settled_on: dt.date


@event("payment.failed.v1")
class PaymentFailed(_AboutPayment, frozen=True, kw_only=True):
    """The order will not be carried out. `was_submitted` says whether the money had been on its way."""

    reason: str
    was_submitted: bool


@event("payment.reinstated.v1")
class PaymentReinstated(_AboutPayment, frozen=True, kw_only=True):
    """It had not failed: the money was on its way all the time. This case found so."""

    case_uid: UUID


@event("payment.returned.v1")
class PaymentReturned(_AboutPayment, frozen=True, kw_only=True):
    """The money had arrived and came back."""

    reason: str


@event("payment.cancelled.v1")
class PaymentCancelled(_AboutPayment, frozen=True, kw_only=True):
    """The order will not be carried out, as no rail had taken it."""

    reason: str


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
    about = fields_in(state.order, _AboutPayment)
    return [PaymentCancelled(**about, reason=clean_reason(command.reason))]


def _reinstated(state: Ordered, command: SettleAfterAll, now: dt.datetime) -> list[Event]:
    if not isinstance(state, FailedPayment):
        raise _contradicted(state, SettledPayment.status)
    if state.submission is None:
        raise NotSubmitted("no rail has taken this payment, so that it cannot have arrived")
    about = fields_in(state.order, _AboutPayment)
    day = _on_its_way(command.settled_on, state.submission, now)
    reinstated = PaymentReinstated(**about, case_uid=command.case_uid)
    return [reinstated, PaymentSettled(**about, settled_on=day)]


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
    about = fields_in(state.order, _AboutPayment)
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
        case FailedPayment(order, PaymentSubmitted() as submission), PaymentReinstated():
            return SubmittedPayment(order, submission)
        case SettledPayment(order, submission), PaymentReturned():
            return ReturnedPayment(order, submission)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
