"""What is said of payments: the commands on them and the facts of their streams (`domain.payments.payments`)."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.shared.events import Event, event
from domain.shared.ids import derived


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


class DenyReturn(msgspec.Struct, frozen=True, kw_only=True):
    """The money did not come back, whoever said so: a contradiction of what is recorded, and nothing more."""


class SettleAfterAll(msgspec.Struct, frozen=True, kw_only=True):
    """It had not failed or come back, as the case of the payment found: the money arrived on this day."""

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
Command = SchedulePayment | CancelPayment | Report | Batching | DenyReturn | SettleAfterAll


# Events


@event("payment.scheduled.v1", by=SchedulePayment)
class PaymentScheduled(_Order, Event, frozen=True, omit_defaults=True):
    """A payment was ordered, to be handed to a rail."""

    @property
    def incurs(self) -> bool:
        """Whether what is owed came into being with it."""
        return not self.was_owed


class AboutMoney(Event, frozen=True, kw_only=True):
    """What every later event of a payment or an obligation repeats, so that a read model needs no look-up."""

    reimbursement_uid: UUID
    bank_uid: UUID
    amount: Decimal
    currency: str


@event("payment.submitted.v1", by=NoteSubmission)
class PaymentSubmitted(AboutMoney, frozen=True, kw_only=True, omit_defaults=True):
    """The rail took the order: the money is on its way. `submitted_at` is None where that was not kept yet."""

    rail: str
    rail_reference: str
    submitted_at: dt.datetime | None = None


@event("payment.batched.v1", by=PutIntoBatch)
class PaymentBatched(Event, frozen=True, kw_only=True):
    """The order leaves with this batch, once it is released."""

    batch_uid: UUID


@event("payment.unbatched.v1", by=TakeOutOfBatch)
class PaymentUnbatched(Event, frozen=True, kw_only=True):
    """The batch was given up, and the order waits again."""

    batch_uid: UUID


@event("payment.settled.v1", by=(NoteSettlement, NoteReturn, SettleAfterAll))
class PaymentSettled(AboutMoney, frozen=True, kw_only=True):
    """The money arrived."""

    settled_on: dt.date


@event("payment.failed.v1", by=NoteFailure)
class PaymentFailed(AboutMoney, frozen=True, kw_only=True):
    """The order will not be carried out. `was_submitted` says whether the money had been on its way."""

    reason: str
    was_submitted: bool


@event("payment.reinstated.v1", by=SettleAfterAll)
class PaymentReinstated(AboutMoney, frozen=True, kw_only=True):
    """It had neither failed nor come back: the money was on its way, or there, all the time. This case found so."""

    case_uid: UUID


@event("payment.returned.v1", by=NoteReturn)
class PaymentReturned(AboutMoney, frozen=True, kw_only=True):
    """The money had arrived and came back."""

    reason: str


@event("payment.cancelled.v1", by=CancelPayment)
class PaymentCancelled(AboutMoney, frozen=True, kw_only=True):
    """The order will not be carried out, as no rail had taken it."""

    reason: str
