"""Batches of payments: orders that leave together in one file, which an administrator hands to the bank.

Rules upheld here:
- a batch is made once, of at least one payment and at most 500, and what is in it never changes;
- all of it is in euro and goes to IBANs: that is what a SEPA file carries;
- it leaves only once somebody else than who made it releases it; who is at the machine, and a bank of one person,
  needs nobody else;
- what cannot leave any more by then stays out of it, and the others leave;
- until then it can be voided: its payments wait again. No payment is ever in two batches that may leave.

```
no batch ──created──► created ──released──► released
                         └──────voided────► voided
```
Batches from before there were releases count as released.
"""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.payments.payments import clean_reason
from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Forbidden, Invalid, NotFound, Refused
from domain.shared.events import Event, event

BATCH_CURRENCY = "EUR"
PAYMENTS_MAX = 500
EXECUTION_DAYS_MAX = 365
"""How far ahead banks take orders."""

# Commands


class CreateBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Put these payments into one file, of which `sha256` is the digest in hexadecimal.

    `created_by` is None for who is at the machine. The bank is asked to pay on `execution_on`.
    """

    bank_uid: UUID
    message_id: str
    payments: tuple[UUID, ...]
    total: Decimal
    sha256: str
    created_at: dt.datetime
    execution_on: dt.date
    created_by: UUID | None = None


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that cannot leave in this file, and why."""

    uid: UUID
    reason: str


class ReleaseBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Let the file be handed in: it is the one of this digest, to be paid on this day.

    `released_by` is None for who is at the machine; `four_eyes` False says that the bank is one person's. `left_out`
    is what was in the batch and does not leave with it; `total` is what leaves, None from before anything was left out.
    """

    released_by: UUID | None
    four_eyes: bool
    sha256: str
    execution_on: dt.date
    left_out: tuple[LeftOut, ...] = ()
    total: Decimal | None = None


class VoidBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Let the batch not leave, and say why."""

    voided_by: UUID | None
    reason: str


Command = CreateBatch | ReleaseBatch | VoidBatch


# Events


@event("payment_batch.created.v1", by=CreateBatch)
class PaymentBatchCreated(Event, frozen=True, omit_defaults=True):
    """A file of payments was made. Without `needs_release` its orders counted as submitted from then on."""

    bank_uid: UUID
    message_id: str
    payments: tuple[UUID, ...]
    total: Decimal
    currency: str
    sha256: str
    created_at: dt.datetime
    execution_on: dt.date | None = None
    created_by: UUID | None = None
    needs_release: bool = False


@event("payment_batch.released.v1", by=ReleaseBatch)
class PaymentBatchReleased(ReleaseBatch, Event, frozen=True, kw_only=True, omit_defaults=True):
    """The file may be handed in; its orders count as submitted."""

    released_at: dt.datetime


@event("payment_batch.voided.v1", by=VoidBatch)
class PaymentBatchVoided(VoidBatch, Event, frozen=True, kw_only=True):
    """The file does not leave; its orders wait again."""

    voided_at: dt.datetime


# States


class NoBatch(msgspec.Struct, frozen=True):
    """Nothing was made on this stream."""


class MadeBatch(msgspec.Struct, frozen=True):
    """Waits for its release."""

    created: PaymentBatchCreated


class ReleasedBatch(msgspec.Struct, frozen=True):
    """May be handed in; `released` is None for one that needed no release."""

    created: PaymentBatchCreated
    released: PaymentBatchReleased | None

    @property
    def sha256(self) -> str:
        """The digest of its file."""
        return (self.released or self.created).sha256


class VoidedBatch(msgspec.Struct, frozen=True):
    """Was given up."""

    created: PaymentBatchCreated


State = NoBatch | MadeBatch | ReleasedBatch | VoidedBatch


# Refusals


class NothingToPay(Refused, code="nothing_to_pay"):
    """No payment of this bank waits for a batch."""


class OwnBatch(Forbidden, code="own_batch"):
    """Whoever made a batch does not release it."""


class BatchReleased(Refused, code="batch_released"):
    """The batch may be with the bank already."""


class BatchVoided(Refused, code="batch_voided"):
    """The batch was given up."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it is already so.

    Raises:
        NothingToPay, OwnBatch, BatchReleased, BatchVoided: as they say.
        NotFound: there is no batch.
        Invalid: the day of execution is past or too far ahead; the reason is blank or too long.
    """
    if isinstance(command, CreateBatch):
        return [_created(command, now)] if isinstance(state, NoBatch) else []
    if isinstance(state, NoBatch):
        raise NotFound("There is no such payment batch.")
    if isinstance(command, ReleaseBatch):
        return _released(state, command, now)
    return _voided(state, command, now)


def _created(command: CreateBatch, now: dt.datetime) -> PaymentBatchCreated:
    if not command.payments:
        raise NothingToPay("no payment of this bank waits for a batch")
    check_execution(command.execution_on, now)
    return PaymentBatchCreated(
        **msgspec.structs.asdict(command), currency=BATCH_CURRENCY, needs_release=True
    )


def check_execution(day: dt.date, now: dt.datetime) -> None:
    """Go on only if a bank can be asked to pay on this day.

    Raises:
        Invalid: it is past, or too far ahead.
    """
    today = now.astimezone(dt.UTC).date()
    latest = today + dt.timedelta(days=EXECUTION_DAYS_MAX)
    if not today <= day <= latest:
        raise execution_fault(f"a day from {today} to {latest} was expected, got {day}")


def execution_fault(detail: str) -> Invalid:
    """What is wrong with the day on which the bank is to pay."""
    return Invalid(detail, faults=[Fault(detail=detail, pointer="/execution_on")])


def _released(
    state: MadeBatch | ReleasedBatch | VoidedBatch, command: ReleaseBatch, now: dt.datetime
) -> list[Event]:
    match state:
        case ReleasedBatch():
            return []
        case VoidedBatch():
            raise BatchVoided("this batch was voided; its payments wait for another one")
    maker = state.created.created_by
    if command.four_eyes and maker is not None and maker == command.released_by:
        raise OwnBatch("a batch is released by somebody else than who made it")
    return [PaymentBatchReleased(**msgspec.structs.asdict(command), released_at=now)]


def _voided(
    state: MadeBatch | ReleasedBatch | VoidedBatch, command: VoidBatch, now: dt.datetime
) -> list[Event]:
    match state:
        case VoidedBatch():
            return []
        case ReleasedBatch():
            raise BatchReleased("this batch was released, and the bank may have its file")
    reason = clean_reason(command.reason)
    return [PaymentBatchVoided(voided_by=command.voided_by, reason=reason, voided_at=now)]


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoBatch(), PaymentBatchCreated():
            return MadeBatch(fact) if fact.needs_release else ReleasedBatch(fact, None)
        case MadeBatch(created), PaymentBatchReleased():
            return ReleasedBatch(created, fact)
        case MadeBatch(created), PaymentBatchVoided():
            return VoidedBatch(created)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(NoBatch(), decide, evolve)
