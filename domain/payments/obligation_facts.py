"""What is said of obligations: the commands on them and the facts of their streams (`domain.payments.obligations`)."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.payments.payment_facts import AboutMoney
from domain.shared.events import Event, event
from domain.shared.ids import derived


def obligation_uid(reimbursement_uid: UUID) -> UUID:
    """The id of the one obligation of a claim."""
    return derived("obligation", reimbursement_uid)


class Occasion(StrEnum):
    """Why there is another attempt: people ask for it, or the payee was changed, and the time for that is over."""

    RETRY = "retry"
    REDIRECT = "redirect"
    RELEASE = "release"
    PAYEE_CHANGED = "payee_changed"


# Commands


class _Debt(msgspec.Struct, frozen=True, kw_only=True):
    reimbursement_uid: UUID
    bank_uid: UUID
    bank_account_uid: UUID
    member_uid: UUID
    user_uid: UUID
    amount: Decimal
    currency: str
    payment_uid: UUID | None = None
    payee_version: int | None = None


class Incur(_Debt, frozen=True, kw_only=True):
    """Owe what an approved claim says. With a `payment_uid`, its first attempt is that payment.

    `cost` is what it was worth when the money was spent, where that is an amount of another currency; None: the same.
    """

    cost: Decimal | None = None


class OnObligation(msgspec.Struct, frozen=True, kw_only=True):
    """Every command but the first brings what became of the payment of the last attempt."""

    payment_status: str


class _AskedFor(OnObligation, frozen=True, kw_only=True):
    asked_by: UUID | None = None
    confirmed_by: UUID | None = None


class AttemptPayment(_AskedFor, frozen=True, kw_only=True):
    """Pay it by another payment, to this version of this account's payee."""

    occasion: Occasion
    bank_account_uid: UUID
    payee_version: int


class CommitAttempt(OnObligation, frozen=True, kw_only=True):
    """This payment is going to be handed to a rail: it may have it from now on."""

    payment_uid: UUID
    rail: str


class AskedWithReason(_AskedFor, frozen=True, kw_only=True):
    """Something people ask for, and say why."""

    reason: str


class HoldObligation(AskedWithReason, frozen=True, kw_only=True):
    """Pay nothing before somebody releases it or, with `until`, before then: a payee was changed."""

    until: dt.datetime | None = None


class BlockObligation(OnObligation, frozen=True, kw_only=True):
    """It cannot be paid, for this reason; `code` is the reason's stable name."""

    code: str
    reason: str


class CancelAttempt(AskedWithReason, frozen=True, kw_only=True):
    """Do not pay it for now: nothing follows before people ask for it."""


class WriteOff(AskedWithReason, frozen=True, kw_only=True):
    """Owe it no more, though it was not paid."""


class OweAgain(_AskedFor, frozen=True, kw_only=True):
    """Take back that it was written off: it was paid after all."""


class InTurn(msgspec.Struct, frozen=True):
    """These commands one after the other, each on what the one before left; to incur alone is not noted so."""

    commands: tuple["Command", ...]


Command = (
    Incur
    | AttemptPayment
    | CommitAttempt
    | HoldObligation
    | BlockObligation
    | CancelAttempt
    | WriteOff
    | OweAgain
    | InTurn
)


# Events


@event("obligation.incurred.v1", by=Incur)
class ObligationIncurred(_Debt, Event, frozen=True):
    """A claim was approved, so its amount is owed; `payment_uid` is the first attempt, None if there was none yet."""

    @property
    def stands_alone(self) -> bool:
        """Whether no payment came with it: then the ledger has what is owed from here."""
        return self.payment_uid is None


@event("obligation.revalued.v1", by=Incur)
class ObligationRevalued(Event, frozen=True, kw_only=True):
    """What is owed differs by so much from what it was worth when the money was spent: exchange rates moved."""

    reimbursement_uid: UUID
    bank_uid: UUID
    amount: Decimal
    currency: str
    is_loss: bool


class _ByPeople(AboutMoney, frozen=True, kw_only=True):
    asked_by: UUID | None
    confirmed_by: UUID | None


@event("obligation.attempted.v1", by=AttemptPayment)
class ObligationAttempted(_ByPeople, frozen=True, kw_only=True):
    """It is paid by another payment: `number` counts all attempts from 1."""

    number: int
    payment_uid: UUID
    occasion: Occasion
    bank_account_uid: UUID
    payee_version: int


@event("obligation.committed.v1", by=CommitAttempt)
class ObligationCommitted(AboutMoney, frozen=True, kw_only=True):
    """From here on a rail may have the payment, so that nobody else ends it."""

    payment_uid: UUID
    rail: str


@event("obligation.held.v1", by=HoldObligation)
class ObligationHeld(_ByPeople, frozen=True, kw_only=True):
    """Nothing is paid before it is released; with `until`, before then."""

    reason: str
    until: dt.datetime | None


@event("obligation.blocked.v1", by=BlockObligation)
class ObligationBlocked(AboutMoney, frozen=True, kw_only=True):
    """It cannot be paid as things are."""

    code: str
    reason: str


@event("obligation.cancelled.v1", by=CancelAttempt)
class ObligationCancelled(_ByPeople, frozen=True, kw_only=True):
    """Nothing is paid before people ask for it."""

    reason: str


@event("obligation.written_off.v1", by=WriteOff)
class ObligationWrittenOff(_ByPeople, frozen=True, kw_only=True):
    """It is not owed any more, though it was not paid."""

    reason: str


@event("obligation.owed_again.v1", by=OweAgain)
class ObligationOwedAgain(_ByPeople, frozen=True, kw_only=True):
    """That it was written off stands no longer."""
