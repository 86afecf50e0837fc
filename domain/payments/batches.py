"""Batches of payments: orders that leave together in one file, which an administrator hands to the bank.

Rules upheld here:
- a batch is made once, of at least one payment and at most 500, and never changes;
- all of it is in euro and goes to IBANs: that is what a SEPA file carries;
- making it submits its payments, in the same append: no payment is ever in two batches.
"""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event, event
from domain.shared.kits import Nothing, Recorded, recorded_once

BATCH_CURRENCY = "EUR"
PAYMENTS_MAX = 500

# Commands


class CreateBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Put these payments into one file, of which `sha256` is the digest in hexadecimal."""

    bank_uid: UUID
    message_id: str
    payments: tuple[UUID, ...]
    total: Decimal
    sha256: str
    created_at: dt.datetime


Command = CreateBatch


# Events


@event("payment_batch.created.v1")
class PaymentBatchCreated(Event, frozen=True):
    """A file of payments was made; its orders count as submitted."""

    bank_uid: UUID
    message_id: str
    payments: tuple[UUID, ...]
    total: Decimal
    currency: str
    sha256: str
    created_at: dt.datetime


State = Nothing | Recorded[PaymentBatchCreated]


# Refusals


class NothingToPay(Refused, code="nothing_to_pay"):
    """No payment of this bank waits for a batch."""


# Rules


def _created(command: CreateBatch) -> PaymentBatchCreated:
    if not command.payments:
        raise NothingToPay("no payment of this bank waits for a batch")
    return PaymentBatchCreated(**msgspec.structs.asdict(command), currency=BATCH_CURRENCY)


DECIDER: Decider[State, Command] = recorded_once(PaymentBatchCreated, _created)
